/**
 * L14 ownership: a domain or an NFT has at most one owner; term, expiry and grace are respected.
 *
 * Once per distinct round that has to do with domains or NFTs, against the reference model: which of their operations
 * succeed, and every stored domain and NFT that changed, with owner, expiry, royalty and price. More than one owner
 * cannot be stored (a name is a key), so that is not counted. Not checked: the money of a sale (L1), and that it moves
 * together with the thing (X2).
 */
import type { Payload } from '../../engine/tx/transaction.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, compareOutcomes, reportDifferences } from './reference/judge.ts';

const TABLES = new Set(['domain', 'nft']);

const isAsset = (payload: Payload): boolean =>
  payload.kind === 'atomic'
    ? payload.legs.some(isAsset)
    : payload.kind.startsWith('domain_') || payload.kind.startsWith('nft_');

export const ownership: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  return {
    id: 'L14',
    title: 'domains and NFTs: one owner, expiry and grace respected',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      report.evaluated(compareOutcomes(result.receipts, told.outcomes, round, isAsset, report));
      reportDifferences(
        follow.differences(round, result.delta).filter(({ table }) => TABLES.has(table)),
        round,
        report,
      );
    },
  };
};
