/** `stratus list KIND`: what there is. */
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { KINDS } from '../../../engine/tx/kinds.ts';
import { FAULTS } from '../../faults/index.ts';
import { INVARIANT_IDS, SOMETIMES } from '../../scenario/known.ts';
import { loadScenario } from '../../scenario/load.ts';
import { METRICS } from '../../scenario/threshold.ts';
import { NODE_KINDS } from '../../scenario/types.ts';
import { globals, outFolder, say, sayJson, type Context, type GlobalOptions } from '../context.ts';
import { readFromDisk, scenarioFiles } from '../files.ts';
import { allRuns } from '../find-run.ts';

type Row = Readonly<Record<string, string>>;

const NODE_TITLES: Readonly<Record<(typeof NODE_KINDS)[number], string>> = {
  full: 'all ledgers; validates, relays, prunes',
  mining: 'full, with hash power',
  validator: 'full; preferred as delegates',
  light: 'headers by work and depth, state by proofs',
  archive: 'full, never prunes, serves history',
};

const LISTS: Readonly<Record<string, (context: Context, options: GlobalOptions) => readonly Row[]>> = {
  scenarios: (context) =>
    [...new Set([...scenarioFiles('scenarios'), ...scenarioFiles(join(context.root, 'scenarios'))])].map((file) => {
      const loaded = loadScenario(file, readFromDisk);
      return { file, question: loaded.ok ? loaded.value.scenario.question : `invalid: ${loaded.error.problems[0]?.problem ?? ''}` };
    }),
  invariants: () => INVARIANT_IDS.map((id) => ({ id })),
  faults: () => Object.values(FAULTS).map(({ kind, title, example }) => ({ kind, title, example })),
  metrics: () => Object.entries(METRICS).map(([name, m]) => ({ metric: name, unit: UNITS[m.unit], labels: Object.keys(m.labels).join(' ') || '–', sample: m.samples })),
  sometimes: () => Object.entries(SOMETIMES).map(([id, title]) => ({ id, title })),
  nodes: () => NODE_KINDS.map((kind) => ({ kind, title: NODE_TITLES[kind] })),
  transactions: () => KINDS.map((kind) => ({ kind })),
  runs: (_context, options) => allRuns(outFolder(options)).map((r) => ({ folder: r.folder, scenario: r.scenarioName, seed: r.seed, verdict: r.verdict, exit: String(r.exitCode), trace: r.traceHash.slice(0, 12) })),
};
const UNITS = { time: 'time', bytes: 'bytes', tps: 'tx/ms', share: '%', number: 'number' } as const;

export function registerList(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('list')
    .summary('scenarios, invariants, faults, metrics, kinds, runs')
    .description('Lists what there is of a kind.')
    .addArgument(new Argument('<kind>', 'what to list').choices(Object.keys(LISTS)))
    .addHelpText('after', `
Examples:
  stratus list scenarios
  stratus list metrics --json
  stratus list runs --out reports`)
    .action((kind: string, _flags: object, command: Command) => {
      const options = globals(command);
      const rows = LISTS[kind](context, options);
      if (options.json) sayJson({ schema: 'stratus/list/v1', kind, rows });
      else if (rows.length === 0) say(`no ${kind}`);
      else {
        const keys = Object.keys(rows[0]);
        say(keys.length === 1 ? rows.map((row) => row[keys[0]]).join('\n') : columns([keys, ...rows.map((row) => keys.map((key) => row[key]))]));
      }
      end(0);
    });
}

/** Left-aligned columns. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd()).join('\n');
}
