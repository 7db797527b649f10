/** Counts of what was sent and what became of it. */
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Hash } from '../../engine/tx/transaction.ts';
import type { InvalidReason } from '../scenario/types.ts';
import type { Outcome, SubmissionTag } from './expectations.ts';

/** Of one kind's valid submissions, or of one reason's invalid ones. */
export interface Tally {
  offered: number;
  refused: number;
  succeeded: number;
  failed: number;
  /** Of the refused, succeeded and failed ones: outcomes that were not expected. */
  unexpected: number;
}

/** A submission whose outcome was not the known one: a finding about the network, or a bug. */
export interface Unexpected {
  readonly index: number;
  readonly atUs: number;
  readonly id: Hash;
  readonly kind: Kind;
  readonly intent: SubmissionTag['intent'];
  readonly outcome: Outcome;
  readonly expected: readonly Outcome[];
}

/** The list of unexpected outcomes keeps the first ones; `unexpectedCount` counts all. */
const UNEXPECTED_KEPT = 100;

export class Statistics {
  /** Valid submissions by the kind that was sent. */
  readonly kinds = new Map<Kind, Tally>();
  /** Invalid submissions by reason; `refused` counts each once. */
  readonly invalid = new Map<InvalidReason, Tally>();
  /** How often a kind stood in for a drawn one, by `drawn→sent`; a replay's original counts as `replay→transfer`. */
  readonly substituted = new Map<string, number>();
  readonly unexpected: Unexpected[] = [];
  unexpectedCount = 0;
  /** Arrivals for which no account could send anything at all. */
  idle = 0;

  offered(tag: SubmissionTag): void {
    this.tally(tag).offered++;
    if (tag.intent !== 'valid' || tag.kind === tag.drawn) return;
    const name = `${tag.drawn}→${tag.kind}`;
    this.substituted.set(name, (this.substituted.get(name) ?? 0) + 1);
  }

  came(tag: SubmissionTag, what: 'refused' | 'succeeded' | 'failed'): void {
    this.tally(tag)[what]++;
  }

  surprised(tag: SubmissionTag, outcome: Outcome, expected: readonly Outcome[]): void {
    this.tally(tag).unexpected++;
    this.unexpectedCount++;
    if (this.unexpected.length === UNEXPECTED_KEPT) return;
    const { index, atUs, id, kind, intent } = tag;
    this.unexpected.push({ index, atUs, id, kind, intent, outcome, expected });
  }

  private tally(tag: SubmissionTag): Tally {
    return tag.intent === 'valid' ? entry(this.kinds, tag.kind) : entry(this.invalid, tag.intent);
  }
}

function entry<K>(tallies: Map<K, Tally>, key: K): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = { offered: 0, refused: 0, succeeded: 0, failed: 0, unexpected: 0 };
    tallies.set(key, tally);
  }
  return tally;
}
