/** Arrivals of many rounds, a few at a time, so that the page stays at hand. */
import type { RunData } from '../../data/run-data.ts';
import type { SpreadColumns } from '../../../sim/report/views/presence.ts';

/** Rounds asked for ahead of the one that is taken in. */
const AHEAD = 12;
/** Nodes × rounds taken in between two breaths: a few milliseconds' work. */
const CELLS_AT_ONCE = 40_000;

export const spreadColumns = ({ nodes, rounds, events }: RunData): SpreadColumns => ({ nodes, rounds, states: events['node-state'] });

/** Calls `take` for each of the rounds, in their order. Ends early, with false, when `signal` is aborted. */
export async function eachArrival(run: RunData, rounds: Int32Array, take: (round: number, deltaUs: Int32Array) => void, signal: AbortSignal): Promise<boolean> {
  const asked: Promise<Int32Array>[] = [];
  let cells = 0;
  for (let i = 0; i < rounds.length; i++) {
    while (asked.length < Math.min(rounds.length, i + AHEAD)) {
      const next = run.arrivals(rounds[asked.length]);
      next.catch(() => undefined); // told where it is awaited
      asked.push(next);
    }
    const deltaUs = await asked[i];
    if (signal.aborted) return false;
    take(rounds[i], deltaUs);
    asked[i] = NOTHING;
    cells += run.nodes.count;
    if (cells < CELLS_AT_ONCE) continue;
    cells = 0;
    await breath();
    if (signal.aborted) return false;
  }
  return !signal.aborted;
}

/** Lets the page do what waits: as `setTimeout`, without the milliseconds that it adds when it follows itself. */
const breath = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

const NOTHING = Promise.resolve(new Int32Array(0));

/** A reading that is under way is not begun again by every version of a live run: once more when it is through. `restart` drops what is under way. */
export function oneReading(read: (signal: AbortSignal) => Promise<void>, until: AbortSignal): (restart: boolean) => void {
  let current: AbortController | undefined;
  let again = false;
  until.addEventListener('abort', () => current?.abort());
  const begin = async (): Promise<void> => {
    const own = (current = new AbortController());
    again = false;
    await read(own.signal);
    if (current !== own || until.aborted) return;
    current = undefined;
    if (again) void begin();
  };
  return (restart) => {
    if (current && !restart) {
      again = true;
      return;
    }
    current?.abort();
    void begin();
  };
}

/** The last round found by a moment; 0, genesis, before the first. */
export function roundAt(run: RunData, timeUs: number): number {
  let last = 0;
  let atUs = Number.NEGATIVE_INFINITY;
  const { foundAtUs, count } = run.rounds;
  for (let round = 1; round < count; round++) {
    if (foundAtUs[round] <= timeUs && foundAtUs[round] >= atUs) [last, atUs] = [round, foundAtUs[round]];
  }
  return last;
}
