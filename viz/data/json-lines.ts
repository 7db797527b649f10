/** JSON Lines into rows, a slice of the file at a time: no string is ever as long as the file. */
import { PROBLEMS } from './problem.ts';

const NEWLINE = 10;
/** Bytes decoded at once. */
const SLICE = 1 << 20;
/** The longest line: a series of a long run. */
const LINE_MAX = 64 << 20;

export type Row = Readonly<Record<string, unknown>>;

/** Calls `take` for each row with its line number, from 1. Throws a `Problem` where the file is not JSON Lines. */
export function eachRow(bytes: Uint8Array, where: string, take: (row: Row, line: number) => void): void {
  if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) throw PROBLEMS.truncated(where, 'its last line is not complete');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(bytes.length, from + SLICE);
    to = bytes.lastIndexOf(NEWLINE, to - 1) >= from ? bytes.lastIndexOf(NEWLINE, to - 1) + 1 : bytes.indexOf(NEWLINE, to) + 1;
    if (to - from > Math.max(LINE_MAX, SLICE)) throw PROBLEMS.tooLarge(`${where}:${line + 1}`, 'one line is longer than 64 MiB');
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(from, to));
    } catch {
      throw PROBLEMS.malformed(`${where}, after line ${line}`, 'it is not UTF-8 text');
    }
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      line++;
      take(rowOf(text.slice(start, end), `${where}:${line}`), line);
      start = end + 1;
    }
    from = to;
  }
}

function rowOf(text: string, where: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw PROBLEMS.malformed(where, 'the line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw PROBLEMS.malformed(where, 'the line is not an object');
  return value as Row;
}

/** The links of `trace.chain`, `EVENT MICROSECONDS HASH` a line, as rows. */
export function eachLink(bytes: Uint8Array, where: string, take: (row: Row, line: number) => void): void {
  if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) throw PROBLEMS.truncated(where, 'its last line is not complete');
  new TextDecoder().decode(bytes).split('\n').slice(0, -1).forEach((text, i) => {
    const link = /^(\d{1,15}) (\d{1,15}) ([0-9a-f]{64})$/.exec(text);
    if (!link) throw PROBLEMS.malformed(`${where}:${i + 1}`, 'the line is not a link of the chain');
    take({ event: Number(link[1]), atUs: Number(link[2]), hash: link[3] }, i + 1);
  });
}
