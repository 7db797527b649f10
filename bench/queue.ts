/**
 * The kernel's queue against a binary heap, on the same stream of events: each popped event schedules one more, at delays
 * like those of a network (most 10–400 ms, some 2 s, a few half a minute).
 *
 *     npm run bench:queue
 */
import { Bench } from 'tinybench';
import { EventQueue } from '../sim/kernel/queue.ts';
import { draw32 } from '../sim/kernel/draw.ts';

const KEY = Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
/** Events popped per measurement, and in flight at any time. */
const EVENTS = 200_000;

const DELAYS_US = Float64Array.from({ length: 4096 }, (_, i) => {
  const u = draw32(KEY, i, 1, 0);
  return u % 100 < 90 ? 10_000 + (u % 390_000) : u % 100 < 99 ? 2_000_000 : 30_000_000;
});

class HeapQueue {
  private readonly heap: { time: number; sequence: number; to: number }[] = [];
  private sequences = 0;

  push(time: number, to: number): void {
    const item = { time, sequence: this.sequences++, to };
    const { heap } = this;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = item;
  }

  pop(): { time: number; to: number } {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop()!;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    if (heap.length > 0) heap[at] = last;
    return first;
  }
}

const before = (x: { time: number; sequence: number }, y: { time: number; sequence: number }): boolean =>
  x.time < y.time || (x.time === y.time && x.sequence < y.sequence);

function ring(inFlight: number): number {
  const queue = new EventQueue();
  for (let i = 0; i < inFlight; i++) queue.push(DELAYS_US[i & 4095], 0, i, 0, undefined);
  let check = 0;
  for (let i = 0; i < EVENTS; i++) {
    const slot = queue.pop();
    check = (Math.imul(check, 31) + queue.to[slot]) | 0;
    queue.release(slot);
    queue.push(queue.nowUs + DELAYS_US[(check ^ i) & 4095], 0, i, 0, undefined);
  }
  return check;
}

function heap(inFlight: number): number {
  const queue = new HeapQueue();
  for (let i = 0; i < inFlight; i++) queue.push(DELAYS_US[i & 4095], i);
  let check = 0;
  for (let i = 0; i < EVENTS; i++) {
    const { time, to } = queue.pop();
    check = (Math.imul(check, 31) + to) | 0;
    queue.push(time + DELAYS_US[(check ^ i) & 4095], i);
  }
  return check;
}

const bench = new Bench({ time: 1_500, warmupTime: 300 });
for (const inFlight of [2_000, 20_000, 200_000]) {
  // The order of events is the same, so the checksums are: nothing can be optimised away, and both queues are right.
  if (ring(inFlight) !== heap(inFlight)) throw new Error('the queues disagree');
  bench.add(`ring, ${inFlight} in flight`, () => void ring(inFlight));
  bench.add(`binary heap, ${inFlight} in flight`, () => void heap(inFlight));
}
await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') return { name, state: result.state };
    const { latency } = result;
    return { name, 'events/s': Math.round((EVENTS / latency.p50) * 1000), 'ms (median)': latency.p50.toFixed(1), samples: latency.samplesCount };
  }),
);
