/**
 * C1 contract tokens: in every token and NFT contract the balances add up to the supply, the supply is what was minted less what
 * was burned, and every change of a balance was told by an event.
 *
 * Once per distinct round, of the contracts that it touched: balances and supply may only have grown by the same, and by what
 * the events say. Since both begin at nothing, they are then equal for good; at checkpoints one node's contracts are counted again
 * over every key that the reference model knows. Not checked: allowances and approvals, which move nothing by themselves.
 */
import { contracts, contractStorage } from '../../engine/ledgers/tables.ts';
import { accountAt, letter, templateIn, touchedContracts, u64, type TouchedContract } from './internal/contracts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter, RoundFacts } from './invariant.ts';
import { followOf } from './reference/follow.ts';

const one = (entry: Uint8Array | undefined): bigint => (entry === undefined ? 0n : 1n);
const NOBODY = '00'.repeat(20);
const [BALANCE, SUPPLY, NFT] = ['b', 's', 't'].map(letter);

export const contractSupply: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  let turn = 0;

  function recount(node: NodeFacts, report: Reporter): void {
    const model = follow.modelAfter(node.head);
    if (model === undefined) return;
    const state = node.state();
    const sums = new Map<string, { balances: bigint; nfts: bigint }>();
    for (const account of model.keys(contracts)) if (['token', 'nft'].includes(templateIn(state, account) ?? '')) sums.set(account, { balances: 0n, nfts: 0n });
    for (const key of model.keys(contractStorage)) {
      const [account, entry] = key.split('/');
      const sum = sums.get(account);
      if (sum === undefined) continue;
      if (entry.startsWith(BALANCE)) sum.balances += u64(state.get(contractStorage, key));
      else if (entry.startsWith(NFT) && state.get(contractStorage, key) !== undefined) sum.nfts++;
    }
    for (const [account, { balances, nfts }] of sums) {
      const supply = u64(state.get(contractStorage, `${account}/${SUPPLY}`));
      const where = { node: node.index, round: node.head.index };
      report.evaluated();
      const counted = `counted at ${roundText(node.head)}`;
      if (balances !== supply) report.violation(`balances of ${account} that add up to its supply ${supply}, ${counted}`, String(balances), where);
      if (templateIn(state, account) === 'nft' && nfts !== supply) report.violation(`${supply} tokens of ${account}, as its supply says, ${counted}`, String(nfts), where);
    }
  }

  return {
    id: 'C1',
    title: 'balances of token and NFT contracts add up to their supply, minted less burned',
    roundExecuted(round, result, parent, report) {
      for (const contract of touchedContracts(result, parent)) {
        if (contract.template !== 'token' && contract.template !== 'nft') continue;
        report.evaluated();
        check(contract, round, report);
      }
    },
    checkpoint(report) {
      const able = facts.nodes.filter((node) => node.honest && node.up && node.kind !== 'light');
      const isolated = able.filter((node) => node.isolated);
      const among = isolated.length > 0 ? isolated : able;
      if (among.length > 0) recount(among[turn++ % among.length], report);
    },
  };
};

function check(contract: TouchedContract, round: RoundFacts, report: Reporter): void {
  const at = `${contract.account} in ${roundText(round)}`;
  const where = { round: round.index };
  const supply = contract.growth(SUPPLY);
  const balances = contract.growth(BALANCE);
  if (balances !== supply) report.violation(`balances of ${at} that changed by ${supply}, as its supply`, String(balances), where);
  if (contract.template === 'nft') {
    const made = contract.entries.reduce((sum, { key, before, after }) => (key.startsWith(NFT) ? sum + one(after) - one(before) : sum), 0n);
    if (made !== supply) report.violation(`supply of ${at} that changed by ${made}, as its tokens`, String(supply), where);
  }

  const moved = new Map<string, bigint>();
  const move = (account: string, amount: bigint): void => void moved.set(account, (moved.get(account) ?? 0n) + amount);
  let minted = 0n;
  for (const { topic, data } of contract.events) {
    if (topic !== 'Transfer') continue;
    const amount = contract.template === 'nft' ? 1n : u64(data, 40);
    const [from, to] = [accountAt(data), accountAt(data, 20)];
    if (from === NOBODY) minted += amount;
    else move(from, -amount);
    move(to, amount);
  }
  for (const { key, before, after } of contract.entries) {
    const holder = key.slice(2);
    if (!key.startsWith(BALANCE) || holder === NOBODY) continue;
    const change = u64(after) - u64(before);
    const told = moved.get(holder) ?? 0n;
    if (change !== told) report.violation(`a balance of ${holder} that changed by ${told}, as events of ${at} tell`, String(change), where);
  }
  // What went to nobody was burned, unless nobody's own balance has it.
  const nobody = contract.entries.find(({ key }) => key === `${BALANCE}${NOBODY}`);
  const burned = (moved.get(NOBODY) ?? 0n) - (u64(nobody?.after) - u64(nobody?.before));
  if (minted - burned !== supply) report.violation(`a supply of ${at} that changed by ${minted - burned}, minted less burned`, String(supply), where);
}
