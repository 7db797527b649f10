/** A case of a campaign: the scenario that follows from a seed, and the way back to the choices that made it. */
import fc from 'fast-check';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { choices, type Choices } from './choices.ts';
import { compose, type Written } from './compose.ts';

/** Seeds count from here up to here, so that a campaign's cases are `seed`, `seed + 1`, … and each can be run alone. */
export const SEED_MAX = 1_000_000_000;

/** fast-check's own seed, a 32-bit integer that has nothing in common with that of the next case. */
export function drawSeed(seed: number, crypto: Crypto): number {
  const digest = crypto.sha256(utf8(`stratus-fuzz/v1/${seed}`));
  return (digest[0] << 24) | (digest[1] << 16) | (digest[2] << 8) | digest[3];
}

/** Draws the choices of a seed: exactly the value from which `shrink.ts` starts. */
export function choose(seed: number, crypto: Crypto): Choices {
  let chosen: Choices | undefined;
  fc.check(fc.property(choices, (value) => void (chosen = value)), { seed: drawSeed(seed, crypto), numRuns: 1 });
  return chosen!;
}

export const generate = (seed: number, crypto: Crypto): Written => compose(choose(seed, crypto), String(seed));
