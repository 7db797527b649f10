/**
 * Governance: proposals, votes, and the execution of what surely passed (D19).
 *
 * Votes gather on the oldest open proposal until it has surely passed or closes, since spread over many none would
 * reach its quorum. "Surely" is by the bounds of `roster.ts`: a voter's weight is its balance at the end of the
 * proposal's round.
 */
import { STR_SUPPLY, UNIT, type Params } from '../../engine/params/params.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import { GOVERNED_PARAMETERS, type GovernedParameter, type ProposalAction } from '../../engine/tx/transaction.ts';
import { inRange } from '../../engine/ledgers/governance/parameters.ts';
import type { Clock } from './clock.ts';
import { expectation, SUCCESS, type Status, type SubmissionTag } from './expectations.ts';
import type { Arrival, Draft, Family, KindEntry } from './draft.ts';
import type { Roster } from './roster.ts';

/** Most proposals that are waiting or open at once: more would only divide the votes (assumption). */
const LIVE_MAX = 8;
/** Three of four proposals are popular: nine of ten vote for them; of the others one in five does (assumption). */
const POPULAR = 4;
const AGAINST_POPULAR = 10;
const FOR_UNPOPULAR = 5;
/** No vote is sent with fewer rounds than this left as far as seen; later ones are likely to be late. */
const ROUNDS_LEFT = 2;
/** Draws of a voter who has not voted. */
const TRIES = 8;
/** STR that a treasury proposal allocates (assumption). */
const ALLOCATION = 1_000n * UNIT;
/** A proposal raises the majority by at most this much, basis points (assumption). */
const MAJORITY_RISE_BPS = 500;

const CLOSED = expectation({ 'voting-closed': 'the round that includes it is outside of those whose votes count' });
const NOT_FOUND = expectation({ 'not-found': 'a reorganisation undid the proposal' });
const OPEN = expectation({ 'voting-open': 'a reorganisation put the proposal into a later round' });
const DELAYED = expectation({ 'execution-delay': 'a reorganisation put the proposal into a later round' });
const UNSURE = expectation({
  success: 'the votes that a reorganisation left may be enough',
  'quorum-not-met': 'a reorganisation cost it votes',
  'not-passed': 'a reorganisation cost it votes',
});

/** Largest domain fee that any proposal of the workload can bring about: what a registration may cost. */
export const domainFeeMax = (params: Params): bigint => 2n * params.domainFee;

/** Bounds of weights, base units: of all votes and of those for, at least; of those against, at most. */
class Bounds {
  private castLow = 0n;
  private forLow = 0n;
  private againstHigh = 0n;

  for(low: bigint): void {
    this.castLow += low;
    this.forLow += low;
  }

  against(low: bigint, high: bigint): void {
    this.castLow += low;
    this.againstHigh += high;
  }

  /** Passed, whatever the exact weights, and whatever the workload's own proposals did to quorum and majority. */
  surelyPassed({ quorumBps, majorityBps }: Params): boolean {
    return (
      this.castLow * 10_000n >= STR_SUPPLY * BigInt(quorumBps) &&
      this.forLow * 10_000n > (this.forLow + this.againstHigh) * BigInt(majorityMax(majorityBps))
    );
  }
}

/** A proposal and its votes. */
class Motion {
  readonly tag: SubmissionTag;
  readonly popular: boolean;
  /** The proposal's round, as seen and as final; unknown before. */
  roundSeen: number | undefined = undefined;
  roundFinal: number | undefined = undefined;
  readonly voters = new Set<number>();
  /** Weights of votes seen, and of final ones. */
  readonly seen = new Bounds();
  readonly final = new Bounds();

  constructor(tag: SubmissionTag, popular: boolean) {
    this.tag = tag;
    this.popular = popular;
  }
}

export class Governance implements Family {
  private readonly roster: Roster;
  private readonly params: Params;
  private readonly clock: Clock;
  /** Proposals that are waiting or open, oldest first; and those that closed and surely passed. */
  private live: Motion[] = [];
  private readonly passed: Motion[] = [];

  constructor(roster: Roster, params: Params, clock: Clock) {
    this.roster = roster;
    this.params = params;
    this.clock = clock;
  }

  draft(kind: Kind, _entry: KindEntry, arrival: Arrival): Draft | undefined {
    this.close();
    switch (kind) {
      case 'proposal':
        return this.propose(arrival);
      case 'vote':
        return this.vote(arrival);
      case 'execute_proposal':
        return this.execute(arrival);
      default:
        return undefined;
    }
  }

  private propose(arrival: Arrival): Draft | undefined {
    if (this.live.length >= LIVE_MAX) return undefined;
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const popular = !arrival.oneIn(POPULAR);
    let motion: Motion | undefined;
    return {
      sender,
      payload: { kind: 'proposal', title: `Proposal ${arrival.index}`, action: this.action(arrival) },
      expected: SUCCESS,
      sent: (tag) => {
        motion = new Motion(tag, popular);
        this.live.push(motion);
      },
      seen: (status, at) => {
        if (motion === undefined) return;
        if (status === 'success') motion.roundSeen = at.roundNumber;
        else this.live = this.live.filter((other) => other !== motion);
      },
      final: (status, at) => {
        if (motion !== undefined && status === 'success') motion.roundFinal = at.roundNumber;
      },
    };
  }

  /**
   * Changes stay near the genesis values, so that bounds known beforehand (`domainFeeMax`, quorum, majority) always
   * hold.
   */
  private action(arrival: Arrival): ProposalAction {
    const { domainFee, quorumBps, majorityBps, gasLimitPerLedger } = this.params;
    const values: Readonly<Record<GovernedParameter, () => bigint>> = {
      domainFee: () => domainFee / 2n + (domainFee * 3n * BigInt(arrival.below(101))) / 200n,
      quorumBps: () => BigInt(quorumBps - arrival.below((quorumBps >> 1) + 1)),
      majorityBps: () => BigInt(majorityBps + arrival.below(majorityMax(majorityBps) - majorityBps + 1)),
      gasLimitPerLedger: () => BigInt(gasLimitPerLedger) + BigInt(arrival.below(gasLimitPerLedger + 1)),
    };
    // One more than there are parameters: a treasury allocation.
    const chosen = arrival.below(GOVERNED_PARAMETERS.length + 1);
    if (chosen < GOVERNED_PARAMETERS.length) {
      const parameter = GOVERNED_PARAMETERS[chosen];
      const value = values[parameter]();
      if (inRange(parameter, value)) return { type: 'parameter', parameter, value };
    }
    const to = this.roster.draw(arrival.index, arrival.nextAccount());
    this.roster.mayReceive(to, ALLOCATION);
    return { type: 'treasury', to: this.roster.account(to), amount: ALLOCATION };
  }

  private vote(arrival: Arrival): Draft | undefined {
    const latest = this.clock.roundSeen + ROUNDS_LEFT;
    const open = this.live.filter(({ roundSeen }) => roundSeen !== undefined && latest <= this.closes(roundSeen));
    const motion = open.find((candidate) => candidate.popular && !candidate.seen.surelyPassed(this.params)) ?? open[0];
    if (motion === undefined) return undefined;
    const voter = this.voter(motion, arrival);
    if (voter === undefined) return undefined;
    const approve = motion.popular ? !arrival.oneIn(AGAINST_POPULAR) : arrival.oneIn(FOR_UNPOPULAR);
    const low = this.roster.low(voter);
    const high = this.roster.high(voter);
    const count = (bounds: Bounds, status: Status) => {
      if (status !== 'success') return;
      if (approve) bounds.for(low);
      else bounds.against(low, high);
    };
    return {
      sender: voter,
      payload: { kind: 'vote', proposal: motion.tag.id, approve },
      expected: ({ roundNumber }) => {
        const made = motion.roundFinal;
        if (made === undefined) return NOT_FOUND;
        return made < roundNumber && roundNumber <= this.closes(made) ? SUCCESS : CLOSED;
      },
      sent: () => void motion.voters.add(voter),
      seen: (status) => count(motion.seen, status),
      final: (status) => count(motion.final, status),
    };
  }

  private voter(motion: Motion, arrival: Arrival): number | undefined {
    for (let i = 0; i < TRIES; i++) {
      const voter = this.roster.sender(arrival.index, arrival.nextAccount());
      if (voter !== undefined && !motion.voters.has(voter)) return voter;
    }
    return undefined;
  }

  /** Passed and due already, as far as seen; so whenever it is included, it still is. */
  private execute(arrival: Arrival): Draft | undefined {
    const due = (made: number) => this.closes(made) + Math.max(1, this.params.executionDelayRounds);
    const now = this.clock.roundSeen;
    const index = this.passed.findIndex(({ roundSeen }) => roundSeen !== undefined && due(roundSeen) <= now);
    const sender = index < 0 ? undefined : this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const [motion] = this.passed.splice(index, 1);
    return {
      sender,
      payload: { kind: 'execute_proposal', proposal: motion.tag.id },
      expected: ({ roundNumber }) => {
        const made = motion.roundFinal;
        if (made === undefined) return NOT_FOUND;
        if (roundNumber <= this.closes(made)) return OPEN;
        if (roundNumber < due(made)) return DELAYED;
        return motion.final.surelyPassed(this.params) ? SUCCESS : UNSURE;
      },
    };
  }

  /** Last round whose votes on a proposal of round `made` count. */
  private closes(made: number): number {
    return made + this.params.votingPeriodRounds;
  }

  /** Sorts out proposals whose vote is over. */
  private close(): void {
    const over = ({ roundSeen }: Motion) => roundSeen !== undefined && this.closes(roundSeen) < this.clock.roundSeen;
    if (!this.live.some(over)) return;
    for (const motion of this.live) if (over(motion) && motion.seen.surelyPassed(this.params)) this.passed.push(motion);
    this.live = this.live.filter((motion) => !over(motion));
  }
}

const majorityMax = (majorityBps: number): number => Math.min(9_999, majorityBps + MAJORITY_RISE_BPS);
