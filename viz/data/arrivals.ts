/**
 * `det/arrivals.bin`, read by ranges: a row (one round) is there as soon as its part of the file is, the whole when it is
 * asked for. Layout: `encodeArrivals` in sim/report/det.ts.
 */
import type { Folder } from './folder.ts';
import { PROBLEMS } from './problem.ts';

const MAGIC = 'STRARRV1';
const HEADER = 16;
/** Bytes asked for at once. */
const PART = 4 << 20;
/** Cells kept in memory, 4 bytes each: 10,000 nodes × 6,400 rounds. */
export const CELLS_MAX = 64_000_000;

/** First arrivals of all rounds at all nodes; `Arrivals` of sim/trace/record.ts that may still be on its way. */
export interface ArrivalStore {
  readonly rounds: number;
  readonly nodes: number;
  /** Resolves when rows `from` … `to` (not included) are in `deltaUs`. */
  need(from: number, to: number): Promise<void>;
  /** Valid where it was needed. */
  readonly deltaUs: Int32Array;
  /** The bytes of the file, when all are there; none where they never were a file. */
  bytes(): Promise<Uint8Array | undefined>;
}

/** Arrivals that are in memory already: those of a simulation in this page. */
export const arrivalsInMemory = (rounds: number, nodes: number, deltaUs: Int32Array): ArrivalStore => ({
  rounds, nodes, deltaUs, need: () => Promise.resolve(), bytes: () => Promise.resolve(undefined),
});

/** Checks the header against the tables: `rounds` and `nodes` are those of `rounds.jsonl` and `nodes.jsonl`. */
export async function openArrivals(folder: Folder, path: string, rounds: number, nodes: number): Promise<ArrivalStore> {
  const where = `${folder.name}${path}`;
  if (rounds * nodes > CELLS_MAX) throw PROBLEMS.tooLarge(where, `${rounds} rounds × ${nodes} nodes, and at most ${CELLS_MAX / 1e6} million cells are kept`);
  const size = HEADER + 4 * rounds * nodes;
  const buffer = new ArrayBuffer(size);
  const all = new Uint8Array(buffer);
  const parts = new Map<number, Promise<void>>();
  const read = async (part: number): Promise<void> => {
    const [from, to] = [part * PART, Math.min(size, (part + 1) * PART)];
    const { bytes, size: seen } = await folder.readPart(path, from, to);
    if (seen !== size) throw PROBLEMS.truncated(where, `${seen} bytes, where ${rounds} rounds × ${nodes} nodes need ${size}`);
    if (bytes.length !== to - from) throw PROBLEMS.truncated(where, `only ${bytes.length} of ${to - from} bytes came`);
    all.set(bytes, from);
  };
  const part = (index: number): Promise<void> => {
    const known = parts.get(index);
    if (known) return known;
    const reading = read(index);
    parts.set(index, reading);
    reading.catch(() => parts.delete(index)); // asked for again, it is tried again
    return reading;
  };
  await part(0);
  const view = new DataView(buffer);
  if (!MAGIC.split('').every((char, i) => all[i] === char.charCodeAt(0))) throw PROBLEMS.malformed(where, `it does not begin with ${MAGIC}`);
  if (view.getUint32(8, true) !== rounds || view.getUint32(12, true) !== nodes) {
    throw PROBLEMS.malformed(where, `it is about ${view.getUint32(8, true)} rounds and ${view.getUint32(12, true)} nodes, the tables are about ${rounds} and ${nodes}`);
  }
  // Typed arrays use the machine's byte order, which is the file's wherever browsers run.
  const deltaUs = new Int32Array(buffer, HEADER);
  return {
    rounds, nodes, deltaUs,
    async need(from, to) {
      const [first, last] = [Math.floor((HEADER + 4 * from * nodes) / PART), Math.floor((HEADER + 4 * to * nodes - 1) / PART)];
      await Promise.all(Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => part(first + i)));
    },
    async bytes() {
      for (let i = 0; i * PART < size; i++) await part(i);
      return all;
    },
  };
}
