/** What a header's rules depend on along its branch, computed once per round: median time, next target, verdict (D8). */
import type { Genesis } from './genesis.ts';
import { LIMITS } from '../params/params.ts';
import { checkHeader } from './check.ts';
import { asertBits, type AsertAnchor } from './difficulty.ts';
import { medianTime } from './median-time.ts';
import type { Registry, RoundRef } from './registry.ts';
import type { SealScheme } from './seal.ts';
import type { RoundError } from './types.ts';
import { workOf } from './work.ts';

export class HeaderRules {
  private readonly registry: Registry;
  private readonly genesis: Genesis;
  private readonly seal: SealScheme;
  private readonly anchor: AsertAnchor;
  private readonly medians: number[] = [];
  private readonly bits: number[] = [];
  /** By round: null is valid. */
  private readonly verdicts: (RoundError | null)[] = [];

  constructor(registry: Registry, genesis: Genesis, seal: SealScheme) {
    this.registry = registry;
    this.genesis = genesis;
    this.seal = seal;
    const { header } = genesis.round;
    this.anchor = { bits: header.bits, height: 0, parentTime: header.time - genesis.params.roundIntervalSeconds };
  }

  /** Median time of the branch ending at `ref`, Unix seconds. */
  medianTime(ref: RoundRef): number {
    let median = this.medians[ref];
    if (median === undefined) {
      const times: number[] = [];
      for (let at = ref; at >= 0 && times.length < LIMITS.medianRounds; at = this.registry.rounds[at].parent) times.push(this.registry.rounds[at].header.time);
      median = medianTime(times);
      this.medians[ref] = median;
    }
    return median;
  }

  /** Compact target of a round on `ref`. */
  nextBits(ref: RoundRef): number {
    let bits = this.bits[ref];
    if (bits === undefined) {
      const { header, number } = this.registry.rounds[ref];
      const { roundIntervalSeconds, halfLifeSeconds } = this.genesis.params;
      bits = asertBits(this.anchor, number, header.time, roundIntervalSeconds, halfLifeSeconds);
      this.bits[ref] = bits;
    }
    return bits;
  }

  nextWork(ref: RoundRef): bigint {
    return workOf(this.nextBits(ref));
  }

  /** The rule that a header breaks by content, on a known parent; undefined where it breaks none. */
  headerError(ref: RoundRef): RoundError | undefined {
    let verdict = this.verdicts[ref];
    if (verdict === undefined) {
      const { header, parent } = this.registry.rounds[ref];
      const facts = { number: this.registry.rounds[parent].number, medianTime: this.medianTime(parent), nextBits: this.nextBits(parent) };
      verdict = checkHeader(header, facts, this.seal) ?? null;
      this.verdicts[ref] = verdict;
    }
    return verdict ?? undefined;
  }
}
