/**
 * Shielded transfers (D33): the steps of a plan, each sent when the notes of its ring have been seen in a round. Some spend a
 * note that an earlier step spends, some come from a thief; a model of the final chain's notes says what must come of each.
 */
import { GAS } from '../../engine/params/params.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Claim } from '../../engine/zk/statements.ts';
import { expectation, SUCCESS, type Expectation } from './expectations.ts';
import type { Draft, Family } from './draft.ts';
import type { Roster } from './roster.ts';
import { WINDOW, type ShieldedPlan, type Step } from './shielded-plan.ts';

/** A proof, made now or ahead; undefined where it was not made. */
export type ProofSource = (claim: Claim) => Uint8Array | undefined;

/** Most gas that one of them allows: for its base, its proof and two units of storage, and a quarter to spare. */
const GAS_MAX = (GAS.base + GAS.proof + 2 * GAS.storage) * 1.25;

const NOT_FOUND = expectation({ 'not-found': 'a reorganisation undid the making of a note in its ring' });
const SPENT = expectation({ 'nullifier-spent': 'its note was spent before' });
const REFUSED = expectation({ 'proof-refused': 'the proof was made for another sender' });

export class Shielded implements Family {
  private readonly roster: Roster;
  private readonly plan: ShieldedPlan;
  private readonly prove: ProofSource;
  private readonly affordable: boolean;
  private readonly waiting: Step[] = [];
  /** What a step was first seen to come to. */
  private readonly seen = new Map<Step, boolean>();
  /** Of the final chain. */
  private readonly notes = new Set<string>();
  private readonly nullifiers = new Set<string>();

  /** `gasLimit`: a ledger's per round, which governance never puts below what any transaction needs. */
  constructor(roster: Roster, plan: ShieldedPlan, prove: ProofSource, gasLimit: number) {
    this.roster = roster;
    this.plan = plan;
    this.prove = prove;
    this.affordable = gasLimit >= GAS_MAX;
  }

  draft(kind: Kind): Draft | undefined {
    if (kind !== 'shielded_transfer' || !this.affordable) return undefined;
    const step = this.take();
    const proof = step && this.prove(step.claim);
    if (step === undefined || proof === undefined) return undefined;
    const { sender, payload } = step;
    return {
      sender,
      payload: { ...payload, proof },
      expected: () => this.expected(step),
      seen: (status) => void this.seen.set(step, status === 'success'),
      final: (status) => {
        if (status !== 'success') return;
        this.nullifiers.add(payload.nullifier);
        for (const output of payload.outputs) this.notes.add(output);
      },
    };
  }

  /** The first step that can be sent; those that build on what failed are passed over for good. */
  private take(): Step | undefined {
    const { plan, waiting } = this;
    while (waiting.length < WINDOW) waiting.push(plan.next());
    for (let i = 0; i < waiting.length; i++) {
      const step = waiting[i];
      if (step.after.some((before) => this.seen.get(before) === false)) waiting.splice(i--, 1);
      else if (this.fits(step)) return waiting.splice(i, 1)[0];
    }
    return undefined;
  }

  private fits({ after, payload, sender }: Step): boolean {
    return after.every((before) => this.seen.get(before)) && this.roster.maySend(sender) && this.roster.canPay(sender, payload.deposit);
  }

  private expected({ payload, theft }: Step): Expectation {
    if (payload.ring.some((commitment) => !this.notes.has(commitment))) return NOT_FOUND;
    if (this.nullifiers.has(payload.nullifier)) return SPENT;
    return theft ? REFUSED : SUCCESS;
  }
}
