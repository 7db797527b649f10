/** Every fault kind, by name. A new fault is one file here, one line below, and its options in sim/scenario/fault-options.ts. */
import type { Fault } from './fault.ts';
import { partition } from './partition.ts';
import { crash } from './crash.ts';
import { pause } from './pause.ts';

export const FAULTS: Readonly<Record<string, Fault>> = { partition, crash, pause };
