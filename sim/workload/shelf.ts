/** Things the workload may use next, drawn by number in O(1): each lies on at most one shelf at a time. */
export abstract class Shelved {
  shelf: Shelf<Shelved> | undefined = undefined;
  slot = 0;
}

export class Shelf<T extends Shelved> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  /** The item at `slot`, 0 … size − 1; order depends on the calls made so far and nothing else. */
  at(slot: number): T {
    return this.items[slot];
  }

  /** Moves an item here from wherever it lies. */
  put(item: T): void {
    item.shelf?.take(item);
    item.shelf = this as unknown as Shelf<Shelved>;
    item.slot = this.items.length;
    this.items.push(item);
  }

  /** Takes an item that lies here off the shelf; the last item fills its slot. */
  take(item: T): void {
    const last = this.items.pop();
    if (last !== undefined && last !== item) {
      this.items[item.slot] = last;
      last.slot = item.slot;
    }
    item.shelf = undefined;
  }
}

/** Takes an item off whatever shelf it lies on: in use, or lost from sight. */
export function takeOff(item: Shelved): void {
  item.shelf?.take(item);
}
