/**
 * L7 replay: executing everything again from genesis gives each node's incremental state, per distinct head.
 *
 * During a run, at every fifth checkpoint, one witness loses its state and gets it back from genesis and the rows that it
 * stored: it must equal what it replaces, and the run goes on with it. At the end of a run: the tree of all rounds below the heads is executed once more, in one pass, through the engine's
 * own `executeRound` but with nothing from the run's executors: no cache, no undo, no shared view. Each round must give the
 * ledger headers that it carries; at each head, roots and every single value must be those of one node per executor.
 * Costs as much as executing the run once. Not checked: the rules of execution themselves, which the same code decides
 * both times (L1–L4, L9–L15 compare with the reference model); light nodes, which have no state.
 */
import { executeRound, type ChainEnvironment } from '../../engine/chain/execute.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { LayeredState } from '../../engine/state/view.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { ancestorAt } from './internal/branch.ts';
import { roundText, sameValue, valueText, verdictText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter, RoundFacts } from './invariant.ts';
import { medianTime } from './timestamps.ts';

/** Nodes to compare per head: every isolated one, and one of those that share an executor. */
function nodesByHead(nodes: readonly NodeFacts[]): Map<RoundFacts, NodeFacts[]> {
  const byHead = new Map<RoundFacts, NodeFacts[]>();
  for (const node of nodes) {
    if (!node.honest || !node.up || node.kind === 'light') continue;
    const others = byHead.get(node.head);
    if (others === undefined) byHead.set(node.head, [node]);
    else if (node.isolated || others.every((other) => other.isolated)) others.push(node);
  }
  return byHead;
}

/** Children of each round on the way to the heads. */
function pathsTo(heads: Iterable<RoundFacts>): Map<RoundFacts, RoundFacts[]> {
  const children = new Map<RoundFacts, RoundFacts[]>();
  for (const head of heads) {
    for (let at = head; at.parent !== undefined; at = at.parent) {
      const siblings = children.get(at.parent);
      if (siblings !== undefined) {
        if (!siblings.includes(at)) siblings.push(at);
        break; // The rest of the way is there already.
      }
      children.set(at.parent, [at]);
    }
  }
  return children;
}

/** Executes a round on its parent's replayed state; reports where it gives something else than the round says. */
function replayRound(environment: ChainEnvironment, round: RoundFacts, parent: RoundFacts, state: LayeredState, report: Reporter): LayeredState | undefined {
  const { header, ledgers, transactions } = round.round;
  const where = { round: round.index };
  const context = {
    parent: parent.round,
    miner: header.miner,
    nowSeconds: medianTime(parent),
    blockHash: (ledger: (typeof LEDGERS)[number], number: number) => ancestorAt(parent, number)?.round.header.ledgerHashes[LEDGERS.indexOf(ledger)],
  };
  report.evaluated();
  const result = executeRound(environment, context, state, transactions);
  if (!result.ok) {
    report.violation(`${roundText(round)} valid when replayed`, verdictText(result.error), where);
    return undefined;
  }
  for (const [i, block] of result.value.ledgers.entries()) {
    for (const field of ['stateRoot', 'receiptsRoot', 'transactionsRoot'] as const) {
      if (block[field] !== ledgers[i][field]) report.violation(`${block.ledger} ${field} ${ledgers[i][field]} of ${roundText(round)}`, `replayed: ${block[field]}`, where);
    }
  }
  return state.child(result.value.delta, result.value.commitments);
}

/** Compares a node's state at its head with the replayed one. */
function compareNode(node: NodeFacts, replayed: LayeredState, report: Reporter): void {
  const where = { node: node.index, round: node.head.index };
  const at = roundText(node.head);
  report.evaluated();
  for (const [i, ledger] of LEDGERS.entries()) {
    const root = node.head.round.ledgers[i].stateRoot;
    if (node.stateRoot(i) !== root) report.violation(`${ledger} state root ${root} at ${at}`, node.stateRoot(i), where);
  }
  const state = node.state();
  for (const { table, key, value } of replayed.entries()) {
    const own = state.get(table, key);
    if (sameValue(table, own, value)) continue;
    report.violation(`${table.name}:${key} = ${valueText(table, value)} at ${at}, as replayed from genesis`, valueText(table, own), where);
    return;
  }
}

/** Checkpoints from one rebuilding to the next. */
const REBUILD_EVERY = 5;

export const replay: InvariantFactory = (facts) => {
  let checkpoints = 0;
  return {
    id: 'L7',
    title: 'replaying from genesis gives the incremental state',
    checkpoint(report) {
      if (++checkpoints % REBUILD_EVERY !== 0) return;
      // The second of them, where there are several: the first witness is a miner, whose state every round is built on.
      const isolated = facts.nodes.filter((node) => node.isolated && node.up && node.kind !== 'light' && node.rebuild !== undefined);
      const node = isolated[Math.min(1, isolated.length - 1)];
      if (node === undefined) return;
      report.evaluated();
      if (!node.rebuild!()) report.violation(`the state that its rows give at ${roundText(node.head)}`, 'another state', { node: node.index, round: node.head.index });
    },
    end(report) {
      const { params, genesis, crypto } = facts;
      const environment = { params, genesisHash: genesis.hash, crypto, vm: new Vm() };
      const byHead = nodesByHead(facts.nodes);
      const children = pathsTo(byHead.keys());
      let [root] = byHead.keys();
      while (root?.parent !== undefined) root = root.parent;
      if (root === undefined) return;
      // Depth first: only the states at forks that are not finished yet are kept.
      const open: { readonly round: RoundFacts; readonly state: LayeredState }[] = [{ round: root, state: genesis.state }];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { round, state } = next;
        for (const node of byHead.get(round) ?? []) compareNode(node, state, report);
        for (const child of children.get(round) ?? []) {
          const replayed = replayRound(environment, child, round, state, report);
          if (replayed !== undefined) open.push({ round: child, state: replayed });
        }
      }
    },
  };
};
