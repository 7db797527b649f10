/**
 * The bridge (D20): STR locked here and released, foreign assets minted and burned here, under the relayers'
 * signatures.
 */
import { bridgeLocked, consumed, locks, wrappedBalances } from '../../../engine/ledgers/tables.ts';
import { BRIDGE_ESCROW } from '../../../engine/ledgers/protocol-accounts.ts';
import { fromHex } from '../../../engine/primitives/bytes.ts';
import { bridgeDigest } from '../../../engine/tx/bridge-digest.ts';
import type { Account, BridgeProof, Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal } from './act.ts';
import { give, move, sheet, take } from './transfers.ts';

/** One set of relayers, that of genesis: no kind changes it yet. */
const EPOCH = 0;

/** More than two thirds of the relayers, ascending, each once, all signatures valid. */
function quorum(
  { scene: { chain } }: Act,
  { kind, message, signatures }: BridgeProof & { readonly kind: 'bridge_unlock' | 'bridge_mint' | 'bridge_refund' },
): Refusal {
  const { relayers } = chain.params;
  if (message.epoch !== EPOCH) return 'bridge-epoch';
  if (signatures.length * 3 <= relayers.length * 2) return 'bridge-signatures';
  if (
    signatures.some(({ relayer }, i) => relayer >= relayers.length || (i > 0 && relayer <= signatures[i - 1].relayer))
  )
    return 'bridge-signatures';
  const digest = bridgeDigest(chain.genesisHash, kind, message, chain.crypto);
  const all = signatures.every(({ relayer, signature }) =>
    chain.crypto.verify(signature, digest, fromHex(relayers[relayer])),
  );
  return all ? undefined : 'bridge-signatures';
}

/** Marks a message as consumed, once per foreign chain. */
function consume({ book, scene }: Act, { message }: BridgeProof): Refusal {
  const key = `${message.foreignChain}/${message.messageId}`;
  if (book.get(consumed, key) !== undefined) return 'bridge-consumed';
  book.set(consumed, key, scene.number);
  return undefined;
}

/** STR out of the escrow, which holds it for this chain. */
function release(act: Act, chain: number, to: Account, amount: bigint): Refusal {
  return take(sheet(act.book, bridgeLocked, ''), String(chain), amount) ?? move(act, 'STR', BRIDGE_ESCROW, to, amount);
}

export function lock(act: Act, payload: Extract<Payload, { kind: 'bridge_lock' }>): Refusal {
  const { book, sender, id, scene } = act;
  if (book.get(locks, id) !== undefined) return 'already-exists';
  const { foreignChain, recipient, amount } = payload;
  book.set(locks, id, { foreignChain, sender, recipient, amount, lockedAt: scene.nowSeconds, refunded: false });
  return (
    move(act, 'STR', sender, BRIDGE_ESCROW, amount) ?? give(sheet(book, bridgeLocked, ''), String(foreignChain), amount)
  );
}

export function unlock(act: Act, payload: Extract<Payload, { kind: 'bridge_unlock' }>): Refusal {
  const { asset, foreignChain, recipient, amount } = payload.message;
  const refused = quorum(act, payload) ?? consume(act, payload);
  if (refused !== undefined) return refused;
  if (asset !== 'STR') return 'not-found';
  return release(act, foreignChain, recipient, amount);
}

export function mint(act: Act, payload: Extract<Payload, { kind: 'bridge_mint' }>): Refusal {
  const { asset, foreignChain, recipient, amount } = payload.message;
  const refused = quorum(act, payload) ?? consume(act, payload);
  if (refused !== undefined) return refused;
  act.mint(`${foreignChain}/${asset}`, amount);
  return give(sheet(act.book, wrappedBalances, `${foreignChain}/${asset}/`), recipient, amount);
}

export function burn(act: Act, { foreignChain, asset, amount }: Extract<Payload, { kind: 'bridge_burn' }>): Refusal {
  act.mint(`${foreignChain}/${asset}`, -amount);
  return take(sheet(act.book, wrappedBalances, `${foreignChain}/${asset}/`), act.sender, amount);
}

/**
 * Undoes a lock that was proven undelivered after its time: what was locked returns to whoever locked it, once. The
 * message names our own lock, not an id of the foreign chain's, so the lock keeps that it was refunded and the consumed
 * set does not.
 */
export function refund(act: Act, payload: Extract<Payload, { kind: 'bridge_refund' }>): Refusal {
  const { book, scene } = act;
  const { messageId, asset, foreignChain, recipient, amount } = payload.message;
  const refused = quorum(act, payload);
  if (refused !== undefined) return refused;
  const held = book.get(locks, messageId);
  if (held === undefined) return 'not-found';
  if (held.refunded) return 'bridge-consumed';
  if (asset !== 'STR' || held.foreignChain !== foreignChain || held.sender !== recipient || held.amount !== amount)
    return 'not-found';
  if (scene.nowSeconds < held.lockedAt + scene.chain.params.bridgeTimeoutSeconds) return 'bridge-timeout';
  book.set(locks, messageId, { ...held, refunded: true });
  return release(act, foreignChain, held.sender, amount);
}
