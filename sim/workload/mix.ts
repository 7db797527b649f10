/** Which kind of transaction an arrival becomes: the scenario's weights, and what stands in where nothing fits. */
import type { Kind } from '../../engine/tx/kinds.ts';
import type { InvalidReason, MixEntry } from '../scenario/types.ts';
import { pick, pickTable, type PickTable } from '../kernel/distributions.ts';

/**
 * Tried in turn where no asset, proposal or message fits a drawn kind at that moment, on the same ledger where it has a
 * kind that always fits. Every stand-in is counted (`Statistics.substituted`). Governance has no such kind that would
 * not flood it, and a bridge without relayer keys can only lock, so these end in other kinds.
 */
export const SUBSTITUTES: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  domain_renew: ['domain_register'],
  domain_transfer: ['domain_register'],
  domain_list: ['domain_register'],
  domain_buy: ['domain_list', 'domain_register'],
  nft_transfer: ['nft_mint'],
  nft_list: ['nft_mint'],
  nft_buy: ['nft_list', 'nft_mint'],
  proposal: ['vote', 'transfer'],
  vote: ['proposal', 'transfer'],
  execute_proposal: ['vote', 'proposal', 'transfer'],
  bridge_unlock: ['bridge_lock'],
  bridge_mint: ['bridge_lock'],
  bridge_burn: ['bridge_mint', 'bridge_lock'],
  bridge_refund: ['bridge_lock'],
};

export class Mix {
  private readonly entries: readonly MixEntry[];
  private readonly table: PickTable;

  constructor(entries: readonly MixEntry[]) {
    this.entries = entries;
    this.table = pickTable(entries.map((entry) => entry.weightPpm));
  }

  /** The entry of a 32-bit draw. */
  draw(u32: number): MixEntry {
    return this.entries[pick(this.table, u32)];
  }
}

/** Share of all arrivals that each reason of invalidity gets, 0…1, in order of first mention. */
export function reasonShares(entries: readonly MixEntry[]): [InvalidReason, number][] {
  const total = entries.reduce((sum, entry) => sum + entry.weightPpm, 0);
  const shares = new Map<InvalidReason, number>();
  for (const entry of entries) {
    if (!('invalid' in entry)) continue;
    for (const reason of entry.invalid) {
      shares.set(reason, (shares.get(reason) ?? 0) + entry.weightPpm / entry.invalid.length / total);
    }
  }
  return [...shares];
}
