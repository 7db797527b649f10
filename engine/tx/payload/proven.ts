/** Payloads with a foreign message (D20), as they are read. */
import type { BridgeProof, Hash, Payload } from '../transaction.ts';

/** A payload with a foreign message. */
export type ProvenPayload = Extract<Payload, BridgeProof>;

/** Whether all of a payload's signatures hold, and for whom: relayers of which chain, asked of which backend. */
export interface RelayerVerdict {
  readonly hold: boolean;
  readonly relayers: readonly string[];
  readonly genesisHash: Hash;
  readonly backend: string;
}

/**
 * A payload that was read remembers one verdict for as long as it lives. It is a function's memory and no state: of others,
 * nothing is remembered, and a copy is another payload.
 */
export class ReadProof<K extends ProvenPayload['kind']> implements BridgeProof {
  readonly kind: K;
  readonly message: BridgeProof['message'];
  readonly signatures: BridgeProof['signatures'];
  #verdict: RelayerVerdict | undefined;

  constructor(kind: K, { message, signatures }: BridgeProof) {
    this.kind = kind;
    this.message = message;
    this.signatures = signatures;
  }

  static recall(payload: object): RelayerVerdict | undefined {
    return #verdict in payload ? payload.#verdict : undefined;
  }

  static note(payload: object, verdict: RelayerVerdict): void {
    if (#verdict in payload) payload.#verdict = verdict;
  }
}
