/** How the rate changes with what grows: one axis at a time, the rest as in the headline. */
import { blockWork } from './block-work.ts';
import { nameOf, type BlockSpec } from './blocks.ts';
import type { Work } from './work.ts';

export interface GrowthPoint {
  readonly axis: string;
  readonly label: string;
  readonly spec: BlockSpec;
  readonly cores: number;
}

const BASE: BlockSpec = { mix: 'transfer', transactions: 8_192, senders: 4_096, accounts: 4_096 };
const block = (transactions: number): BlockSpec => ({ ...BASE, transactions, senders: Math.min(4_096, transactions) });
const state = (accounts: number): BlockSpec => ({ ...BASE, senders: Math.min(4_096, accounts), accounts });

export const GROWTH: readonly GrowthPoint[] = [
  ...[64, 256, 1_024, 4_096, 16_384, 65_536].map((n): GrowthPoint => ({ axis: 'transactions in a block', label: String(n), spec: block(n), cores: 1 })),
  ...[100, 1_000, 10_000, 100_000, 1_000_000].map((n): GrowthPoint => ({ axis: 'accounts in the state', label: String(n), spec: state(n), cores: 1 })),
  ...[1, 2].map((cores): GrowthPoint => ({ axis: 'cores', label: String(cores), spec: BASE, cores })),
  ...[0, 1, 10, 100].map((badPerMille): GrowthPoint => ({ axis: 'bad signatures', label: `${badPerMille / 10}%`, spec: { ...BASE, badPerMille }, cores: 1 })),
];

/** One work per distinct block; the headline's on several cores. */
export const growth = (): Work[] => [...new Map([...GROWTH].reverse().map(({ spec }) => [nameOf(spec), nameOf(spec) === nameOf(BASE) ? BASE : spec])).values()].map((spec) => blockWork(spec, ['path', 'exec'], { backends: ['wasm'], cores: spec === BASE ? [1, 2] : [1] }));

/** Name of the case that holds a point. */
export const growthCase = ({ spec, cores }: GrowthPoint, part: 'path' | 'exec'): string => `growth/${nameOf(spec)}/wasm/${cores === 1 ? '' : `${cores}cores/`}${part}`;
