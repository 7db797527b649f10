/**
 * YAML text as a tree of plain values, each remembering where it was written, so that a problem found after merging
 * `extends` and `--set` still points at its own file, line and column. Bounded in size, depth and expansion: a hostile
 * file costs milliseconds.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type Scalar } from 'yaml';
import type { Place, Problem, Source } from './problem.ts';

export type TreeValue = string | number | boolean | null | readonly Tree[] | ReadonlyMap<string, Entry>;
export interface Tree {
  readonly place: Place;
  readonly value: TreeValue;
}
/** A mapping's entry: the key's own place, and the value. */
export interface Entry {
  readonly key: Place;
  readonly tree: Tree;
}

export const TREE_LIMITS = {
  /** Largest file, bytes. The longest committed scenario is under 4 kB. */
  bytes: 256 * 1024,
  /** Longest line and deepest indentation, characters: both cost the YAML parser more than linear time or memory. */
  line: 4_096,
  indent: 256,
  /** Deepest nesting. */
  depth: 32,
  /** Brackets open at once, those in comments and texts counted too: more would cost the YAML parser seconds. */
  brackets: 256,
  /** Values in all, each use of an alias counted again. */
  values: 20_000,
} as const;

export const isTreeMap = (value: TreeValue): value is ReadonlyMap<string, Entry> => value instanceof Map;

/** Thrown within this folder to leave nested walks; caught where a `Result` is made. */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.problem);
    this.problem = problem;
  }
}

const refuse = (place: Place, problem: string, mend: string): never => {
  throw new Refusal({ file: place.source.name, place, problem, mend });
};

function checkLines(source: Source): void {
  let start = 0;
  for (const line of source.text.split('\n')) {
    const lead = /^[ \t\-?:]*/.exec(line)?.[0].length ?? 0;
    const at = { source, start, end: start + 1 };
    if (line.length > TREE_LIMITS.line) refuse(at, `line of ${line.length} characters`, `at most ${TREE_LIMITS.line}`);
    if (lead > TREE_LIMITS.indent) refuse(at, `indentation of ${lead} characters`, `at most ${TREE_LIMITS.indent}`);
    start += line.length + 1;
  }
  let open = 0;
  for (const { index, 0: bracket } of source.text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open > TREE_LIMITS.brackets) refuse({ source, start: index, end: index + 1 }, 'nested too deeply', `at most ${TREE_LIMITS.depth} levels`);
  }
}

/** Reads one YAML document whose root is a mapping (`root: 'map'`) or any value. Throws Refusal. */
export function readTree(source: Source, root: 'map' | 'any'): Tree {
  checkLines(source);
  const document = parseDocument(source.text, { version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  for (const error of [...document.errors, ...document.warnings]) {
    const [start, end] = error.pos;
    const deep = error.code === 'RESOURCE_EXHAUSTION';
    refuse(
      { source, start: Math.min(start, source.text.length), end: Math.max(end, start + 1) },
      deep ? 'nested too deeply' : `not valid YAML: ${error.message.split('\n')[0]}`,
      deep ? `at most ${TREE_LIMITS.depth} levels` : SYNTAX_MENDS[error.code] ?? 'see https://yaml.org/spec/1.2.2/',
    );
  }
  const whole = { source, start: 0, end: 1 };
  if (document.contents === null) refuse(whole, 'the file is empty', 'a scenario starts with `schema: stratus/scenario/v1`');
  const tree = new Walk(source).tree(document.contents as Node, 0);
  if (root === 'map' && !isTreeMap(tree.value)) {
    refuse(tree.place, `expected keys and values, found ${describe(tree.value)}`, 'a scenario starts with `schema: stratus/scenario/v1`');
  }
  return tree;
}

const SYNTAX_MENDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'one scenario a file: remove the `---`',
  BAD_INDENT: 'check indentation and closing brackets',
  MISSING_CHAR: 'a quote or bracket is not closed, or a key lacks its `: `',
  TAG_RESOLVE_FAILED: 'remove the tag (`!…`)',
};

class Walk {
  private values = 0;
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  private place(node: Node): Place {
    const [start, end] = node.range ?? [0, 1];
    return { source: this.source, start, end: Math.max(end, start + 1) };
  }

  tree(node: Node, depth: number): Tree {
    const place = this.place(node);
    if (++this.values > TREE_LIMITS.values) {
      refuse(place, `more than ${TREE_LIMITS.values} values`, 'aliases count each time they are used: write less, or use `extends`');
    }
    if (depth > TREE_LIMITS.depth) refuse(place, 'nested too deeply', `at most ${TREE_LIMITS.depth} levels`);
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) return refuse(place, `\`*${node.source}\` names no anchor above it`, `mark a value with \`&${node.source}\` first`);
      if (this.open.has(target)) return refuse(place, `\`*${node.source}\` contains itself`, 'remove the alias');
      return { place, value: this.tree(target, depth).value };
    }
    if ('anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
    this.open.add(node);
    const value = this.value(node, place, depth);
    this.open.delete(node);
    return { place, value };
  }

  private value(node: Node, place: Place, depth: number): TreeValue {
    if (isScalar(node)) return scalar(node, place);
    if (isSeq(node)) return node.items.map((item) => this.tree(item as Node, depth + 1));
    if (!isMap(node)) return refuse(place, 'not a value', 'write a number, a text, a list, or keys and values');
    const entries = new Map<string, Entry>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) return refuse(place, 'a key that is not a name', 'keys are plain words');
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      const keyPlace = this.place(key);
      if (name === '__proto__') return refuse(keyPlace, 'unknown key `__proto__`', 'remove it');
      const earlier = entries.get(name);
      if (earlier) {
        const line = this.source.text.slice(0, earlier.key.start).split('\n').length;
        return refuse(keyPlace, `key \`${name}\` is repeated`, `it stands in line ${line} already: keep one of the two`);
      }
      const tree = value ? this.tree(value as Node, depth + 1) : { place: keyPlace, value: null };
      entries.set(name, { key: keyPlace, tree });
    }
    return entries;
  }
}

function scalar(node: Scalar, place: Place): TreeValue {
  const { value } = node;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const overflow = !/^[-+]?\.(inf|nan)$/i.test(node.source ?? '');
    return refuse(place, overflow ? `\`${(node.source ?? '').slice(0, 40)}\` is too large` : `\`${node.source}\` is not a number that a scenario can hold`, 'write a finite number');
  }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return refuse(place, 'not a value that a scenario can hold', 'write a number, a text, true or false');
}

/** What a value is, for "expected …, found …". */
export function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (value === undefined) return 'nothing';
  if (value instanceof Map) return 'keys and values';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys and values';
  if (typeof value === 'string') return `the text \`${value.length > 40 ? `${value.slice(0, 37)}…` : value}\``;
  return `\`${String(value)}\``;
}

/** The tree's values alone. */
export function plain(tree: Tree): unknown {
  const { value } = tree;
  if (Array.isArray(value)) return value.map(plain);
  if (isTreeMap(value)) {
    const object: Record<string, unknown> = {};
    for (const [key, entry] of value) object[key] = plain(entry.tree);
    return object;
  }
  return value;
}

/** The place of the deepest existing value along `path`; of the key itself where `key` names one. */
export function placeOf(root: Tree, path: readonly PropertyKey[], key?: string): Place {
  let tree = root;
  let place = root.place;
  for (const step of path) {
    const { value } = tree;
    const next = Array.isArray(value) ? (value[Number(step)] as Tree | undefined) : isTreeMap(value) ? value.get(String(step))?.tree : undefined;
    if (next === undefined) break;
    tree = next;
    place = next.place;
  }
  if (key !== undefined && isTreeMap(tree.value)) return tree.value.get(key)?.key ?? place;
  return place;
}

/** `over` laid on `base`: mappings merge key by key, anything else is replaced. */
export function merge(base: Tree, over: Tree): Tree {
  if (!isTreeMap(base.value) || !isTreeMap(over.value)) return over;
  const entries = new Map(base.value);
  for (const [name, entry] of over.value) {
    const below = entries.get(name);
    entries.set(name, below ? { key: entry.key, tree: merge(below.tree, entry.tree) } : entry);
  }
  return { place: over.place, value: entries };
}

/** The tree with `value` at `path` (keys, or positions in lists); missing mappings are made. Throws Refusal. */
export function withValue(tree: Tree, path: readonly string[], value: Tree): Tree {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(tree.value)) {
    const list = tree.value as readonly Tree[];
    const index = /^[0-9]{1,6}$/.test(step) ? Number(step) : list.length;
    if (index >= list.length) return refuse(value.place, `\`${step}\` is not a position in a list of ${list.length}`, 'positions start at 0');
    return { place: tree.place, value: list.map((item, i) => (i === index ? withValue(item, rest, value) : item)) };
  }
  const entries = isTreeMap(tree.value) ? new Map(tree.value) : new Map<string, Entry>();
  if (step === '' || step === '__proto__') return refuse(value.place, `\`${step}\` is not a key`, 'write --set network.totalNodes=100');
  const below = entries.get(step)?.tree ?? { place: value.place, value: new Map<string, Entry>() };
  entries.set(step, { key: value.place, tree: withValue(below, rest, value) });
  return { place: tree.place, value: entries };
}
