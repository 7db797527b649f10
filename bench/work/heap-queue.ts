/** A binary heap in the same total order as the kernel's queue: what that one is measured against. */
interface Item {
  readonly time: number;
  readonly sequence: number;
  readonly to: number;
}

export class HeapQueue {
  private readonly heap: Item[] = [];
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

const before = (x: Item, y: Item): boolean =>
  x.time < y.time || (x.time === y.time && x.sequence < y.sequence);

