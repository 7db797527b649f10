/**
 * Reads a scenario: file, what it extends, `--set` and `--seed` on top, schema, references, cross checks. Pure: files come
 * through `readFile`, so the same code reads them from a disk, a browser's memory or a test's table.
 */
import { utf8Decode } from '../../engine/primitives/bytes.ts';
import { err, ok, type Result } from '../../engine/primitives/result.ts';
import { finalityRisk, type FinalityRisk } from './finality-risk.ts';
import { problemsOf } from './issues.ts';
import { suggest, type Place, type Problem, type ScenarioError, type Source } from './problem.ts';
import { MEASURED, readRegionCsv } from './regions.ts';
import { resolve } from './resolve.ts';
import { costFileSchema, scenarioSchema, type WrittenCosts } from './schema.ts';
import { isTreeMap, merge, placeOf, plain, readTree, Refusal, TREE_LIMITS, withValue, type Tree } from './tree.ts';
import type { RegionTable, ResolvedScenario } from './types.ts';

/** Why a file could not be read; `detail` is the host's own word for it. */
export interface FileError {
  readonly code: 'not-found' | 'directory' | 'not-a-file' | 'too-large' | 'unreadable';
  readonly detail: string;
}
/** Reads a whole file of at most `bytesMax`; a larger one is refused by its size, unread. Paths use `/`. */
export type ReadFile = (path: string, bytesMax: number) => Result<Uint8Array, FileError>;

export interface LoadOptions {
  /** `a.b.c=value`, in order; values as in YAML. */
  readonly sets?: readonly string[];
  readonly seed?: string | undefined;
}
export interface LoadedScenario {
  readonly scenario: ResolvedScenario;
  readonly risk: FinalityRisk;
  /** Every file that was read, the scenario first. */
  readonly files: readonly string[];
}

const EXTENDS_MAX = 16;

export function loadScenario(path: string, readFile: ReadFile, options: LoadOptions = {}): Result<LoadedScenario, ScenarioError> {
  try {
    const reader = new Reader(readFile);
    let root = reader.chain(path, []);
    for (const set of options.sets ?? []) root = applySet(root, set);
    if (options.seed !== undefined) {
      const source: Source = { name: '--seed', text: options.seed };
      root = withValue(root, ['run', 'seed'], { place: { source, start: 0, end: options.seed.length }, value: options.seed });
    }
    return check(path, root, reader);
  } catch (error) {
    if (error instanceof Refusal) return err({ code: 'scenario', problems: [error.problem] });
    throw error;
  }
}

function check(path: string, root: Tree, reader: Reader): Result<LoadedScenario, ScenarioError> {
  const parsed = scenarioSchema.safeParse(plain(root));
  if (!parsed.success) return err({ code: 'scenario', problems: ordered(problemsOf(scenarioSchema, root, parsed.error.issues, path), path) });
  const problems: Problem[] = [];
  const regions = reader.regions(parsed.data.network.regions ?? 'measured-2019', placeOf(root, ['network', 'regions']));
  const cost = reader.costs(parsed.data.network.cost, placeOf(root, ['network', 'cost']));
  const scenario = resolve(parsed.data, { regions, cost }, (at, problem, mend) => {
    const place = placeOf(root, at);
    problems.push({ file: place.source.name, place, problem, mend });
  });
  if (problems.length > 0) return err({ code: 'scenario', problems: ordered(problems, path) });
  return ok({ scenario, risk: finalityRisk(scenario), files: reader.files });
}

/** In the order of the file; what stands in other files comes after. */
const ordered = (problems: readonly Problem[], path: string): Problem[] =>
  [...problems].sort((a, b) => Number(a.file !== path) - Number(b.file !== path) || (a.place?.start ?? 0) - (b.place?.start ?? 0));

/** One `a.b.c=value`. */
function applySet(root: Tree, set: string): Tree {
  const equals = set.indexOf('=');
  const name = `--set ${set.length > 80 ? `${set.slice(0, 77)}…` : set}`;
  if (equals <= 0) throw new Refusal({ file: name, place: undefined, problem: 'not a setting', mend: 'write --set network.totalNodes=100' });
  const text = set.slice(equals + 1);
  const path = set.slice(0, equals).trim().split('.');
  const source: Source = { name, text };
  if (text.trim() === '') throw new Refusal({ file: name, place: undefined, problem: 'no value', mend: 'write --set network.totalNodes=100' });
  const top = Object.keys(scenarioSchema.shape);
  if (!top.includes(path[0])) throw new Refusal({ file: name, place: undefined, problem: `unknown key \`${path[0].slice(0, 40)}\``, mend: suggest(path[0], top) });
  return withValue(root, path, readTree(source, 'any'));
}

class Reader {
  readonly files: string[] = [];
  private readonly readFile: ReadFile;

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  /** The tree of a file laid on that of the file it extends. */
  chain(path: string, above: readonly string[]): Tree {
    const tree = readTree(this.text(path, undefined), 'map');
    const entry = isTreeMap(tree.value) ? tree.value.get('extends') : undefined;
    if (!entry) return tree;
    const { place, value } = entry.tree;
    const refuse = (problem: string, mend: string): never => {
      throw new Refusal({ file: path, place, problem, mend });
    };
    if (typeof value !== 'string' || value === '') return refuse('`extends` is not a path', 'write `extends: other.yaml`');
    const base = besides(path, value);
    const chain = [...above, path];
    if (chain.includes(base)) refuse(`\`extends\` goes in a circle: ${[...chain, base].join(' → ')}`, 'remove one of them');
    if (chain.length > EXTENDS_MAX) refuse(`more than ${EXTENDS_MAX} files extend each other`, 'merge some of them');
    this.exists(base, place);
    return merge(this.chain(base, chain), tree);
  }

  /** A measured table, an own CSV beside the file that names it, or a table written out. */
  regions(written: string | { name: string; source: string; latency: number[][]; download: number[]; upload: number[]; share: number[] }, place: Place): RegionTable {
    if (typeof written !== 'string') {
      return { name: written.name, source: written.source, latencyMs: written.latency, downloadBps: written.download, uploadBps: written.upload, nodeSharePpm: written.share };
    }
    const measured = MEASURED.find((table) => table.name === written);
    if (measured) return measured;
    if (!written.endsWith('.csv')) {
      throw new Refusal({ file: place.source.name, place, problem: `unknown region table \`${written}\``, mend: `${suggest(written, MEASURED.map((t) => t.name))} An own table is a path that ends in .csv` });
    }
    const path = besides(place.source.name.startsWith('--') ? '' : place.source.name, written);
    this.exists(path, place);
    return readRegionCsv(this.text(path, place), written);
  }

  /** Costs written out, or those of a profile beside the file that names it. */
  costs(written: string | WrittenCosts | undefined, place: Place): WrittenCosts | undefined {
    if (typeof written !== 'string') return written;
    const path = besides(place.source.name.startsWith('--') ? '' : place.source.name, written);
    this.exists(path, place);
    const tree = readTree(this.text(path, place), 'map');
    const parsed = costFileSchema.safeParse(plain(tree));
    if (parsed.success) return parsed.data;
    throw new Refusal(problemsOf(costFileSchema, tree, parsed.error.issues, path)[0]);
  }

  private exists(path: string, place: Place): void {
    this.text(path, place);
    this.files.pop();
  }

  private text(path: string, place: Place | undefined): Source {
    const refuse = (problem: string, mend: string): never => {
      throw new Refusal({ file: place?.source.name ?? path, place, problem: place ? `\`${path}\`: ${problem}` : problem, mend });
    };
    const read = this.readFile(path, TREE_LIMITS.bytes);
    if (!read.ok) return refuse(FILE_PROBLEMS[read.error.code](read.error.detail), FILE_MENDS[read.error.code]);
    if (read.value.length > TREE_LIMITS.bytes) return refuse(FILE_PROBLEMS['too-large'](`${read.value.length} bytes`), FILE_MENDS['too-large']);
    const zero = read.value.indexOf(0);
    const text = zero >= 0 ? undefined : utf8Decode(read.value);
    if (text === undefined) return refuse(zero >= 0 ? `not a text file (a zero byte at offset ${zero})` : 'not a text file (not UTF-8)', 'a scenario is YAML text in UTF-8');
    this.files.push(path);
    return { name: path, text: text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n') };
  }
}

const FILE_PROBLEMS: Readonly<Record<FileError['code'], (detail: string) => string>> = {
  'not-found': () => 'there is no such file',
  directory: () => 'this is a directory',
  'not-a-file': () => 'this is not a regular file',
  'too-large': (detail) => `too large: ${detail}`,
  unreadable: (detail) => `cannot be read: ${detail}`,
};
const FILE_MENDS: Readonly<Record<FileError['code'], string>> = {
  'not-found': 'check the path; `stratus list scenarios` shows those that come along',
  directory: 'name a file in it',
  'not-a-file': 'name a regular file',
  'too-large': `at most ${TREE_LIMITS.bytes / 1024} KiB`,
  unreadable: 'check its permissions',
};

/** `other`, seen from the folder of `path`, with `.` and `..` taken out. */
export function besides(path: string, other: string): string {
  const absolute = other.startsWith('/');
  const steps = absolute ? [] : path.split('/').slice(0, -1);
  for (const step of other.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps[steps.length - 1] !== '..' && steps[steps.length - 1] !== '') steps.pop();
    else steps.push(step);
  }
  return absolute ? `/${steps.join('/')}` : steps.join('/');
}
