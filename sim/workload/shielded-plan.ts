/**
 * The shielded transfers of a workload, planned: who deposits, pays and withdraws with which notes, if all goes well. The
 * plan follows from seed and genesis alone, so that a prover that takes its time can make the proofs ahead of a run; when a
 * step is sent, and what comes of it, is the run's matter (`shielded.ts`).
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { shieldedStatement } from '../../engine/ledgers/main/shielded.ts';
import { UNIT } from '../../engine/params/params.ts';
import { OUTPUT_COUNT, RING_SIZE } from '../../engine/params/zk.ts';
import { Writer } from '../../engine/primitives/codec.ts';
import type { Account, Hash, Payload } from '../../engine/tx/transaction.ts';
import { fieldOfDigest, type Field } from '../../engine/zk/field.ts';
import { addressOf, commitmentOf, nullifierOf, type Note } from '../../engine/zk/note.ts';
import type { Claim } from '../../engine/zk/statements.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { WorkloadAccounts } from './accounts.ts';
import { arrivalsBound, expectedArrivals } from './arrivals.ts';
import { below, draw32, PURPOSE, type DrawKey } from '../kernel/draw.ts';

/** Accounts that take part, the first of the roster (assumption: few, so that their notes meet in rings). */
const PARTICIPANTS = 12;
/** As long as fewer notes than this are unspent, only deposits are planned; then one step in three (assumption). */
const FLOAT = 16;
/** Deposits are 1 to 64 STR (assumption). */
const DEPOSIT_MAX = 64;
/** One spending in this many is followed by a second one of the same note; one in this many is sent by a thief. */
const RIVALS = 10;
const THEFTS = 10;
/** Steps that the workload looks through for one that can be sent. */
export const WINDOW = 48;
/** Decoys are drawn from the newest notes, this many. */
const DECOYS = 32;

type Fields = Omit<Extract<Payload, { kind: 'shielded_transfer' }>, 'proof'>;

export interface Step {
  /** Index of the sending account. */
  readonly sender: number;
  readonly payload: Fields;
  /** What the proof must show. Of a theft it is made for the note's owner, and so worthless to the sender. */
  readonly claim: Claim;
  readonly theft: boolean;
  /** Steps that make the ring's notes, and the one that spends the same note first. */
  readonly after: readonly Step[];
}

interface Planned {
  readonly note: Note;
  readonly commitment: Field;
  readonly owner: number;
  readonly step: () => Step;
}

/** The plan of a run: the same for whoever proves ahead of it, and for the workload in it. */
export const planOf = (accounts: Pick<WorkloadAccounts, 'regular'>, genesisHash: Hash, crypto: Crypto, key: DrawKey): ShieldedPlan =>
  new ShieldedPlan(accounts.regular.map(({ account }) => account), genesisHash, crypto, key);

/** Steps that a run may come to: those that its arrivals ask for, and those that are waiting for their notes. */
export function stepsBound({ workload }: Pick<ResolvedScenario, 'workload'>): number {
  if (workload === undefined) return 0;
  const { mix, stages } = workload;
  const weight = (entries: typeof mix): number => entries.reduce((sum, entry) => sum + entry.weightPpm, 0);
  const mine = weight(mix.filter((entry) => 'kind' in entry && entry.kind === 'shielded_transfer'));
  return mine === 0 ? 0 : arrivalsBound((expectedArrivals(stages) * mine) / weight(mix)) + WINDOW;
}

export class ShieldedPlan {
  private readonly accounts: readonly Account[];
  private readonly genesisHash: Hash;
  private readonly crypto: Crypto;
  private readonly key: DrawKey;
  private readonly secrets: readonly Field[];
  private readonly unspent: Planned[] = [];
  /** The newest last. */
  private readonly made: Planned[] = [];
  private rival: { readonly source: Planned; readonly first: Step } | undefined;
  /** Of the step that is being planned; its next draw. */
  private index = 0;
  private counter = 0;

  constructor(roster: readonly Account[], genesisHash: Hash, crypto: Crypto, key: DrawKey) {
    this.accounts = roster.slice(0, PARTICIPANTS);
    this.genesisHash = genesisHash;
    this.crypto = crypto;
    this.key = key;
    this.secrets = this.accounts.map((_, participant) => this.element(-1 - participant, 0));
  }

  /** The next step of a plan without end. */
  next(): Step {
    this.counter = 0;
    const step = this.plan();
    this.index++;
    return step;
  }

  private plan(): Step {
    const { rival, unspent } = this;
    if (rival !== undefined) {
      this.rival = undefined;
      return this.spend(rival.source, [rival.first], false, false);
    }
    if (unspent.length < FLOAT || this.below(3) === 0) return this.deposit();
    const at = this.below(unspent.length);
    const source = unspent[at];
    if (this.below(THEFTS) === 0) return this.spend(source, [], true, false);
    unspent.splice(at, 1);
    const step = this.spend(source, [], false, true);
    if (this.below(RIVALS) === 0) this.rival = { source, first: step };
    return step;
  }

  /** Two notes to oneself, out of one's account. */
  private deposit(): Step {
    const owner = this.below(this.accounts.length);
    const amount = BigInt(1 + this.below(DEPOSIT_MAX)) * UNIT;
    const nothing: Note = { value: 0n, address: this.address(owner), blinding: this.fresh() };
    return this.step(owner, owner, nothing, [], this.outputs(amount, owner, owner), { deposit: amount, withdrawal: 0n }, [], false, true);
  }

  /** Pays somebody a part and oneself the rest; one time in four a part leaves the pool. */
  private spend({ note, commitment, owner, step }: Planned, before: readonly Step[], theft: boolean, keep: boolean): Step {
    const withdrawal = this.below(4) === 0 ? this.partOf(note.value) : 0n;
    const decoys = Array.from({ length: RING_SIZE - 1 }, () => this.made[this.made.length - 1 - this.below(Math.min(DECOYS, this.made.length))]);
    const ring = decoys.map((decoy) => decoy.commitment);
    ring.splice(this.below(RING_SIZE), 0, commitment);
    const after = [step(), ...decoys.map((decoy) => decoy.step()), ...before];
    const outputs = this.outputs(note.value - withdrawal, this.below(this.accounts.length), owner);
    const sender = theft ? (owner + 1) % this.accounts.length : owner;
    return this.step(sender, owner, note, ring, outputs, { deposit: 0n, withdrawal }, after, theft && sender !== owner, keep);
  }

  private outputs(value: bigint, to: number, rest: number): { readonly note: Note; readonly owner: number }[] {
    const paid = this.partOf(value);
    return [[paid, to] as const, [value - paid, rest] as const].map(([amount, owner]) => ({ note: { value: amount, address: this.address(owner), blinding: this.fresh() }, owner }));
  }

  private step(
    sender: number,
    prover: number,
    spent: Note,
    ring: readonly Field[],
    outputs: readonly { readonly note: Note; readonly owner: number }[],
    flows: { readonly deposit: bigint; readonly withdrawal: bigint },
    after: readonly Step[],
    theft: boolean,
    keep: boolean,
  ): Step {
    const secret = this.secrets[prover];
    const notes = outputs.map(({ note }) => note);
    const payload: Fields = { kind: 'shielded_transfer', ring, nullifier: nullifierOf(secret, commitmentOf(spent)), outputs: notes.map(commitmentOf), ...flows };
    const statement = shieldedStatement(payload, this.accounts[prover], this.genesisHash, this.crypto);
    const step: Step = { sender, payload, claim: { statement, witness: { secret, value: spent.value, blinding: spent.blinding, outputs: notes } }, theft, after };
    if (keep) {
      for (let i = 0; i < OUTPUT_COUNT; i++) {
        const planned: Planned = { ...outputs[i], commitment: payload.outputs[i], step: () => step };
        this.made.push(planned);
        if (planned.note.value > 0n) this.unspent.push(planned);
      }
    }
    return step;
  }

  private address(participant: number): Field {
    return addressOf(this.secrets[participant]);
  }

  /** A drawn part of an amount, 0 … all of it, in 256ths. */
  private partOf(value: bigint): bigint {
    return (value * BigInt(this.below(257))) / 256n;
  }

  private below(bound: number): number {
    return below(this.key, this.index, PURPOSE.shielded, this.counter++, bound);
  }

  /** A drawn element that no other draw of the run gives. */
  private fresh(): Field {
    const element = this.element(this.index, this.counter);
    this.counter += 8;
    return element;
  }

  private element(actor: number, counter: number): Field {
    const out = new Writer(32);
    for (let word = 0; word < 8; word++) out.u32(draw32(this.key, actor, PURPOSE.shielded, counter + word));
    return fieldOfDigest(out.finish());
  }
}
