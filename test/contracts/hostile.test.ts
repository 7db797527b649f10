/** Contracts under attack: re-entry, refusals and loops in what they call, amounts that would overflow. Each attack must come to nothing. */
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../engine/primitives/bytes.ts';
import { falseToken, HOOK, hostile, puppet, vault } from './attackers.ts';
import { build } from './build.ts';
import { deployed, EXAMPLES, HASH, TOKEN, tokenOf } from './scenes.ts';
import { account, ALICE, BOB, CAROL, DAVE, MAX, moduleOf, TEMPLATES, u64At, World, type Template, type TemplateName } from './template.ts';

const PUPPET = account('9');
const VAULT = account('8');

const u64 = (value: bigint): number[] => [...new Uint8Array(BigUint64Array.of(value).buffer)];
const calls = (contract: string, input: readonly number[], value = 0n): number[] => [...fromHex(contract), ...u64(value), ...input];

/** Makes the puppet call a contract: the status that it got. */
function relay(world: World, contract: string, input: readonly number[], value = 0n): number {
  const outcome = world.execute('call', PUPPET, DAVE, [0, ...calls(contract, input, value)], 0n);
  if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.output[0];
}

/** What the puppet does when it is paid. */
const arm = (world: World, hook: number, contract: string, input: readonly number[]): unknown => world.execute('call', PUPPET, DAVE, [1, hook, ...calls(contract, input)], 0n);
const struck = (world: World): { readonly succeeded: number; readonly last: number | undefined } => ({
  succeeded: world.state.storageGet(PUPPET, '73')?.[0] ?? 0,
  last: world.state.storageGet(PUPPET, '6c')?.[0],
});

const STATUS = { ok: 0, reverted: 1, reentry: 4 } as const;

/** The attack is real: where nothing stands against it, it works. */
it.each([
  { effectsFirst: false, reentry: true, loot: 500n, succeeded: 4 },
  { effectsFirst: false, reentry: false, loot: 100n, succeeded: 0, last: STATUS.reentry },
  { effectsFirst: true, reentry: true, loot: 100n, succeeded: 1, last: STATUS.ok },
  { effectsFirst: true, reentry: false, loot: 100n, succeeded: 0, last: STATUS.reentry },
])('a vault, effects first $effectsFirst, re-entry $reentry: of 500 the attacker, who paid in 100, gets $loot', ({ effectsFirst, reentry, loot, succeeded, last }) => {
  const world = new World({ [ALICE]: 400n, [PUPPET]: 100n });
  world.place(PUPPET, puppet);
  world.place(VAULT, vault({ effectsFirst, reentry }));
  world.execute('call', VAULT, ALICE, [0], 400n);
  relay(world, VAULT, [0], 100n);
  // The last call of five finds the vault empty, and reverts; the others stand.
  arm(world, HOOK.callBack, VAULT, [1]);
  expect(relay(world, VAULT, [1])).toBe(STATUS.ok);
  expect(world.state.balanceOf(PUPPET)).toBe(loot);
  expect(struck(world)).toMatchObject({ succeeded, ...(last !== undefined && { last }) });
});

/** As the module is checked in, and made to ask for re-entry at its every call: what then stands against it is its own order of doing things. */
const ASKING: Partial<Record<TemplateName, Uint8Array>> = {};
for (const name of ['dex', 'escrow', 'governance', 'staking'] as const)
  ASKING[name] = await build.compile(name, (path, text) => (path === 'sdk/contract.ts' ? text.replace('const length = star.inputLength();', '$& star.reentry(1);') : text));

/** A party of the contract that is a puppet: what it does to be owed something, what it takes, and what it tries meanwhile. */
interface Attack {
  readonly template: TemplateName;
  readonly what: string;
  /** Who is paid: mostly the puppet. */
  readonly pays?: 'others';
  /** The calls that make the contract owe it. */
  readonly before: (contract: Template) => void;
  readonly takes: (contract: Template) => number[];
  readonly tries: (contract: Template) => number[];
}

/** The puppet as someone with tokens, all of them approved. */
const withTokens = (contract: Template): void => {
  const token = tokenOf(contract);
  token.call(ALICE, 'transfer', PUPPET, 100_000n);
  relay(contract.world, TOKEN, token.input('approve', contract.address, MAX));
};
const withPool = (contract: Template): void => {
  contract.pay(100_000n, ALICE, 'addLiquidity', 400_000n, 0n);
  withTokens(contract);
};
const withShares = (contract: Template): void => {
  withPool(contract);
  relay(contract.world, contract.address, contract.input('addLiquidity', 4_000n, 0n), 1_000n);
};
const withRewards = (contract: Template): void => {
  contract.pay(50_000n, BOB, 'fund');
  contract.call(ALICE, 'stake', 1_000n);
  withTokens(contract);
  relay(contract.world, contract.address, contract.input('stake', 1_000n));
  contract.world.round = 20;
};
/** Some of others, and one of the puppet's own, whose arbiter it is. */
const withEscrows = (contract: Template): void => {
  for (const seller of [PUPPET, BOB]) contract.pay(100n, ALICE, 'open', seller, CAROL, 9n);
  relay(contract.world, contract.address, contract.input('open', PUPPET, PUPPET, 9n), 100n);
};
const withProposals = (contract: Template): void => {
  contract.pay(1_000n, ALICE, 'fund');
  for (const id of [1n, 2n]) {
    contract.call(ALICE, 'propose', PUPPET, 100n, '', HASH);
    contract.call(ALICE, 'vote', id, 1n);
  }
  contract.world.round = 17;
};

const ATTACKS: readonly Attack[] = [
  { template: 'dex', what: 'removes its shares twice', before: withShares, takes: (c) => c.input('removeLiquidity', 1_000n, 0n, 0n), tries: (c) => c.input('removeLiquidity', 1_000n, 0n, 0n) },
  { template: 'dex', what: 'sells, and sells into the old price', before: withPool, takes: (c) => c.input('sell', 4_000n, 0n), tries: (c) => c.input('sell', 4_000n, 0n) },
  { template: 'dex', what: 'removes its shares, and sells while they are being removed', before: withShares, takes: (c) => c.input('removeLiquidity', 1_000n, 0n, 0n), tries: (c) => c.input('sell', 4_000n, 0n) },
  { template: 'staking', what: 'claims twice', before: withRewards, takes: (c) => c.input('claim'), tries: (c) => c.input('claim') },
  { template: 'staking', what: 'claims, and takes its stake meanwhile', before: withRewards, takes: (c) => c.input('claim'), tries: (c) => c.input('unstake', 1_000n) },
  { template: 'escrow', what: 'is refunded an escrow that it is being refunded', before: withEscrows, takes: (c) => c.input('refund', 3n), tries: (c) => c.input('refund', 3n) },
  { template: 'escrow', what: 'releases to itself what it refunds to itself', before: withEscrows, takes: (c) => c.input('refund', 3n), tries: (c) => c.input('release', 3n) },
  { template: 'escrow', what: 'gives back an escrow, which pays another', pays: 'others', before: withEscrows, takes: (c) => c.input('refund', 1n), tries: (c) => c.input('refund', 3n) },
  { template: 'governance', what: 'executes what is being executed', before: withProposals, takes: (c) => c.input('execute', 1n), tries: (c) => c.input('execute', 1n) },
  { template: 'governance', what: 'executes another, each once', before: withProposals, takes: (c) => c.input('execute', 1n), tries: (c) => c.input('execute', 2n) },
];

/** Everything that the puppet and the contract own. */
const wealth = ({ world, address }: Template): object =>
  Object.fromEntries([PUPPET, address].map((who) => [who, [world.state.balanceOf(who), u64At(world.state.storageGet(TOKEN, `62${who}`))]]));

/** The contract with the puppet in place, which has some STR. */
const staged = ({ template, before }: Attack, bytes = moduleOf(template)): Template => {
  const contract = deployed(template, { bytes });
  contract.world.gas = 5_000_000;
  contract.world.place(PUPPET, puppet);
  contract.world.state.balances.set(PUPPET, 10_000n);
  before(contract);
  return contract;
};

describe.each(ATTACKS)('$template: $what', (attack) => {
  it('is refused by the host', () => {
    const [honest, attacked] = [staged(attack), staged(attack)];
    arm(attacked.world, HOOK.callBack, attacked.address, attack.tries(attacked));
    for (const { world, address } of [honest, attacked]) expect(relay(world, address, attack.takes(attacked))).toBe(STATUS.ok);
    expect(wealth(attacked)).toEqual(wealth(honest));
    expect(struck(attacked.world)).toEqual({ succeeded: 0, last: attack.pays === 'others' ? undefined : STATUS.reentry });
  });

  it('gives no more than one after the other, even if re-entry is asked for', () => {
    const [honest, attacked] = [staged(attack, ASKING[attack.template]), staged(attack, ASKING[attack.template])];
    arm(attacked.world, HOOK.callBack, attacked.address, attack.tries(attacked));
    expect(relay(attacked.world, attacked.address, attack.takes(attacked))).toBe(STATUS.ok);
    relay(honest.world, honest.address, attack.takes(honest));
    for (let i = 0; i < struck(attacked.world).succeeded; i++) relay(honest.world, honest.address, attack.tries(honest));
    expect(wealth(attacked)).toEqual(wealth(honest));
  });

  it.each(['revert', 'loop'] as const)('a %s in the callback leaves nothing', (hook) => {
    const contract = staged(attack);
    arm(contract.world, HOOK[hook], contract.address, attack.tries(contract));
    const before = contract.world.state.image();
    const outcome = contract.world.execute('call', PUPPET, DAVE, [0, ...calls(contract.address, attack.takes(contract))], 0n);
    if (attack.pays === 'others') return expect(outcome.status).toBe('ok');
    if (hook === 'revert') expect(outcome).toMatchObject({ status: 'ok', output: Uint8Array.of(STATUS.reverted, 0, 0, 0) });
    else expect(outcome).toMatchObject({ status: 'trapped', fault: 'out-of-gas', gasUsed: 5_000_000 });
    expect(contract.world.state.image()).toBe(before);
  });
});

/** The pool pays out what it believes to have been paid in, so a false token can empty it; but never of more than it has. */
describe('a token that is false, and sells while it is asked to move', () => {
  it.each<[value: bigint, name: string, args: readonly bigint[]]>([
    [1_000n, 'buy', [0n]],
    [0n, 'sell', [4_000n, 0n]],
    [1_000n, 'addLiquidity', [MAX, 0n]],
    [0n, 'removeLiquidity', [500n, 0n, 0n]],
  ])('with %s STR: %s', (value, name, args) => {
    for (const [module, status] of [[moduleOf('dex'), STATUS.reentry], [ASKING.dex!, STATUS.ok]] as const) {
      const dex = deployed('dex', { bytes: module });
      dex.world.gas = 5_000_000;
      dex.pay(100_000n, ALICE, 'addLiquidity', 400_000n, 0n);
      dex.world.place(TOKEN, falseToken(dex.address, dex.input('sell', 1_000n, 0n)));
      expect(dex.pay(value, ALICE, name, ...args).error).toBeUndefined();
      expect(dex.world.state.storageGet(TOKEN, '6c')?.[0]).toBe(status);
      const [str, tokens] = dex.view<readonly bigint[]>('reserves');
      expect(dex.world.state.balanceOf(dex.address)).toBe(str);
      expect(str * tokens * 100_000n ** 2n >= 100_000n * 400_000n * dex.view('totalShares') ** 2n).toBe(true);
    }
  });
});

describe('what is called runs on for ever, traps, or reverts', () => {
  /** Functions that call a token or pay someone; every other must not notice. */
  const CALLING: Readonly<Record<TemplateName, readonly string[]>> = {
    dex: ['addLiquidity', 'removeLiquidity', 'buy', 'sell'],
    escrow: ['release', 'refund'],
    governance: ['execute'],
    nft: [],
    staking: ['stake', 'unstake', 'claim'],
    token: [],
  };

  describe.each(TEMPLATES)('%s', (template) => {
    it.each(EXAMPLES[template])('$name', ({ name, scene, by, args, value = 0n }) => {
      for (const [what, code] of Object.entries(hostile)) {
        const contract = scene();
        const { world } = contract;
        for (const address of [TOKEN, ALICE, BOB, CAROL, DAVE]) world.place(address, code);
        const before = world.state.image();
        const { error, gas } = contract.pay(value, by, name, ...args);
        const called = CALLING[template].includes(name);
        expect(error).toBe(!called ? undefined : what === 'reverts' ? 'call failed' : 'out-of-gas');
        if (called) expect(world.state.image()).toBe(before);
        if (called && what !== 'reverts') expect(gas).toBe(world.gas);
      }
    });
  });
});

describe('amounts that would overflow', () => {
  it('a token: at the largest supply there is nothing that makes more', () => {
    const token = deployed('token');
    expect(token.call(ALICE, 'mint', BOB, MAX - 1_000n).error).toBeUndefined();
    const before = token.world.state.image();
    for (const amount of [1n, 1_000n, MAX]) expect(token.call(ALICE, 'mint', BOB, amount)).toMatchObject({ error: 'overflow' });
    expect(token.call(BOB, 'transfer', ALICE, MAX)).toMatchObject({ error: 'not covered' });
    expect(token.call(ALICE, 'burn', 1_001n)).toMatchObject({ error: 'not covered' });
    token.call(ALICE, 'approve', CAROL, MAX);
    expect(token.call(CAROL, 'transferFrom', ALICE, ALICE, 1_001n)).toMatchObject({ error: 'not covered' });
    token.call(ALICE, 'approve', CAROL, 0n);
    expect(token.world.state.image()).toBe(before);
    expect(token.call(BOB, 'transfer', BOB, MAX - 1_000n).error).toBeUndefined();
    expect(token.call(BOB, 'transfer', ALICE, MAX - 1_000n).error).toBeUndefined();
    expect(token.view('balanceOf', ALICE)).toBe(MAX);
  });

  /** Reserves just below 2^64 on either side: what would pass it is refused, and the price of everything else is still right. */
  it.each<[string, bigint, bigint, (dex: Template) => object]>([
    ['STR of a swap', MAX - 999n, 400_000n, (dex) => dex.pay(2_000n, BOB, 'buy', 0n)],
    ['STR that is added', MAX - 999n, 400_000n, (dex) => dex.pay(1_000n, BOB, 'addLiquidity', MAX, 0n)],
    ['tokens of a swap', 100_000n, MAX - 999n, (dex) => dex.call(BOB, 'sell', 2_000n, 0n)],
    ['the tokens that STR of little worth would have to bring', 1n, MAX, (dex) => dex.pay(2n, BOB, 'addLiquidity', MAX, 0n)],
    ['the shares of STR that is worth many', 1n, 1n, (dex) => dex.pay(1_000_000n, BOB, 'addLiquidity', MAX, 0n)],
  ])('a pool: %s', (_, str, tokens, call) => {
    const dex = deployed('dex');
    dex.world.state.storageSet(dex.address, '72', Uint8Array.from([...u64(str), ...u64(tokens), ...u64(str === 1n && tokens === 1n ? MAX >> 8n : str)]));
    const before = dex.world.state.image();
    expect(call(dex)).toMatchObject({ error: 'overflow' });
    expect(dex.world.state.image()).toBe(before);
  });
});
