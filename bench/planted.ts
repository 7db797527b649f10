/**
 * Does `compare` find what it must, and nothing else? A slowdown of 5 % is planted into one side, 20 times, and 20 times
 * two equal builds are compared. Prints the counts; exits 1 where fewer than 18 are found or more than 1 is called different.
 *
 *     npm run bench:planted            # 20 tries each
 *     npm run bench:planted -- 5       # fewer
 *
 * What is planted is CPU time after each call: 5 % of what the call took. What is judged is a short case, in the way and with
 * the numbers of `stratus compare`.
 */
import { table } from '../sim/report/format.ts';
import { hereBuild } from './command/builds.ts';
import { machineLine } from './method/machine.ts';
import { takeTurns } from './method/turns.ts';
import type { Comparison } from './method/verdict.ts';
import { entryNamed } from './work/suites.ts';

const WORK = 'micro/hash-4096x161bytes/wasm';
const PART = 'single';
const SLOWDOWN = 0.05;
const FOUND_MIN = 18;
const MISTAKEN_MAX = 1;

async function judged(plant: number): Promise<Comparison> {
  const build = hereBuild();
  const compared = await takeTurns([build, { ...build, plant }], entryNamed(WORK)!, [PART], { rounds: 10, budgetMs: 150 }, () => undefined);
  if ('code' in compared) throw new Error(compared.message);
  return compared[0];
}

const percent = (x: number): string => `${((x - 1) * 100).toFixed(2)}%`;

async function main(tries: number): Promise<number> {
  const rows = [['try', 'planted', 'cost', '95%', 'verdict', 'rounds']];
  const found: Comparison[] = [];
  const equal: Comparison[] = [];
  for (let i = 0; i < tries; i++) {
    for (const plant of [SLOWDOWN, 0]) {
      const c = await judged(plant);
      (plant > 0 ? found : equal).push(c);
      rows.push([String(i + 1), percent(1 + plant), percent(c.ratio), `${percent(c.ci95[0])} … ${percent(c.ci95[1])}`, c.verdict, String(c.rounds)]);
      process.stderr.write(`${rows[rows.length - 1].join('  ')}\n`);
    }
  }
  const hits = found.filter(({ verdict }) => verdict === 'worse').length;
  const mistaken = equal.filter(({ verdict }) => verdict === 'worse' || verdict === 'better').length;
  const same = equal.filter(({ verdict }) => verdict === 'same').length;
  const scale = (bound: number): number => (bound * tries) / 20;
  console.log(`${WORK}/${PART}, ${machineLine()}`);
  console.log(table(rows).join('\n'));
  console.log(`\nplanted ${SLOWDOWN * 100}%: found in ${hits} of ${tries} (needed: ${Math.ceil(scale(FOUND_MIN))})`);
  console.log(`equal builds: called different in ${mistaken} of ${tries} (allowed: ${Math.floor(scale(MISTAKEN_MAX))}); called the same in ${same}, inconclusive in ${tries - same - mistaken}`);
  return hits >= scale(FOUND_MIN) && mistaken <= scale(MISTAKEN_MAX) ? 0 : 1;
}

process.exitCode = await main(Number(process.argv[2] ?? 20));
