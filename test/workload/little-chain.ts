/**
 * The smallest chain that executes for real: rounds of the engine on a tree of heads, without nodes, work or network.
 */
import { buildRound } from '../../engine/chain/build.ts';
import type { ChainEnvironment } from '../../engine/chain/execute.ts';
import { makeGenesis, type Genesis } from '../../engine/chain/genesis.ts';
import type { Receipt, RoundHeader } from '../../engine/chain/types.ts';
import { DEFAULT_PARAMS, type Params } from '../../engine/params/params.ts';
import type { LayeredState } from '../../engine/state/view.ts';
import { LEDGERS, type Kind } from '../../engine/tx/kinds.ts';
import type { Hash, Transaction } from '../../engine/tx/transaction.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import type { MixEntry, ResolvedScenario, Stage } from '../../sim/scenario/types.ts';
import { makeAccounts, type WorkloadAccounts } from '../../sim/workload/accounts.ts';
import { Workload } from '../../sim/workload/workload.ts';
import { crypto, MINER, vm } from '../helpers/fixtures.ts';

export const GENESIS_SECONDS = 1_700_000_000;

export type WorkloadScenario = Pick<ResolvedScenario, 'workload'>;

export const kind = (name: Kind, weight: number, token?: 'STR' | 'CCOS'): MixEntry => ({ kind: name, token, weightPpm: weight, amountMedian: undefined });

export const steady = (seconds: number, perSecond: number): Stage => ({
  durationUs: seconds * 1_000_000,
  fromMilliTps: perSecond * 1_000,
  toMilliTps: perSecond * 1_000,
});

export const ALL_KINDS: readonly MixEntry[] = [
  kind('transfer', 20, 'STR'),
  kind('transfer', 5, 'CCOS'),
  kind('financial-public-transaction', 5),
  kind('domain_register', 8),
  kind('domain_renew', 4),
  kind('domain_transfer', 3),
  kind('domain_list', 6),
  kind('domain_buy', 6),
  kind('nft_mint', 6),
  kind('nft_transfer', 3),
  kind('nft_list', 6),
  kind('nft_buy', 6),
  kind('proposal', 2),
  kind('vote', 10),
  kind('execute_proposal', 2),
  kind('bridge_lock', 4),
  kind('bridge_unlock', 3),
  kind('bridge_mint', 4),
  kind('bridge_burn', 3),
  kind('bridge_refund', 2),
  kind('atomic', 6),
  kind('contract_deploy', 1),
  kind('contract_call', 2),
  kind('shielded_transfer', 4),
];

export const scenario = (mix: readonly MixEntry[], stages: readonly Stage[], count = 60): WorkloadScenario => ({
  workload: { model: 'open', accounts: { count, popularity: { distribution: 'zipf', sMilli: 900 } }, mix, stages },
});

export const ROOT_SEED = '5e'.repeat(32);

export interface Built {
  readonly workload: Workload;
  readonly accounts: WorkloadAccounts;
  readonly genesis: Genesis;
}

export function workloadOf(of: WorkloadScenario, params: Partial<Params> = {}, seed = '1', backend = crypto): Built {
  const accounts = makeAccounts(of, ROOT_SEED, backend);
  const all = { ...DEFAULT_PARAMS, relayers: accounts.relayerKeys, ...params };
  const made = makeGenesis({ timeSeconds: GENESIS_SECONDS, bits: 0x207fffff, params: all, allocations: accounts.allocations }, crypto);
  if (!made.ok) throw new Error(made.error.code);
  return { workload: new Workload(of, accounts, made.value, backend, seedKey(seed, crypto)), accounts, genesis: made.value };
}

/** A round of the tree. */
export interface Head {
  readonly parent: Head | undefined;
  readonly number: number;
  readonly hash: Hash;
  /** Unix seconds at which it was found; the next round's rules take it for their time. */
  readonly seconds: number;
  readonly state: LayeredState;
  readonly ledgerHashes: readonly Hash[];
  readonly receipts: readonly Receipt[];
  readonly included: ReadonlySet<Hash>;
}

export class LittleChain {
  readonly genesis: Head;
  private readonly environment: ChainEnvironment;

  constructor({ genesis }: Built) {
    const { params, hash, round, state } = genesis;
    this.environment = { params, genesisHash: hash, crypto, vm };
    const { ledgerHashes } = round.header;
    this.genesis = { parent: undefined, number: 0, hash: round.hash, seconds: GENESIS_SECONDS, state, ledgerHashes, receipts: [], included: new Set() };
  }

  /** Builds the best round on `parent` from what is offered and not on its branch yet. */
  extend(parent: Head, seconds: number, offered: readonly Transaction[]): Head {
    const taken = new Set<Hash>();
    for (let head: Head | undefined = parent; head !== undefined; head = head.parent) for (const id of head.included) taken.add(id);
    const context = this.context(parent);
    const { executed } = buildRound(this.environment, context, parent.state, offered.filter(({ id }) => !taken.has(id)));
    const hash = `${parent.number + 1}`.padStart(8, '0') + parent.hash.slice(0, 48) + `${seconds % 1e8}`.padStart(8, '0');
    return {
      parent,
      number: parent.number + 1,
      hash,
      seconds,
      state: parent.state.child(executed.delta, executed.commitments),
      ledgerHashes: LEDGERS.map((_, i) => `${i}${hash.slice(1)}`),
      receipts: executed.receipts,
      included: new Set(executed.receipts.map(({ transaction }) => transaction)),
    };
  }

  private context(parent: Head) {
    const header = { number: parent.number, ledgerHashes: parent.ledgerHashes } as unknown as RoundHeader;
    const blockHash = (ledger: (typeof LEDGERS)[number], number: number): Hash | undefined => {
      for (let head: Head | undefined = parent; head !== undefined; head = head.parent) {
        if (head.number === number) return head.ledgerHashes[LEDGERS.indexOf(ledger)];
      }
      return undefined;
    };
    return { parent: { hash: parent.hash, header }, miner: MINER.account, nowSeconds: parent.seconds, blockHash };
  }
}

const ROUND_SECONDS = 30;

/** Runs the chain to its end; `branch` says on how old an ancestor round `number` is found, 0 being the head. `told` hears of each final receipt. */
export function run(built: Built, rounds: number, finality: number, branch: (number: number) => number, told: (status: Receipt['status']) => void = () => {}): Head {
  const { workload } = built;
  const chain = new LittleChain(built);
  const sent: Transaction[] = [];
  let best = chain.genesis;
  let final = chain.genesis;
  for (let step = 1; step <= rounds; step++) {
    const untilUs = step * ROUND_SECONDS * 1_000_000;
    for (let at = workload.peek(); at !== undefined && at <= untilUs; at = workload.peek()) {
      const submission = workload.next();
      if (submission?.tag.intent === 'valid') sent.push(submission.transaction);
    }
    let parent = best;
    for (let depth = branch(step); depth > 0 && parent.parent !== undefined && parent !== final; depth--) parent = parent.parent;
    // A heavier branch arrives at once: as long as what it replaces, and one more. Its miners know other transactions.
    const length = best.number - parent.number + 1;
    for (let i = 0; i < length; i++) {
      const known = i === length - 1 ? sent : sent.filter((_, index) => (index + step) % 3 !== 0);
      parent = chain.extend(parent, GENESIS_SECONDS + step * ROUND_SECONDS - length + i + 1, known);
    }
    best = parent;
    for (const receipt of best.receipts) workload.seen(receipt.transaction, receipt.status, best.number, best.parent!.seconds);
    final = finalise(built, best, final, finality, told);
  }
  return finalise(built, best, final, 0, told);
}

function finalise({ workload }: Built, best: Head, final: Head, finality: number, told: (status: Receipt['status']) => void): Head {
  const path: Head[] = [];
  for (let head = best; head !== final; head = head.parent!) if (head.number <= best.number - finality) path.push(head);
  for (const head of path.reverse()) {
    for (const receipt of head.receipts) {
      workload.confirmed(receipt.transaction, receipt.status, head.number, head.parent!.seconds);
      told(receipt.status);
    }
    workload.finalRound(head.number, head.ledgerHashes);
  }
  return path.at(-1) ?? final;
}
