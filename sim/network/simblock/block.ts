/** A block of the relay model: no content, only its place in the tree and who knows it. */
import { ARRIVAL_NEVER } from '../../trace/record.ts';

/** What a node knows of a block, in `Block.known`. */
export const DOWNLOADING = 1;
/** The node holds it on a branch that is not its own. */
export const ORPHAN = 2;

export interface Block {
  readonly index: number;
  readonly height: number;
  readonly parent: Block | undefined;
  /** Who found it; −1 for genesis. */
  readonly node: number;
  readonly foundAtUs: number;
  /** By node: first arrival since it was found, µs; `ARRIVAL_NEVER`. */
  readonly deltaUs: Int32Array;
  readonly known: Uint8Array;
}

export function makeBlock(index: number, parent: Block | undefined, node: number, foundAtUs: number, nodes: number): Block {
  return {
    index,
    height: parent === undefined ? 0 : parent.height + 1,
    parent,
    node,
    foundAtUs,
    deltaUs: new Int32Array(nodes).fill(ARRIVAL_NEVER),
    known: new Uint8Array(nodes),
  };
}

export function ancestorAt(block: Block, height: number): Block {
  let at = block;
  while (at.height > height) at = at.parent!;
  return at;
}

/** One of the two is the other or its ancestor. Cost: difference of heights. */
export function onSameChain(x: Block, y: Block): boolean {
  return x.height <= y.height ? ancestorAt(y, x.height) === x : ancestorAt(x, y.height) === y;
}

/** Last block that two branches share. */
export function commonAncestor(x: Block, y: Block): Block {
  let a = ancestorAt(x, Math.min(x.height, y.height));
  let b = ancestorAt(y, Math.min(x.height, y.height));
  while (a !== b) {
    a = a.parent!;
    b = b.parent!;
  }
  return a;
}
