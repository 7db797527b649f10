/**
 * Notes: STR that belongs to whoever knows a secret. A note is known to others by its commitment only.
 *
 *     address    = Poseidon(secret)
 *     commitment = Poseidon(value, address, blinding)
 *     nullifier  = Poseidon(secret, commitment)
 *
 * Poseidon as circomlib has it: x⁵, 8 full and 56 or 57 partial rounds, constants of the paper's generator, state starting
 * at zero. Numbers of inputs differ, so the three are three permutations. 0.2 ms each (measured).
 */
import { grainGenConstants, poseidon, type PoseidonFn } from '@noble/curves/abstract/poseidon.js';
import { bn254_Fr } from '@noble/curves/bn254.js';
import { fieldOf, numberOf, type Field } from './field.ts';

export interface Note {
  /** STR, base units: u64. */
  readonly value: bigint;
  /** Its owner's address in the shielded pool. */
  readonly address: Field;
  /** Chance that hides the rest: never used twice. */
  readonly blinding: Field;
}

/** Partial rounds by number of inputs, from one on (Poseidon paper, table for 128 bits and x⁵; circomlib). */
const PARTIAL_ROUNDS = [56, 57, 56] as const;
/** Made when first asked for: 10 ms each. */
const made: (PoseidonFn | undefined)[] = [];

function permutation(inputs: number): PoseidonFn {
  const shape = { Fp: bn254_Fr, t: inputs + 1, roundsFull: 8, roundsPartial: PARTIAL_ROUNDS[inputs - 1], sboxPower: 5 };
  return (made[inputs] ??= poseidon({ ...shape, ...grainGenConstants(shape) }));
}

/** One to three elements. */
export const poseidonOf = (...inputs: readonly bigint[]): bigint => permutation(inputs.length)([0n, ...inputs])[0];

export const addressOf = (secret: Field): Field => fieldOf(poseidonOf(numberOf(secret)));
export const commitmentOf = ({ value, address, blinding }: Note): Field => fieldOf(poseidonOf(value, numberOf(address), numberOf(blinding)));
export const nullifierOf = (secret: Field, commitment: Field): Field => fieldOf(poseidonOf(numberOf(secret), numberOf(commitment)));
