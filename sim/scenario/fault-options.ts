/**
 * The fault kinds that a scenario can schedule: what each takes, how its options are written back, and whether it divides
 * the network (D7). The faults themselves are in sim/faults/, one file each, and take their `options` schema from here.
 */
import { z } from 'zod';
import { duration, positiveDuration, selector } from './fields.ts';
import { REGIONS, type Region, type Selector } from './types.ts';
import { formatShare } from './units.ts';

/** Links between the groups are cut. With `select`, the picked nodes are one group and everybody else the other. */
export interface PartitionOptions {
  readonly between?: readonly (readonly Region[])[];
  readonly select?: Selector;
}
/** The picked nodes stop, losing what is not durable, and restart when the fault ends. */
export interface CrashOptions {
  readonly select: Selector;
}
/** The picked nodes freeze with all they hold, and go on when the fault ends. */
export interface PauseOptions {
  readonly select: Selector;
}

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'not an id: lower-case letters, digits and hyphens, at most 32' }).meta({ description: 'Unique; names the fault in reports and `except`.' }),
  at: duration('When it starts.'),
  for: positiveDuration('How long it lasts.'),
};

const partition = z.strictObject({
  ...common,
  kind: z.literal('partition'),
  between: z.array(z.array(z.enum(REGIONS)).min(1)).min(2).optional().meta({ description: 'Groups of regions; links between different groups are cut.' }),
  select: selector.optional(),
});
const crash = z.strictObject({ ...common, kind: z.literal('crash'), select: selector });
const pause = z.strictObject({ ...common, kind: z.literal('pause'), select: selector });

/** One scheduled fault as written. */
export const scheduledFault = z
  .discriminatedUnion('kind', [partition, crash, pause])
  .refine((fault) => fault.kind !== 'partition' || (fault.between === undefined) !== (fault.select === undefined), {
    error: 'a partition takes either `between` or `select`',
  });
export type WrittenFault = z.output<typeof scheduledFault>;

export interface FaultKind {
  readonly kind: WrittenFault['kind'];
  readonly title: string;
  readonly example: string;
  /** Divides the network into parts that mine apart (D7's bound). */
  readonly divides: boolean;
}

export const FAULT_KINDS: readonly FaultKind[] = [
  { kind: 'partition', title: 'cuts every link between groups of nodes, and heals them', example: '{ id: cut, at: 12m, for: 90s, kind: partition, between: [[EUROPE], [NORTH_AMERICA, SOUTH_AMERICA]] }', divides: true },
  { kind: 'crash', title: 'stops nodes, which restart from what is durable', example: '{ id: outage, at: 5m, for: 2m, kind: crash, select: { share: 10% nodes } }', divides: false },
  { kind: 'pause', title: 'freezes nodes, which go on with all they hold', example: '{ id: freeze, at: 5m, for: 30s, kind: pause, select: { kinds: [mining], share: 5% nodes } }', divides: false },
];

/** The options alone, without what every fault has. */
export function optionsOf(fault: WrittenFault): Readonly<Record<string, unknown>> {
  if (fault.kind === 'partition') return { ...(fault.between && { between: fault.between }), ...(fault.select && { select: fault.select }) };
  return { select: fault.select };
}

/** A selector as it is written in a file. */
export function writtenSelector(s: Selector): Record<string, unknown> {
  return {
    ...(s.nodes && { nodes: [...s.nodes] }),
    ...(s.regions && { regions: [...s.regions] }),
    ...(s.kinds && { kinds: [...s.kinds] }),
    ...(s.shareNodesPpm !== undefined && { share: `${formatShare(s.shareNodesPpm)} nodes` }),
    ...(s.shareHashPowerPpm !== undefined && { share: `${formatShare(s.shareHashPowerPpm)} hashPower` }),
  };
}
