/**
 * L4 Merkle: every root equals the body under it, and no list has a second reading (CVE-2012-2459).
 *
 * Once per distinct round, by a recursion of its own (a tree of n leaves splits at the largest power of two below n,
 * which is what promoting odd nodes amounts to): order root, the six transactions roots with their counts, and the six
 * receipts roots over what execution gave. No transaction is listed twice, in its own ledger or another. Not checked:
 * that a receipt's bytes say what it holds (the engine's own encoding is used); state roots (L5).
 */
import type { ExecutedRound, LedgerHeader } from '../../engine/chain/types.ts';
import { encodeReceipt, encodeSettlement, encodeTouch } from '../../engine/chain/receipt.ts';
import { hashLedgerHeader } from '../../engine/chain/header.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { concat, fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { LEDGERS, type Ledger } from '../../engine/tx/kinds.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

/** D4: leaf H(0x00 ‖ x), node H(0x01 ‖ l ‖ r), empty H(0x02). */
function rootOf(leaves: readonly Uint8Array[], crypto: Crypto): Uint8Array {
  if (leaves.length === 0) return crypto.sha256(Uint8Array.of(2));
  if (leaves.length === 1) return crypto.sha256(concat(Uint8Array.of(0), leaves[0]));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return crypto.sha256(
    concat(Uint8Array.of(1), rootOf(leaves.slice(0, split), crypto), rootOf(leaves.slice(split), crypto)),
  );
}

/**
 * What stands under a ledger's receipts root: settlements of the start, transactions in order, the subsidy (D5, D6,
 * D12).
 */
function receiptsOf(ledger: Ledger, { receipts, settlements }: ExecutedRound): Uint8Array[] {
  const home = { executed: 'governance', transfer: 'main', 'ccos-reward': 'ccos', subsidy: 'main' } as const;
  const settled = (last: boolean): Uint8Array[] =>
    settlements
      .filter((event) => (event.type === 'subsidy') === last && home[event.type as keyof typeof home] === ledger)
      .map(encodeSettlement);
  const own = receipts.flatMap((receipt) => {
    if (receipt.ledger === ledger) return [encodeReceipt(receipt)];
    return receipt.touched.includes(ledger) ? [encodeTouch(fromHex(receipt.transaction))] : [];
  });
  return [...settled(false), ...own, ...settled(true)];
}

export const merkleRoots: InvariantFactory = ({ crypto }) => {
  const hexRoot = (leaves: readonly Uint8Array[]): string => toHex(rootOf(leaves, crypto));

  /** Root and count of each list that a round commits to: as the list gives them, and as the headers say. */
  function* lists({ round: { header, ledgers, transactions } }: RoundFacts, result: ExecutedRound) {
    const ids = transactions.map(({ bytes }) => crypto.sha256(bytes));
    yield { name: 'order', leaves: ids, root: header.orderRoot, count: header.transactionCount };
    for (const [i, ledger] of LEDGERS.entries()) {
      const block: LedgerHeader = ledgers[i];
      const own = ids.filter((_, at) => transactions[at].ledger === ledger);
      yield {
        name: `${ledger} transactions`,
        leaves: own,
        root: block.transactionsRoot,
        count: block.transactionCount,
      };
      yield {
        name: `${ledger} receipts`,
        leaves: receiptsOf(ledger, result),
        root: block.receiptsRoot,
        count: block.receiptCount,
      };
    }
  }

  return {
    id: 'L4',
    title: 'Merkle roots equal the bodies, no list has a second reading',
    roundExecuted(round, result, _parent, report) {
      const where = { round: round.index };
      report.evaluated();
      for (const { name, leaves, root, count } of lists(round, result)) {
        const expected = `${leaves.length} leaves under ${hexRoot(leaves)}`;
        const seen = `${count} leaves under ${root}`;
        if (expected !== seen) report.violation(`${name}: ${expected} in ${roundText(round)}`, seen, where);
      }
      for (const [i, block] of round.round.ledgers.entries()) {
        const hash = hashLedgerHeader(block, crypto);
        const named = round.round.header.ledgerHashes[i];
        if (hash !== named)
          report.violation(`${block.ledger} block ${hash} in the header of ${roundText(round)}`, named, where);
      }
      const seen = new Set<string>();
      for (const { id } of round.round.transactions) {
        if (seen.has(id)) report.violation(`each transaction once in ${roundText(round)}`, `${id} again`, where);
        seen.add(id);
      }
    },
  };
};
