/** Each template deployed and in use, and one call of each of its functions that works there. */
import { account, ALICE, BOB, CAROL, DAVE, moduleOf, Template, World, type TemplateName, type Value } from './template.ts';

export const TOKEN = account('e');
const CONTRACT = account('f');
export const HASH = 'ab'.repeat(32);

/** A call that works in its scene; `again`: the arguments of a second one behind it, if they differ. */
export interface Example {
  readonly name: string;
  readonly scene: () => Template;
  readonly by: string;
  readonly args: readonly Value[];
  readonly value?: bigint;
  readonly again?: readonly Value[];
}

/** Not deployed yet; DEX and staking find a token of ALICE's. */
export const undeployed = (name: TemplateName, bytes = moduleOf(name)): Template => {
  const world = new World({ [ALICE]: 10_000_000n, [BOB]: 10_000_000n, [CAROL]: 1_000n, [DAVE]: 1_000n });
  if (name === 'dex' || name === 'staking') {
    const token = new Template('token', TOKEN, world);
    token.deploy(ALICE, 10_000_000n);
    token.call(ALICE, 'transfer', BOB, 1_000_000n);
    for (const holder of [ALICE, BOB]) token.call(holder, 'approve', CONTRACT, 1_000_000n);
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

export const deployed = (name: TemplateName, bytes = moduleOf(name)): Template => {
  const contract = undeployed(name, bytes);
  must(contract.deploy(ALICE, ...DEPLOYED[name]));
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

const token = (): Template => after(deployed('token'), [0n, ALICE, 'approve', CAROL, 100n]);
const nft = (): Template => after(deployed('nft'), ...[1, 2, 3].map((): [bigint, string, string, string, string] => [0n, ALICE, 'mint', ALICE, HASH]), [0n, ALICE, 'setOperator', DAVE, 1n]);
const dex = (): Template => after(deployed('dex'), [100_000n, ALICE, 'addLiquidity', 400_000n, 0n]);
const staking = (): Template => later(after(deployed('staking'), [50_000n, BOB, 'fund'], [0n, ALICE, 'stake', 1_000n]), 10);
const founding = (): Template => after(deployed('governance'), [500n, BOB, 'fund'], [0n, ALICE, 'setMember', BOB, 20n]);
const voting = (): Template => after(founding(), [0n, ALICE, 'propose', CAROL, 5n, '', HASH], [0n, BOB, 'propose', DAVE, 7n, '', HASH]);
const passed = (): Template => later(after(voting(), [0n, ALICE, 'vote', 1n, 1n], [0n, ALICE, 'vote', 2n, 1n]), 16);
const escrow = (): Template => after(deployed('escrow'), ...[1, 2].map((): [bigint, string, string, string, string, bigint] => [100n, ALICE, 'open', BOB, CAROL, 20n]));

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
