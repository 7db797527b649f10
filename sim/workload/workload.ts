/**
 * The workload: an open stream of really signed transactions whose outcomes it knows.
 *
 * Times of arrivals follow from the rate's stages and the seed alone, and never wait for answers. What is sent then also
 * depends on what the workload has seen come true (an NFT must be listed before it can be bought), so the stream is a
 * function of scenario, seed and the `seen` and `confirmed` calls, which the simulator makes at exact virtual times:
 *
 *   at virtual time `peek()`                        → `next()`, submitted to a delegate
 *   it refuses                                      → `refused(tag, code)`;   admits an invalid one → `admitted(tag)`
 *   an observer's head moves to a round             → `seen(…)` for each of its transactions
 *   a round is final at the observer, in order      → `confirmed(…)` for each of its transactions, then `finalRound(…)`
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { Params } from '../../engine/params/params.ts';
import { maximalStrOutflow } from '../../engine/tx/outflow.ts';
import { LEDGERS, type Kind } from '../../engine/tx/kinds.ts';
import type { BlockReference, Hash, Payload, Transaction } from '../../engine/tx/transaction.ts';
import { PURPOSE, below, draw32, type DrawKey } from '../kernel/draw.ts';
import type { InvalidReason, ResolvedScenario } from '../scenario/types.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { stubProver } from '../../engine/zk/stub.ts';
import type { WorkloadAccounts } from './accounts.ts';
import { Arrivals } from './arrivals.ts';
import { Atomics } from './atomic.ts';
import { Bridge } from './bridge.ts';
import { Clock } from './clock.ts';
import { Contracts } from './contracts.ts';
import { Domains } from './domains.ts';
import { Arrival, gasPrice, type Draft, type Family, type KindEntry } from './draft.ts';
import { judge, type Inclusion, type RefusalCode, type Status, type SubmissionTag } from './expectations.ts';
import type { Verdict } from './expectations.ts';
import { domainFeeMax, Governance } from './governance.ts';
import { Offenders } from './invalid.ts';
import { Mix, SUBSTITUTES } from './mix.ts';
import { Nfts } from './nfts.ts';
import { Roster } from './roster.ts';
import { Shielded, type ProofSource } from './shielded.ts';
import { planOf } from './shielded-plan.ts';
import { Signer } from './sign.ts';
import { Statistics } from './statistics.ts';
import { Transfers } from './transfers.ts';

export interface Submission {
  /** Virtual time, µs. */
  readonly atUs: number;
  readonly transaction: Transaction;
  readonly tag: SubmissionTag;
}

/** What the workload needs of a genesis. Virtual time 0 is `timeSeconds`, Unix seconds. */
export interface GenesisFacts {
  readonly hash: Hash;
  readonly params: Params;
  readonly timeSeconds: number;
}

/**
 * One valid submission in this many allows more gas than it needs; one in this many refers to a block (assumptions).
 */
const SPARE_GAS = 4;
const REFERRING = 16;

type Families = Readonly<Record<Kind, Family>>;

interface Pending {
  readonly tag: SubmissionTag;
  readonly draft: Pick<Draft, 'seen' | 'final'>;
}

export class Workload {
  readonly statistics = new Statistics();
  private readonly arrivals: Arrivals;
  private readonly mix: Mix;
  private readonly roster: Roster;
  private readonly signer: Signer;
  private readonly offenders: Offenders;
  private readonly families: Families;
  private readonly key: DrawKey;
  /** Ledger blocks of the latest round known to be final. */
  private finalBlocks: readonly BlockReference[] = [];
  /** Valid submissions that are not final, by id. */
  private readonly pending = new Map<Hash, Pending>();
  private readonly clock: Clock;
  /** Largest domain fee that governance may set. */
  private readonly domainFee: bigint;
  private index = 0;
  private atUs: number | undefined;

  /**
   * `genesis.params.relayers` must be `accounts.relayerKeys`, or nothing comes over the bridge (substitutes are sent).
   */
  constructor(
    scenario: Pick<ResolvedScenario, 'workload'>,
    accounts: WorkloadAccounts,
    genesis: GenesisFacts,
    crypto: Crypto,
    drawKey: DrawKey,
    prove: ProofSource = stubProver.prove,
  ) {
    const { workload } = scenario;
    if (workload === undefined) throw new Bug('this scenario has no workload');
    this.key = drawKey;
    this.arrivals = new Arrivals(workload.stages, drawKey);
    this.mix = new Mix(workload.mix);
    this.clock = new Clock(genesis.timeSeconds);
    this.domainFee = domainFeeMax(genesis.params);
    this.roster = new Roster(accounts, workload.accounts.popularity, this.domainFee, drawKey);
    this.signer = new Signer(genesis.hash, crypto);
    this.offenders = new Offenders(accounts, this.roster, this.signer, crypto);
    const plan = planOf(accounts, genesis.hash, crypto, drawKey);
    this.families = families(this.roster, this.clock, accounts, genesis, crypto, new Shielded(this.roster, plan, prove, genesis.params.gasLimitPerLedger));
    this.atUs = this.arrivals.next();
  }

  /** Virtual time of the next submission, µs; `undefined` after the last. */
  peek(): number | undefined {
    return this.atUs;
  }

  /** The next submission, chosen with what has been seen so far; `undefined` after the last. */
  next(): Submission | undefined {
    while (this.atUs !== undefined) {
      const arrival = new Arrival(this.key, this.index++, this.atUs);
      this.atUs = this.arrivals.next();
      const submission = this.submit(arrival);
      if (submission !== undefined) {
        this.statistics.offered(submission.tag);
        return submission;
      }
      this.statistics.idle++;
    }
    return undefined;
  }

  /**
   * A submission was included in a round of the best chain that a reorganisation may still undo. Widens what can be
   * sent next; judges nothing. Unknown ids, and second calls, are ignored, so a round may be told twice.
   */
  seen(id: Hash, status: Status, roundNumber: number, nowSeconds: number): void {
    const pending = this.pending.get(id);
    this.clock.saw(roundNumber, nowSeconds);
    if (pending === undefined || pending.tag.seen !== undefined) return;
    pending.tag.seen = status;
    if (pending.tag.drawn !== 'replay') this.roster.settled(pending.tag.sender);
    pending.draft.seen?.(status, { roundNumber, nowSeconds }, pending.tag);
  }

  /**
   * A submission is final: judged. Calls must follow the order of execution. `nowSeconds` is the chain time of that
   * round's rules (its parent's median time, D8). Needs no earlier `seen`. `undefined` for ids that are not (or no
   * longer) waited for.
   */
  confirmed(id: Hash, status: Status, roundNumber: number, nowSeconds: number): Verdict | undefined {
    this.seen(id, status, roundNumber, nowSeconds);
    const pending = this.pending.get(id);
    if (pending === undefined) return undefined;
    this.pending.delete(id);
    const { tag, draft } = pending;
    const at: Inclusion = { roundNumber, nowSeconds };
    const verdict = judge(tag, status, at);
    draft.final?.(status, at);
    this.statistics.came(tag, status === 'success' ? 'succeeded' : 'failed');
    if (verdict.verdict === 'unexpected') this.statistics.surprised(tag, status, verdict.expected);
    return verdict;
  }

  /**
   * A round is final: what is sent from now on may refer to its six ledger blocks, whose hashes are in `LEDGERS` order
   * (D10).
   */
  finalRound(roundNumber: number, ledgerHashes: readonly Hash[]): void {
    this.finalBlocks = LEDGERS.map((ledger, index) => ({ ledger, number: roundNumber, hash: ledgerHashes[index] }));
  }

  /**
   * A submission was refused at admission. The first refusal is judged and counted; further nodes' refusals with the
   * same code are not. A valid one may still be admitted elsewhere, so it stays waited for.
   */
  refused(tag: SubmissionTag, code: RefusalCode): Verdict {
    const verdict = judge(tag, code, undefined);
    if (tag.refused === code) return verdict;
    if (tag.refused === undefined) this.statistics.came(tag, 'refused');
    tag.refused = code;
    if (verdict.verdict === 'unexpected') this.statistics.surprised(tag, code, verdict.expected);
    return verdict;
  }

  /**
   * An invalid submission was admitted, or stands in a round: never expected. (A replay is the exception: its bytes are
   * its original's, so a node that lags admits it rightly, and its inclusion is its original's.)
   */
  admitted(tag: SubmissionTag): void {
    if (tag.intent === 'valid' || tag.intent === 'replay') return;
    this.statistics.surprised(tag, 'success', typeof tag.expected === 'function' ? [] : [...tag.expected.keys()]);
  }

  /** Draws that fell on an account at a bound of its own, and were passed on to the next in rank. */
  get diverted(): number {
    return this.roster.diverted;
  }

  private submit(arrival: Arrival): Submission | undefined {
    const entry = this.mix.draw(draw32(this.key, arrival.index, PURPOSE.mix, 0));
    if ('invalid' in entry) {
      const reason = below(this.key, arrival.index, PURPOSE.mix, 1, entry.invalid.length);
      return this.submitInvalid(entry.invalid[reason], arrival);
    }
    const draft = this.draft(entry, arrival);
    if (draft === undefined) return undefined;
    const { sender } = draft;
    const key = this.roster.keys[sender];
    const spareGas = arrival.oneIn(SPARE_GAS);
    const reference = arrival.oneIn(REFERRING) ? this.reference(arrival) : undefined;
    const nonce = this.roster.nonce(sender);
    const fields = this.signer.fields(key, nonce, draft.payload, gasPrice(arrival), spareGas, reference, draft.gas);
    const transaction = this.signer.sign(fields, key);
    const fee = BigInt(fields.gasLimit) * fields.gasPrice;
    this.roster.spend(sender, fee + maximalStrOutflow(draft.payload, this.domainFee), ccosOutflow(draft.payload));
    const tag = newTag(arrival, transaction, entry.kind, 'valid', sender, draft.expected);
    this.pending.set(transaction.id, { tag, draft });
    draft.sent?.(tag);
    return { atUs: arrival.atUs, transaction, tag };
  }

  private reference(arrival: Arrival): BlockReference | undefined {
    return this.finalBlocks.length === 0 ? undefined : this.finalBlocks[arrival.below(this.finalBlocks.length)];
  }

  /** The drawn kind's draft, or the first substitute's that fits, or a payment. */
  private draft(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const drawn = this.families[entry.kind].draft(entry.kind, entry, arrival);
    if (drawn !== undefined) return drawn;
    for (const kind of SUBSTITUTES[entry.kind] ?? []) {
      const draft = this.families[kind].draft(kind, entry, arrival);
      if (draft !== undefined) return draft;
    }
    return this.families.transfer.draft('transfer', entry, arrival);
  }

  private submitInvalid(reason: InvalidReason, arrival: Arrival): Submission {
    const { transaction, offender, original, expected } = this.offenders.make(reason, arrival, this.clock.roundSeen);
    const tag = newTag(arrival, transaction, reason, original ? 'valid' : reason, offender, expected);
    if (original) {
      const seen: Draft['seen'] = (status, at) => {
        if (status === 'success') this.offenders.seenOriginal(tag, transaction, at.roundNumber);
      };
      this.pending.set(transaction.id, { tag, draft: { seen } });
    }
    return { atUs: arrival.atUs, transaction, tag };
  }
}

function families(
  roster: Roster,
  clock: Clock,
  accounts: WorkloadAccounts,
  genesis: GenesisFacts,
  crypto: Crypto,
  shielded: Shielded,
): Families {
  const transfers = new Transfers(roster);
  const domains = new Domains(roster, genesis.params, clock);
  const nfts = new Nfts(roster);
  const governance = new Governance(roster, genesis.params, clock);
  const bridge = new Bridge(roster, clock, accounts, genesis, crypto);
  const atomics = new Atomics(roster, domains, nfts);
  const contracts = new Contracts(roster, clock, genesis.params, crypto);
  return {
    transfer: transfers,
    'financial-public-transaction': transfers,
    domain_register: domains,
    domain_renew: domains,
    domain_transfer: domains,
    domain_list: domains,
    domain_buy: domains,
    nft_mint: nfts,
    nft_transfer: nfts,
    nft_list: nfts,
    nft_buy: nfts,
    proposal: governance,
    vote: governance,
    execute_proposal: governance,
    bridge_lock: bridge,
    bridge_unlock: bridge,
    bridge_mint: bridge,
    bridge_burn: bridge,
    bridge_refund: bridge,
    atomic: atomics,
    contract_deploy: contracts,
    contract_call: contracts,
    shielded_transfer: shielded,
  };
}

function newTag(
  arrival: Arrival,
  transaction: Transaction,
  drawn: SubmissionTag['drawn'],
  intent: SubmissionTag['intent'],
  sender: number,
  expected: SubmissionTag['expected'],
): SubmissionTag {
  return {
    index: arrival.index,
    atUs: arrival.atUs,
    id: transaction.id,
    kind: transaction.kind,
    drawn,
    intent,
    sender,
    expected,
    seen: undefined,
    refused: undefined,
  };
}

function ccosOutflow(payload: Payload): bigint {
  if (payload.kind === 'transfer') return payload.token === 'CCOS' ? payload.amount : 0n;
  return payload.kind === 'atomic' ? payload.legs.reduce((sum, leg) => sum + ccosOutflow(leg), 0n) : 0n;
}
