/** What is wrong with a scenario: where, what, and how to mend it. Data here; `formatProblem` makes the text. */

/** A piece of text that values were read from: a file, or one `--set`. */
export interface Source {
  /** Path as given, or `--set a.b=c`. */
  readonly name: string;
  readonly text: string;
}

/** A range of characters within a source. */
export interface Place {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export interface Problem {
  /** File (or option) that it concerns. */
  readonly file: string;
  /** Where in it, if anywhere. */
  readonly place: Place | undefined;
  readonly problem: string;
  /** How to mend it. */
  readonly mend: string;
}

export interface ScenarioError {
  readonly code: 'scenario';
  readonly problems: readonly Problem[];
}

/** 1-based line and column of a character. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

/** `file`, or `file:line:col`. */
export function whereIs(problem: Problem): string {
  if (!problem.place || problem.place.source.name.startsWith('--')) return problem.file;
  const { line, column } = lineAndColumn(problem.place.source.text, problem.place.start);
  return `${problem.file}:${line}:${column}`;
}

const WIDTH = 100;
/** Control and other unprintable characters would move the terminal's cursor: shown as a dot. */
// eslint-disable-next-line no-control-regex
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, '·');

function snippet(place: Place): string {
  const { text } = place.source;
  const lineStart = text.lastIndexOf('\n', place.start - 1) + 1;
  const newline = text.indexOf('\n', place.start);
  const lineEnd = newline < 0 ? text.length : newline;
  const from = Math.max(lineStart, Math.min(place.start - 20, lineEnd - WIDTH));
  const to = Math.min(lineEnd, from + WIDTH);
  const { line } = lineAndColumn(text, place.start);
  const gutter = `  ${place.source.name.startsWith('--') ? '' : `${line} `}| `;
  const carets = '^'.repeat(Math.max(1, Math.min(place.end, to) - place.start));
  return `${gutter}${printable(text.slice(from, to))}\n${' '.repeat(gutter.length - 2)}| ${' '.repeat(Math.max(0, place.start - from))}${carets}`;
}

/** Several lines: where and what, the line with carets, how to mend it. */
export function formatProblem(problem: Problem): string {
  const lines = [`${printable(whereIs(problem))}: ${printable(problem.problem)}`];
  if (problem.place) lines.push(snippet(problem.place));
  if (problem.mend !== '') lines.push(`  ${printable(problem.mend)}`);
  return lines.join('\n');
}

/** Edit distance with adjacent swaps counted once, cut off above `max`. */
function distance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, older[j - 2] + 1);
      row.push(best);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length];
}

/** The candidate nearest to what was written, if it is near enough to be a slip; ties go to the first. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  const max = Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let bestDistance = max + 1;
  for (const candidate of candidates) {
    const d = distance(written.toLowerCase(), candidate.toLowerCase(), max);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** `did you mean …?`, or the whole list. */
export function suggest(written: string, candidates: readonly string[]): string {
  const guess = nearest(written, candidates);
  return guess === undefined ? `one of: ${candidates.join(', ')}` : `did you mean \`${guess}\`?`;
}
