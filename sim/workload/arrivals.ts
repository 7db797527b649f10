/**
 * Open arrivals: a Poisson process whose rate follows the scenario's stages, piecewise linear in time. It never waits
 * for answers, and its times depend on the stages and the key alone, so that no other choice of a scenario shifts them.
 *
 * By inversion: the k-th arrival is where the integral of the rate reaches the sum of k keyed unit exponentials. Only
 * + − × ÷ sqrt and `ln` built from them are used, so every engine gives the same microsecond.
 */
import type { Stage } from '../scenario/types.ts';
import { draw32, PURPOSE, type DrawKey } from '../kernel/draw.ts';
import { ln } from '../kernel/exact-math.ts';

/** A rate of one thousandth of a transaction per second, in transactions per microsecond, is 1 / this. */
const MILLI_TPS = 1e9;
/** Actor of the arrival draws: there is one arrival process. */
const PROCESS = 0;

/** Expected number of arrivals over a whole stage. */
const expectedIn = ({ fromMilliTps, toMilliTps, durationUs }: Stage): number =>
  ((fromMilliTps + toMilliTps) / 2 / MILLI_TPS) * durationUs;

/** Expected number of arrivals over all stages. */
export const expectedArrivals = (stages: readonly Stage[]): number =>
  stages.reduce((sum, stage) => sum + expectedIn(stage), 0);

/**
 * A count that the arrivals of one run exceed with probability below 1e-8: the Poisson mean plus six standard
 * deviations (and a constant for small means, where the normal approximation is poor).
 */
export const arrivalsBound = (expected: number): number => Math.ceil(expected + 6 * Math.sqrt(expected) + 24);

/**
 * Time into the stage at which its integral reaches `need` arrivals: the smaller root of a quadratic, without
 * cancellation.
 */
function invert(stage: Stage, need: number): number {
  const area = need * MILLI_TPS;
  const slope = (stage.toMilliTps - stage.fromMilliTps) / stage.durationUs;
  const root = Math.sqrt(Math.max(0, stage.fromMilliTps * stage.fromMilliTps + 2 * slope * area));
  return Math.min(stage.durationUs, (2 * area) / (stage.fromMilliTps + root));
}

export class Arrivals {
  private readonly stages: readonly Stage[];
  private readonly key: DrawKey;
  /** Arrivals given out. */
  private count = 0;
  /** Integral of the rate up to the last arrival, and up to the beginning of the current stage. */
  private reached = 0;
  private before = 0;
  private stage = 0;
  private stageStartUs = 0;

  constructor(stages: readonly Stage[], key: DrawKey) {
    this.stages = stages;
    this.key = key;
  }

  /**
   * Time of the next arrival, whole virtual µs from the run's beginning, never descending; `undefined` after the last.
   */
  next(): number | undefined {
    this.reached -= ln((draw32(this.key, PROCESS, PURPOSE.arrival, this.count) + 0.5) / 0x1_0000_0000);
    for (; this.stage < this.stages.length; this.stage++) {
      const stage = this.stages[this.stage];
      const whole = expectedIn(stage);
      if (this.reached < this.before + whole) {
        this.count++;
        return this.stageStartUs + Math.floor(invert(stage, this.reached - this.before));
      }
      this.before += whole;
      this.stageStartUs += stage.durationUs;
    }
    return undefined;
  }
}
