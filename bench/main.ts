/** What `stratus bench`, `baseline` and `compare` start: one job, one exit code. */
import { EXIT } from '../sim/report/verdict.ts';
import type { BenchJob } from '../sim/cli/bench-job.ts';
import { tell } from '../sim/cli/context.ts';
import { baseline } from './command/baseline.ts';
import { bench } from './command/bench.ts';
import { compare } from './command/compare.ts';

const run = (job: BenchJob): Promise<number> => (job.command === 'bench' ? bench(job) : job.command === 'baseline' ? baseline(job) : compare(job));

try {
  process.exitCode = await run(JSON.parse(process.argv[2]) as BenchJob);
} catch (error) {
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = EXIT.internal;
}
