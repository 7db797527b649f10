/** What `stratus bench`, `baseline` and `compare` ask of the benchmarks, which run in a process of their own (bench/main.ts). */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EXIT } from '../report/verdict.ts';
import type { Context } from './context.ts';

/** How much is measured. */
export interface Measure {
  /** Suites, or parts of case names: `node`, `node/mixed`, `micro/merkle`. */
  readonly cases: readonly string[];
  readonly rounds: number;
  /** CPU ms per part and round. */
  readonly budgetMs: number;
  /** Few rounds: to see that it runs, not as evidence. */
  readonly quick: boolean;
  readonly cores: readonly number[];
}

export type BenchJob = { readonly root: string; readonly version: string; readonly json: boolean } & (
  | ({ readonly command: 'bench'; readonly out: string; readonly growth: boolean; readonly atLeast: readonly string[]; readonly emitCosts: string | undefined } & Measure)
  | ({ readonly command: 'baseline'; readonly name: string | undefined; readonly from: string | undefined } & Measure)
  | ({ readonly command: 'compare'; readonly a: string; readonly b: string; readonly out: string } & Measure)
);

/** Runs the job to its end; gives its exit code. Its output is this process's own. */
export function runBench(job: BenchJob, { root }: Context): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'bench', 'start.mjs'), 'main', JSON.stringify(job)], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code ?? (signal === 'SIGINT' ? EXIT.interrupted : signal === 'SIGTERM' ? EXIT.terminated : EXIT.internal));
    });
  });
}

/** As the flags of a command give it. */
export interface MeasureFlags {
  readonly rounds: number;
  readonly budget: number;
  readonly quick?: boolean;
  readonly cores: readonly number[];
}

/** `--quick` measures three rounds, shortly. */
export const measureOf = (cases: readonly string[], flags: MeasureFlags): Measure =>
  flags.quick ? { cases, rounds: 3, budgetMs: 200, quick: true, cores: flags.cores } : { cases, rounds: flags.rounds, budgetMs: flags.budget, quick: false, cores: flags.cores };
