/** Each template deployed and in use, and one call of each of its functions that works there. */
import { account, ALICE, BOB, CAROL, DAVE, moduleOf, Template, World, type TemplateName, type Value } from './template.ts';

export const TOKEN = account('e');
const CONTRACT = account('f');
export const HASH = 'ab'.repeat(32);

/** A call that works in its scene; `again`: the arguments of a second one behind it, if they differ. */
export interface Example {
  readonly name: string;
  readonly scene: (world?: World) => Template;
  readonly by: string;
  readonly args: readonly Value[];
  readonly value?: bigint;
  readonly again?: readonly Value[];
}

/** What the parties have at first. */
export const FUNDS = { [ALICE]: 10_000_000n, [BOB]: 10_000_000n, [CAROL]: 1_000n, [DAVE]: 1_000n };

interface Setting {
  readonly bytes?: Uint8Array;
  readonly world?: World | undefined;
  /** What it is deployed with. */
  readonly args?: readonly Value[];
}

/** Not deployed yet; DEX and staking find a token of ALICE's and BOB's. */
export const undeployed = (name: TemplateName, { bytes = moduleOf(name), world = new World(FUNDS) }: Setting = {}): Template => {
  if (name === 'dex' || name === 'staking') {
    const token = new Template('token', TOKEN, world);
    must(token.deploy(ALICE, 10_000_000n));
    must(token.call(ALICE, 'transfer', BOB, 1_000_000n));
  }
  return new Template(name, CONTRACT, world, bytes);
};

/** The token that DEX and staking deal with. */
export const tokenOf = ({ world }: Template): Template => new Template('token', TOKEN, world);

/** What each is deployed with, by ALICE. */
export const DEPLOYED: Readonly<Record<TemplateName, readonly Value[]>> = {
  dex: [TOKEN, 30n],
  escrow: [],
  governance: [10n, 5n, 5_000n, 5_000n, 30n],
  nft: [],
  staking: [TOKEN, 1_000n, 5n],
  token: [1_000n],
};

/** Deployed by ALICE; DEX and staking may move 1,000,000 tokens of hers and of BOB's. */
export const deployed = (name: TemplateName, setting: Setting = {}): Template => {
  const contract = undeployed(name, setting);
  must(contract.deploy(ALICE, ...(setting.args ?? DEPLOYED[name])));
  if (name === 'dex' || name === 'staking') for (const holder of [ALICE, BOB]) must(tokenOf(contract).call(holder, 'approve', CONTRACT, 1_000_000n));
  return contract;
};

/** The contract after calls that must work. */
const after = (contract: Template, ...steps: readonly (readonly [value: bigint, by: string, name: string, ...args: Value[]])[]): Template => {
  for (const [value, by, name, ...args] of steps) must(contract.pay(value, by, name, ...args));
  return contract;
};

const must = ({ error }: { readonly error?: string }): void => {
  if (error !== undefined) throw new Error(error);
};

/** `rounds` later. */
const later = (contract: Template, rounds: number): Template => {
  contract.world.round += rounds;
  return contract;
};

const token = (world?: World): Template => after(deployed('token', { world }), [0n, ALICE, 'approve', CAROL, 100n]);
const nft = (world?: World): Template => {
  const mint = [0n, ALICE, 'mint', ALICE, HASH] as const;
  return after(deployed('nft', { world }), mint, mint, mint, [0n, ALICE, 'setOperator', DAVE, 1n]);
};
const dex = (world?: World): Template => after(deployed('dex', { world }), [100_000n, ALICE, 'addLiquidity', 400_000n, 0n]);
const staking = (world?: World): Template => later(after(deployed('staking', { world }), [50_000n, BOB, 'fund'], [0n, ALICE, 'stake', 1_000n]), 10);
const founding = (world?: World): Template => after(deployed('governance', { world }), [500n, BOB, 'fund'], [0n, ALICE, 'setMember', BOB, 20n]);
const voting = (world?: World): Template => after(founding(world), [0n, ALICE, 'propose', CAROL, 5n, '', HASH], [0n, BOB, 'propose', DAVE, 7n, '', HASH]);
const passed = (world?: World): Template => later(after(voting(world), [0n, ALICE, 'vote', 1n, 1n], [0n, ALICE, 'vote', 2n, 1n]), 16);
const escrow = (world?: World): Template => {
  const open = [100n, ALICE, 'open', BOB, CAROL, 20n] as const;
  return after(deployed('escrow', { world }), open, open);
};

/** In the order of the ABI. */
export const EXAMPLES: Readonly<Record<TemplateName, readonly Example[]>> = {
  token: [
    { name: 'totalSupply', scene: token, by: BOB, args: [] },
    { name: 'balanceOf', scene: token, by: BOB, args: [ALICE] },
    { name: 'transfer', scene: token, by: ALICE, args: [BOB, 10n] },
    { name: 'approve', scene: token, by: ALICE, args: [BOB, 5n] },
    { name: 'allowance', scene: token, by: BOB, args: [ALICE, CAROL] },
    { name: 'transferFrom', scene: token, by: CAROL, args: [ALICE, BOB, 10n] },
    { name: 'mint', scene: token, by: ALICE, args: [BOB, 5n] },
    { name: 'burn', scene: token, by: ALICE, args: [5n] },
    { name: 'owner', scene: token, by: BOB, args: [] },
  ],
  nft: [
    { name: 'totalSupply', scene: nft, by: BOB, args: [] },
    { name: 'balanceOf', scene: nft, by: BOB, args: [ALICE] },
    { name: 'ownerOf', scene: nft, by: BOB, args: [1n] },
    { name: 'contentOf', scene: nft, by: BOB, args: [1n] },
    { name: 'mint', scene: nft, by: ALICE, args: [BOB, HASH] },
    { name: 'transfer', scene: nft, by: ALICE, args: [BOB, 1n], again: [BOB, 2n] },
    { name: 'approve', scene: nft, by: ALICE, args: [CAROL, 1n] },
    { name: 'approvedFor', scene: nft, by: BOB, args: [1n] },
    { name: 'setOperator', scene: nft, by: ALICE, args: [CAROL, 1n] },
    { name: 'isOperator', scene: nft, by: BOB, args: [ALICE, DAVE] },
    { name: 'transferFrom', scene: nft, by: DAVE, args: [ALICE, BOB, 1n], again: [ALICE, BOB, 2n] },
    { name: 'burn', scene: nft, by: ALICE, args: [1n], again: [2n] },
    { name: 'owner', scene: nft, by: BOB, args: [] },
  ],
  governance: [
    { name: 'totals', scene: voting, by: BOB, args: [] },
    { name: 'weightOf', scene: voting, by: BOB, args: [ALICE] },
    { name: 'rules', scene: voting, by: BOB, args: [] },
    { name: 'proposal', scene: voting, by: BOB, args: [1n] },
    { name: 'voteOf', scene: passed, by: BOB, args: [1n, ALICE] },
    { name: 'setMember', scene: founding, by: ALICE, args: [CAROL, 5n] },
    { name: 'fund', scene: voting, by: BOB, value: 10n, args: [] },
    { name: 'propose', scene: voting, by: BOB, args: [CAROL, 5n, '00ff', HASH] },
    { name: 'vote', scene: voting, by: BOB, args: [1n, 1n], again: [2n, 1n] },
    { name: 'execute', scene: passed, by: BOB, args: [1n], again: [2n] },
  ],
  staking: [
    { name: 'pool', scene: staking, by: BOB, args: [] },
    { name: 'account', scene: staking, by: BOB, args: [ALICE] },
    { name: 'config', scene: staking, by: BOB, args: [] },
    { name: 'fund', scene: staking, by: BOB, value: 10n, args: [] },
    { name: 'stake', scene: staking, by: BOB, args: [100n] },
    { name: 'unstake', scene: staking, by: ALICE, args: [100n] },
    { name: 'claim', scene: staking, by: ALICE, args: [] },
  ],
  dex: [
    { name: 'reserves', scene: dex, by: BOB, args: [] },
    { name: 'totalShares', scene: dex, by: BOB, args: [] },
    { name: 'sharesOf', scene: dex, by: BOB, args: [ALICE] },
    { name: 'config', scene: dex, by: BOB, args: [] },
    { name: 'addLiquidity', scene: dex, by: BOB, value: 1_000n, args: [5_000n, 0n] },
    { name: 'removeLiquidity', scene: dex, by: ALICE, args: [1_000n, 0n, 0n] },
    { name: 'buy', scene: dex, by: BOB, value: 1_000n, args: [0n] },
    { name: 'sell', scene: dex, by: BOB, args: [1_000n, 0n] },
    { name: 'quoteBuy', scene: dex, by: BOB, args: [1_000n] },
    { name: 'quoteSell', scene: dex, by: BOB, args: [1_000n] },
  ],
  escrow: [
    { name: 'held', scene: escrow, by: BOB, args: [] },
    { name: 'escrow', scene: escrow, by: BOB, args: [1n] },
    { name: 'open', scene: escrow, by: ALICE, value: 50n, args: [BOB, CAROL, 20n] },
    { name: 'release', scene: escrow, by: ALICE, args: [1n], again: [2n] },
    { name: 'refund', scene: escrow, by: BOB, args: [1n], again: [2n] },
  ],
};
