import type { Reporter } from '../../sim/invariants/invariant.ts';

/** Counts what an invariant evaluates, and keeps what it finds. */
export class Count implements Reporter {
  readonly nowUs = 0;
  evaluations = 0;
  readonly violations: string[] = [];
  violation(expected: string, seen: string): void {
    this.violations.push(`${expected} — ${seen}`);
  }
  evaluated(times = 1): void {
    this.evaluations += times;
  }
  byConstruction(): void {}
  headroom(_share: number): void {}
}
