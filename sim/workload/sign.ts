/** From payload to signed transaction: the fields that follow from the payload, and the signature. */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import type { BlockReference, Hash, Payload, Transaction, UnsignedTransaction } from '../../engine/tx/transaction.ts';
import { signUnsigned, unsignedTransaction } from '../../engine/wallet/sign.ts';
import type { KeyPair } from './child-keys.ts';

/** Only storing kinds pay by length (D11); for the others nothing need be encoded to know it. */
function gasNeeded(payload: Payload): number {
  const without = intrinsicGas(payload, 0);
  return intrinsicGas(payload, 1) === without ? without : intrinsicGas(payload, encodePayload(payload).length);
}

export class Signer {
  readonly genesisHash: Hash;
  private readonly crypto: Crypto;

  constructor(genesisHash: Hash, crypto: Crypto) {
    this.genesisHash = genesisHash;
    this.crypto = crypto;
  }

  /**
   * `spareGas`: a gas limit a quarter above what is needed, so that some gas is returned (D11). `vmGas`: what a contract gets,
   * to the unit.
   */
  fields(
    key: KeyPair,
    nonce: number,
    payload: Payload,
    gasPrice: bigint,
    spareGas = false,
    reference?: BlockReference,
    vmGas?: number,
  ): UnsignedTransaction {
    const intrinsic = gasNeeded(payload);
    const gasLimit = intrinsic + (vmGas ?? (spareGas ? intrinsic >> 2 : 0));
    return unsignedTransaction({ nonce, gasLimit, gasPrice, payload, reference }, key.publicKey);
  }

  /** Signs these fields, valid or not. */
  sign(fields: UnsignedTransaction, key: KeyPair): Transaction {
    return signUnsigned(fields, key.secretKey, this.genesisHash, this.crypto);
  }
}
