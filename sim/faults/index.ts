/** Every fault kind, by name. A new fault is one file here, and one line below. */
import type { Fault } from './fault.ts';
import { crash } from './crash.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';

export const FAULTS: Readonly<Record<string, Fault>> = { partition, crash, pause };
