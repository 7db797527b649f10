/** A bug of the bank: one exact change of source text. The engine carries no trace of it. */
export interface Mutant {
  /** Its id in the bug bank (docs: invariants), and what happens. */
  readonly id: string;
  readonly story: string;
  readonly file: string;
  /** Must stand in the file exactly once: a refactoring that loses it turns red. */
  readonly find: string;
  readonly replace: string;
  /** Invariants, one of which must find it. */
  readonly caughtBy: readonly string[];
  /** First case that found it and shrank to few nodes, when last hunted from seed 1 on; tried first, so that a test need not search again. */
  readonly seed: number;
  /** Nodes of the shrunk scenario at most, where it is a matter of luck as well (two branches of one length); else 5. */
  readonly nodesMax?: number;
}
