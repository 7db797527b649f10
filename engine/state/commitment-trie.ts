/**
 * The persistent trie under a state commitment (commitment.ts says what it commits to), and how a batch of changes makes
 * the next one: changed keys are led down it in their order, so that each node above them is met once and made once, and
 * what was made is hashed from the bottom up, many nodes at a time.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { type Changes, KEY_WORDS } from './commitment-changes.ts';

/** Bits of a key that a branch looks at: four ways (P15). */
export const DIGIT_BITS = 2;
/** Digits of a key; no branch has this position, so a leaf can. */
export const DIGITS = 256 / DIGIT_BITS;
export const WAYS = 1 << DIGIT_BITS;
const PER_WORD = 32 / DIGIT_BITS;

/**
 * 256 bits as fields that V8 keeps within the object, as small integers: memory as for a string of 32 characters, and
 * read and written eight times as fast (P15).
 */
export class Words {
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  e = 0;
  f = 0;
  g = 0;
  h = 0;

  /** From words. */
  take(words: Int32Array, at: number): void {
    this.a = words[at];
    this.b = words[at + 1];
    this.c = words[at + 2];
    this.d = words[at + 3];
    this.e = words[at + 4];
    this.f = words[at + 5];
    this.g = words[at + 6];
    this.h = words[at + 7];
  }

  /** From 32 bytes, big-endian. */
  read(view: DataView, at: number): void {
    this.a = view.getInt32(at);
    this.b = view.getInt32(at + 4);
    this.c = view.getInt32(at + 8);
    this.d = view.getInt32(at + 12);
    this.e = view.getInt32(at + 16);
    this.f = view.getInt32(at + 20);
    this.g = view.getInt32(at + 24);
    this.h = view.getInt32(at + 28);
  }

  /** To 32 bytes, big-endian. */
  write(view: DataView, at: number): void {
    view.setInt32(at, this.a);
    view.setInt32(at + 4, this.b);
    view.setInt32(at + 8, this.c);
    view.setInt32(at + 12, this.d);
    view.setInt32(at + 16, this.e);
    view.setInt32(at + 20, this.f);
    view.setInt32(at + 24, this.g);
    view.setInt32(at + 28, this.h);
  }

  word(i: number): number {
    switch (i) {
      case 0:
        return this.a;
      case 1:
        return this.b;
      case 2:
        return this.c;
      case 3:
        return this.d;
      case 4:
        return this.e;
      case 5:
        return this.f;
      case 6:
        return this.g;
      default:
        return this.h;
    }
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(32);
    this.write(new DataView(bytes.buffer), 0);
    return bytes;
  }
}

/** Of a key's hash: digit `position`, counted from the most significant. */
export const digitOf = (key: Words, position: number): number => digitIn(key.word((position / PER_WORD) | 0), position);

const digitIn = (word: number, position: number): number => (word >>> (32 - DIGIT_BITS * (1 + (position % PER_WORD)))) & (WAYS - 1);

/** Words that are the node's hash, once its batch is done. */
export class Leaf extends Words {
  readonly key: Words;
  /** The encoded value, one character per byte: V8 keeps that in a third of what a small Uint8Array takes. */
  readonly value: string;

  constructor(key: Words, value: string) {
    super();
    this.key = key;
    this.value = value;
  }
}

export class Branch extends Words {
  /** Of the digit that tells the children apart: all keys below agree before it. */
  readonly position: number;
  /** Of some leaf below. */
  readonly key: Words;
  readonly child0: Node | undefined;
  readonly child1: Node | undefined;
  readonly child2: Node | undefined;
  readonly child3: Node | undefined;

  constructor(position: number, key: Words, child0: Node | undefined, child1: Node | undefined, child2: Node | undefined, child3: Node | undefined) {
    super();
    this.position = position;
    this.key = key;
    this.child0 = child0;
    this.child1 = child1;
    this.child2 = child2;
    this.child3 = child3;
  }

  /** Bit d is set if there is a child for digit d. */
  get ways(): number {
    const { child0, child1, child2, child3 } = this;
    return (child0 === undefined ? 0 : 1) | (child1 === undefined ? 0 : 2) | (child2 === undefined ? 0 : 4) | (child3 === undefined ? 0 : 8);
  }

  child(digit: number): Node | undefined {
    return digit < 2 ? (digit === 0 ? this.child0 : this.child1) : digit === 2 ? this.child2 : this.child3;
  }
}

export type Node = Leaf | Branch;

/** The trie with all changes made. Cost: commitment.ts. */
export function applyChanges(root: Node | undefined, changes: Changes, crypto: Crypto): Node | undefined {
  if (changes.count === 0) return root;
  const batch = new Batch(changes, crypto);
  const next = batch.merge(root, 0, batch.order.length, 0);
  batch.hash();
  return next;
}

/** Nodes hashed after they were made: few enough to be in the processor's cache still, enough to fill the lanes. */
const PENDING = 512;
/** Messages hashed in one call, at most. */
const CHUNK = 512;

class Batch {
  readonly order: Uint32Array;
  private readonly changes: Changes;
  private readonly messages: Messages;
  /** Made, and not hashed yet; the changes that the leaves come from. */
  private readonly leaves: Leaf[] = [];
  private readonly origins = new Uint32Array(PENDING);
  /** By position. */
  private readonly branches: Branch[][] = [];
  private pending = 0;

  constructor(changes: Changes, crypto: Crypto) {
    this.changes = changes;
    this.order = changes.order();
    this.messages = new Messages(crypto);
  }

  /**
   * The node with the changes from `start` to `end` in order; their keys, and those below the node, agree before digit
   * `from`.
   */
  merge(node: Node | undefined, start: number, end: number, from: number): Node | undefined {
    if (start === end) return node;
    if (node === undefined) {
      if (end - start === 1) return this.leaf(start, undefined);
      return this.divide(this.departure(start, end - 1), undefined, undefined, undefined, undefined, start, end, undefined);
    }
    let position = node instanceof Branch ? node.position : DIGITS;
    // In order, the first change or the last is the one that departs from the node's keys first.
    if (position > from) position = Math.min(position, this.departureFrom(start, node.key), this.departureFrom(end - 1, node.key));
    if (node instanceof Branch) {
      if (position === node.position) return this.divide(position, node.child0, node.child1, node.child2, node.child3, start, end, node);
    } else if (position === DIGITS) return this.leaf(start, node.key);
    const own = digitOf(node.key, position);
    const at = (digit: number): Node | undefined => (digit === own ? node : undefined);
    return this.divide(position, at(0), at(1), at(2), at(3), start, end, undefined);
  }

  /** Children with the changes that each gets by its digit at `position`, as one node; `was` had the children as they are. */
  private divide(
    position: number,
    child0: Node | undefined,
    child1: Node | undefined,
    child2: Node | undefined,
    child3: Node | undefined,
    start: number,
    end: number,
    was: Branch | undefined,
  ): Node | undefined {
    const end0 = this.endOf(0, position, start, end);
    const end1 = this.endOf(1, position, end0, end);
    const end2 = this.endOf(2, position, end1, end);
    const next0 = this.merge(child0, start, end0, position + 1);
    const next1 = this.merge(child1, end0, end1, position + 1);
    const next2 = this.merge(child2, end1, end2, position + 1);
    const next3 = this.merge(child3, end2, end, position + 1);
    if (was !== undefined && next0 === child0 && next1 === child1 && next2 === child2 && next3 === child3) return was;
    const some = next0 ?? next1 ?? next2 ?? next3;
    const last = next3 ?? next2 ?? next1 ?? next0;
    if (some === undefined || some === last) return some;
    const branch = new Branch(position, some.key, next0, next1, next2, next3);
    (this.branches[position] ??= []).push(branch);
    this.note();
    return branch;
  }

  /** The new leaf of a change, or none. */
  private leaf(i: number, known: Words | undefined): Leaf | undefined {
    const { changes, leaves, order, origins } = this;
    const change = order[i];
    if (changes.removed[change] === 1) return undefined;
    let key = known;
    if (key === undefined) {
      key = new Words();
      key.take(changes.keys, KEY_WORDS * change);
    }
    origins[leaves.length] = change;
    const leaf = new Leaf(key, text(changes.values, changes.starts[change], changes.starts[change + 1]));
    leaves.push(leaf);
    this.note();
    return leaf;
  }

  /** One more was made. All below it is hashed or noted, so this is a good moment for either. */
  private note(): void {
    if (++this.pending === PENDING) this.hash();
  }

  /** Where the changes end whose digit is at most this; those before `start` are below it. */
  private endOf(digit: number, position: number, start: number, end: number): number {
    const { order } = this;
    const { keys } = this.changes;
    const word = (position / PER_WORD) | 0;
    let at = start;
    while (at < end && digitIn(keys[KEY_WORDS * order[at] + word], position) <= digit) at++;
    return at;
  }

  /** The first digit in which two changes' keys differ, `DIGITS` where they are equal. */
  private departure(i: number, k: number): number {
    const { keys } = this.changes;
    const [x, y] = [KEY_WORDS * this.order[i], KEY_WORDS * this.order[k]];
    for (let word = 0; word < KEY_WORDS; word++) if (keys[x + word] !== keys[y + word]) return departureOf(word, keys[x + word] ^ keys[y + word]);
    return DIGITS;
  }

  /** The same of a change and a key. */
  private departureFrom(i: number, key: Words): number {
    const { keys } = this.changes;
    const x = KEY_WORDS * this.order[i];
    for (let word = 0; word < KEY_WORDS; word++) if (keys[x + word] !== key.word(word)) return departureOf(word, keys[x + word] ^ key.word(word));
    return DIGITS;
  }

  /** Gives all that was made its hash: leaves, then branches from the lowest up, which find their children's done. */
  hash(): void {
    const { branches, leaves, messages } = this;
    for (let i = 0; i < leaves.length; i++) messages.leaf(leaves[i], this.changes, this.origins[i]);
    messages.flush();
    leaves.length = 0;
    for (let position = branches.length - 1; position >= 0; position--) {
      const level = branches[position];
      if (level === undefined || level.length === 0) continue;
      for (let i = 0; i < level.length; i++) messages.branch(level[i]);
      messages.flush();
      level.length = 0;
    }
    this.pending = 0;
  }
}

const departureOf = (word: number, difference: number): number => PER_WORD * word + ((Math.clz32(difference) / DIGIT_BITS) | 0);

/** Messages to be hashed, and the nodes that the hashes go to. */
class Messages {
  private readonly crypto: Crypto;
  private bytes = new Uint8Array(CHUNK * (2 + 32 * WAYS));
  private view = new DataView(this.bytes.buffer);
  private readonly starts = new Uint32Array(CHUNK + 1);
  private readonly hashes = new Uint8Array(32 * CHUNK);
  private readonly hashView = new DataView(this.hashes.buffer);
  private readonly nodes: Node[] = [];
  private at = 0;
  private prefix = LEAF;

  constructor(crypto: Crypto) {
    this.crypto = crypto;
  }

  leaf(leaf: Leaf, { values, starts }: Changes, change: number): void {
    const value = values.subarray(starts[change], starts[change + 1]);
    this.begin(LEAF, 32 + value.length);
    leaf.key.write(this.view, this.at);
    this.bytes.set(value, this.at + 32);
    this.end(leaf, 32 + value.length);
  }

  branch(branch: Branch): void {
    this.begin(BRANCH, 2 + 32 * WAYS);
    const { at, bytes } = this;
    const { child0, child1, child2, child3 } = branch;
    bytes[at] = branch.position;
    bytes[at + 1] = branch.ways;
    const end = this.hashOf(child3, this.hashOf(child2, this.hashOf(child1, this.hashOf(child0, at + 2))));
    this.end(branch, end - at);
  }

  flush(): void {
    const { crypto, hashes, hashView, nodes } = this;
    if (nodes.length === 0) return;
    crypto.sha256Many(this.bytes, this.starts, nodes.length, hashes, this.prefix);
    for (let i = 0; i < nodes.length; i++) nodes[i].read(hashView, 32 * i);
    nodes.length = 0;
    this.at = 0;
  }

  /** Writes it to `at`, if there is such a child, and returns where the next goes. */
  private hashOf(child: Node | undefined, at: number): number {
    if (child === undefined) return at;
    child.write(this.view, at);
    return at + 32;
  }

  private begin(prefix: number, length: number): void {
    if (this.nodes.length === CHUNK || (this.at + length > this.bytes.length && this.at > 0)) this.flush();
    this.prefix = prefix;
    if (length <= this.bytes.length) return;
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  private end(node: Node, length: number): void {
    this.at += length;
    this.nodes.push(node);
    this.starts[this.nodes.length] = this.at;
  }
}

export const LEAF = 0;
export const BRANCH = 1;

/** Bytes as a string: in pieces, since each is an argument on the stack. */
export function text(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === 16) {
    // prettier-ignore
    return String.fromCharCode(
      bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3], bytes[start + 4], bytes[start + 5], bytes[start + 6], bytes[start + 7],
      bytes[start + 8], bytes[start + 9], bytes[start + 10], bytes[start + 11], bytes[start + 12], bytes[start + 13], bytes[start + 14], bytes[start + 15],
    );
  }
  if (end - start <= 1024) return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  return text(bytes, start, start + 1024) + text(bytes, start + 1024, end);
}
