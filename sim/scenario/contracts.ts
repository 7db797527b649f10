/** What a mix may ask of contracts: which ones there are, and which of their functions are called. */

/**
 * Templates (engine/starw/contracts) by name, with the functions that a workload calls, besides two that are none: `hostile`,
 * whose calls use up what they can (`sim/workload/hostile.ts`), and `none`, which is no contract at all.
 */
export const CONTRACT_FUNCTIONS = {
  token: ['transfer', 'approve', 'transferFrom', 'mint', 'burn'],
  nft: ['mint', 'transfer', 'approve', 'transferFrom', 'burn'],
  governance: ['setMember', 'fund', 'propose', 'vote', 'execute'],
  staking: ['fund', 'stake', 'unstake', 'claim'],
  dex: ['addLiquidity', 'removeLiquidity', 'buy', 'sell'],
  escrow: ['open', 'release', 'refund'],
  hostile: ['loop', 'fill', 'loads', 'storage', 'recursion', 'nested', 'events', 'trap', 'revert'],
  none: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ContractName = keyof typeof CONTRACT_FUNCTIONS;
export const CONTRACT_NAMES = Object.keys(CONTRACT_FUNCTIONS) as readonly ContractName[];

/** What a `contract_deploy` of `hostile` may deploy. */
export const HOSTILE_MODULES = ['large', 'refused', 'swelling', 'reverting'] as const;
export type HostileModule = (typeof HOSTILE_MODULES)[number];

/** What `function` may say of a contract in an entry of this kind. */
export function functionsOf(kind: 'contract_deploy' | 'contract_call', contract: ContractName): readonly string[] {
  if (kind === 'contract_call') return CONTRACT_FUNCTIONS[contract];
  return contract === 'hostile' ? HOSTILE_MODULES : [];
}
