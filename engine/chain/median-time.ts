/** Median time (D8): of the last n = min(11, rounds) rounds, `sorted[n >> 1]`. */
import { LIMITS } from '../params/params.ts';

/** `times`: round times (Unix seconds) of the branch's last rounds, newest first; at least one, only the first 11 count. */
export function medianTime(times: readonly number[]): number {
  const last = times.slice(0, LIMITS.medianRounds).sort((x, y) => x - y);
  return last[last.length >> 1];
}
