/** Scheduled faults as a scenario writes them: what every fault has, and each kind's own options (sim/faults). */
import { z } from 'zod';
import type { Fault } from '../faults/fault.ts';
import { FAULTS } from '../faults/index.ts';
import { duration, positiveDuration } from './fields.ts';
import type { ScheduledFault, Selector } from './types.ts';
import { formatShare } from './units.ts';

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'not an id: lower-case letters, digits and hyphens, at most 32' }).meta({ description: 'Unique; names the fault in reports and `except`.' }),
  at: duration('When it starts.'),
  for: positiveDuration('How long it lasts.'),
};

const kindOf = ({ kind, options }: Fault) => z.strictObject({ ...common, kind: z.literal(kind), ...options });

/** One scheduled fault as written. */
export const scheduledFault = z.discriminatedUnion('kind', Object.values(FAULTS).map(kindOf) as [ReturnType<typeof kindOf>]);
export type WrittenFault = { readonly id: string; readonly kind: string; readonly at: number; readonly for: number } & Readonly<Record<string, unknown>>;

export function resolveFault({ id, kind, at, for: forUs, ...options }: WrittenFault): ScheduledFault {
  return { id, kind, atUs: at, forUs, options };
}

/** A kind's own options as they are written in a file, in the order of its schema. */
export function writtenOptions({ kind, options }: ScheduledFault): Record<string, unknown> {
  const keys = Object.keys(FAULTS[kind].options).filter((key) => options[key] !== undefined);
  return Object.fromEntries(keys.map((key) => [key, key === 'select' ? writtenSelector(options[key] as Selector) : options[key]]));
}

/** A selector as it is written in a file. */
function writtenSelector(s: Selector): Record<string, unknown> {
  return {
    ...(s.nodes && { nodes: [...s.nodes] }),
    ...(s.regions && { regions: [...s.regions] }),
    ...(s.kinds && { kinds: [...s.kinds] }),
    ...(s.shareNodesPpm !== undefined && { share: `${formatShare(s.shareNodesPpm)} nodes` }),
    ...(s.shareHashPowerPpm !== undefined && { share: `${formatShare(s.shareHashPowerPpm)} hashPower` }),
  };
}
