/**
 * What a node reads at every announcement of transactions, in columns that the nodes of a simulation share (as
 * `RoundColumn`): what each peer is known to know, within a window of the latest words, and whether the node's tick is set.
 */
import { Lanes, type TxSet } from '../chain/tx-set.ts';

/** Words of the window in which a peer's knowledge of transactions is remembered: 2,048 transactions. */
export const WINDOW = 64;
/** No word: above every one. */
export const NO_WORD = 0x7fffffff;

export interface GossipColumns {
  /** By node: 1 where its tick is set. */
  readonly armed: Uint8Array;
  /** By node: the highest word in the window, −1 at first. */
  readonly windowTop: Int32Array;
  /** By node: the lowest word that a peer told something in since the last tick, or `NO_WORD`. */
  readonly heardLow: Int32Array;
  /** A ring of `WINDOW` words, each by peer slot: word w of slot s is `known[(w mod WINDOW) × slots + s]`. */
  readonly known: Int32Array;
  readonly slots: number;
  /** Four sets of each node: what `TxGossip` has, has asked for, pools, and has yet to announce. */
  readonly transactions: Lanes;
}

export function gossipColumns(nodes: number, slots: number): GossipColumns {
  return {
    armed: new Uint8Array(nodes),
    windowTop: new Int32Array(nodes).fill(-1),
    heardLow: new Int32Array(nodes).fill(NO_WORD),
    known: new Int32Array(slots * WINDOW),
    slots,
    transactions: new Lanes(4, nodes),
  };
}

/** Notes that the peer in slot `owner` of the columns knows a set whose words the window of `node` reaches. */
export function noteKnown(columns: GossipColumns, node: number, owner: number, { pairs }: TxSet): void {
  const { known, slots } = columns;
  const oldest = columns.windowTop[node] - WINDOW;
  if (pairs.length > 0 && pairs[0] < columns.heardLow[node]) columns.heardLow[node] = pairs[0];
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] > oldest) known[(pairs[i] & (WINDOW - 1)) * slots + owner] |= pairs[i + 1];
}
