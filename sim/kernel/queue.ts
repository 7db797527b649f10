/**
 * The one event queue: a total order by (virtual time, insertion number).
 *
 * Near events sit in a ring of 65,536 buckets of 128 µs (8.39 s), each a linked list kept in order; a bitmap skips empty
 * buckets. Events beyond the ring wait in a binary heap and move over as time advances. At the densities of a
 * 1,313-node run a bucket holds a few events, so inserting and popping cost a constant few memory accesses
 * (`bench/sim`: several times a heap's rate). Cost: O(1 + k), k = events in the same 128 µs.
 *
 * Columns instead of objects: an event is a slot number. `ref` carries what is not a number.
 */
import { Bug } from '../../engine/primitives/result.ts';

const BUCKET_US = 128;
const BUCKETS = 1 << 16;
const MASK = BUCKETS - 1;

export class EventQueue {
  /** Columns, by slot. `time` is integer µs; `type`, `to`, `a` are small integers whose meaning the caller gives. */
  time = new Float64Array(1024);
  sequence = new Float64Array(1024);
  type = new Uint8Array(1024);
  to = new Int32Array(1024);
  a = new Int32Array(1024);
  readonly ref: unknown[] = [];
  private next = new Int32Array(1024);

  private readonly head = new Int32Array(BUCKETS).fill(-1);
  private readonly tail = new Int32Array(BUCKETS).fill(-1);
  private readonly occupied = new Int32Array(BUCKETS / 32);
  private free = -1;
  private used = 0;
  /** Bucket number (not index) that the next event cannot lie before. */
  private cursor = 0;
  private near = 0;
  private readonly far: number[] = [];
  private sequences = 0;
  /** Time of the last event popped. */
  nowUs = 0;

  get size(): number {
    return this.near + this.far.length;
  }

  /** Time of the earliest event; Infinity where there is none. */
  get nextUs(): number {
    if (this.near > 0) return this.time[this.head[this.firstOccupied() & MASK]];
    return this.far.length === 0 ? Infinity : this.time[this.far[0]];
  }

  /** Keeps the next `count` insertion numbers for events that may be pushed later, and returns the first. */
  reserve(count: number): number {
    const first = this.sequences;
    this.sequences += count;
    return first;
  }

  /** Adds an event at `timeUs` ≥ the last popped time; returns its slot. `sequence`: a reserved insertion number, unused so far. */
  push(timeUs: number, type: number, to: number, a: number, ref: unknown, sequence = this.sequences++): number {
    if (!(timeUs >= this.nowUs)) throw new Bug(`event at ${timeUs} µs lies before now (${this.nowUs} µs)`);
    const slot = this.take();
    this.time[slot] = timeUs;
    this.sequence[slot] = sequence;
    this.type[slot] = type;
    this.to[slot] = to;
    this.a[slot] = a;
    this.ref[slot] = ref;
    if (Math.floor(timeUs / BUCKET_US) - this.cursor < BUCKETS) this.insert(slot);
    else this.pushFar(slot);
    return slot;
  }

  /** Removes the earliest event at or before `limitUs` and returns its slot, or −1. The columns stay readable until `release(slot)`. */
  pop(limitUs = Infinity): number {
    if (this.near === 0) {
      // Beyond the limit the cursor stays: an event may yet come before that one.
      if (this.far.length === 0 || this.time[this.far[0]] > limitUs) return -1;
      this.cursor = Math.floor(this.time[this.far[0]] / BUCKET_US);
      this.advance();
    }
    const bucket = this.firstOccupied();
    const index = bucket & MASK;
    const slot = this.head[index];
    if (this.time[slot] > limitUs) return -1;
    const after = this.next[slot];
    this.head[index] = after;
    if (after < 0) {
      this.tail[index] = -1;
      this.occupied[index >>> 5] &= ~(1 << (index & 31));
    }
    this.near--;
    this.nowUs = this.time[slot];
    if (bucket !== this.cursor) {
      this.cursor = bucket;
      this.advance();
    }
    return slot;
  }

  /** Gives a popped slot back. */
  release(slot: number): void {
    this.ref[slot] = undefined;
    this.next[slot] = this.free;
    this.free = slot;
  }

  /** Moves far events that the ring reaches now that the cursor has moved: the others lie beyond all that is in it. */
  private advance(): void {
    while (this.far.length > 0 && Math.floor(this.time[this.far[0]] / BUCKET_US) - this.cursor < BUCKETS) this.insert(this.popFar());
  }

  private firstOccupied(): number {
    let bucket = this.cursor;
    for (;;) {
      const index = bucket & MASK;
      const word = this.occupied[index >>> 5] >>> (index & 31);
      if (word !== 0) return bucket + 31 - Math.clz32(word & -word);
      bucket += 32 - (index & 31);
    }
  }

  private insert(slot: number): void {
    const time = this.time[slot];
    const index = Math.floor(time / BUCKET_US) & MASK;
    this.near++;
    const last = this.tail[index];
    if (last < 0) {
      this.head[index] = this.tail[index] = slot;
      this.next[slot] = -1;
      this.occupied[index >>> 5] |= 1 << (index & 31);
      return;
    }
    if (!this.before(slot, last)) {
      this.next[last] = slot;
      this.next[slot] = -1;
      this.tail[index] = slot;
      return;
    }
    let previous = -1;
    let at = this.head[index];
    while (!this.before(slot, at)) {
      previous = at;
      at = this.next[at];
    }
    this.next[slot] = at;
    if (previous < 0) this.head[index] = slot;
    else this.next[previous] = slot;
  }

  /** The total order: by time, then by insertion number. Two events are never equal. */
  private before(x: number, y: number): boolean {
    const dx = this.time[x];
    const dy = this.time[y];
    return dx < dy || (dx === dy && this.sequence[x] < this.sequence[y]);
  }

  private pushFar(slot: number): void {
    const heap = this.far;
    let at = heap.length;
    heap.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(slot, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = slot;
  }

  private popFar(): number {
    const heap = this.far;
    const first = heap[0];
    const slot = heap.pop()!;
    const length = heap.length;
    if (length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= length) break;
        if (child + 1 < length && this.before(heap[child + 1], heap[child])) child++;
        if (!this.before(heap[child], slot)) break;
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = slot;
    }
    return first;
  }

  private take(): number {
    if (this.free >= 0) {
      const slot = this.free;
      this.free = this.next[slot];
      return slot;
    }
    if (this.used === this.time.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const size = this.time.length * 2;
    this.time = grown(this.time, new Float64Array(size));
    this.sequence = grown(this.sequence, new Float64Array(size));
    this.type = grown(this.type, new Uint8Array(size));
    this.to = grown(this.to, new Int32Array(size));
    this.a = grown(this.a, new Int32Array(size));
    this.next = grown(this.next, new Int32Array(size));
  }
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(from: T, into: T): T {
  into.set(from as never);
  return into;
}

