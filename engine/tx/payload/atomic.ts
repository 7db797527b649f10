/**
 * Atomic operations: legs that all happen or none (D21). What may be a leg is the list below, so that nesting,
 * contracts and reward-earning kinds are not refused by a rule but cannot be written down at all.
 */
import { LIMITS } from '../../params/params.ts';
import type { Reader, Writer } from '../../primitives/codec.ts';
import { KINDS, type Kind } from '../kinds.ts';
import type { Payload } from '../transaction.ts';
import { bridgeCodecs } from './bridge.ts';
import type { AnyPayloadCodec, PayloadCodecs } from './codec.ts';
import { domainCodecs } from './domain.ts';
import { governanceCodecs } from './governance.ts';
import { nftCodecs } from './nft.ts';
import { transferCodecs } from './transfer.ts';

export const legCodecs = { ...transferCodecs, ...domainCodecs, ...nftCodecs, ...governanceCodecs, ...bridgeCodecs };

/** What may be a leg. */
export const LEG_KINDS: ReadonlySet<Kind> = new Set(KINDS.filter((kind) => Object.hasOwn(legCodecs, kind)));

const codecOf = (kind: Kind): AnyPayloadCodec | undefined =>
  LEG_KINDS.has(kind) ? legCodecs[kind as keyof typeof legCodecs] : undefined;

function writeLeg(leg: Payload, out: Writer): void {
  const codec = codecOf(leg.kind);
  if (codec === undefined) throw new RangeError(`${leg.kind} cannot be a leg`);
  out.u8(KINDS.indexOf(leg.kind)).nested32((inner) => codec.write(leg as never, inner));
}

function readLeg(input: Reader): Payload {
  const kind = input.oneOf(KINDS, 'kind of a leg');
  const codec = codecOf(kind) ?? input.fail(`${kind} cannot be a leg`, input.offset - 1);
  return input.nested32((inner) => codec.read(inner));
}

export const atomicCodecs: PayloadCodecs<'atomic'> = {
  atomic: {
    write({ legs }, out) {
      out.u8(legs.length);
      for (const leg of legs) writeLeg(leg, out);
    },
    read(input) {
      const count = input.u8();
      if (count < 1 || count > LIMITS.atomicLegs)
        input.fail(`${count} legs where 1 to ${LIMITS.atomicLegs} may stand`, input.offset - 1);
      return { kind: 'atomic', legs: Array.from({ length: count }, () => readLeg(input)) };
    },
  },
};
