/** The suites, and the names of their cases. */
import type { BackendName } from './backends.ts';
import { blockWork } from './block-work.ts';
import type { BlockSpec } from './blocks.ts';
import { growth } from './growth.ts';
import { limits } from './limits.ts';
import { micro } from './micro.ts';
import { sim } from './sim.ts';
import { vm } from './vm.ts';
import type { Part, Work } from './work.ts';
import { KINDS } from '../../engine/tx/kinds.ts';

export const SUITES = ['node', 'stages', 'ledgers', 'vm', 'micro', 'sim', 'growth'] as const;
export type SuiteName = (typeof SUITES)[number];

/** The headline's block: 8,192 plain transfers from 4,096 senders. */
export const HEADLINE: BlockSpec = { mix: 'transfer', transactions: 8_192, senders: 4_096, accounts: 4_096 };

/** What users have everywhere. The native library one by one stands beside it in the headline. */
const BACKEND: readonly BackendName[] = ['wasm'];
const BOTH = ['path', 'exec'] as const;
/** Where the reference backend takes a millisecond a signature. */
const SMALL: BlockSpec = { mix: 'transfer', transactions: 256, senders: 128, accounts: 4_096 };

function node(): Work[] {
  return [
    blockWork(HEADLINE, BOTH, { backends: ['wasm', 'native'] }),
    blockWork(HEADLINE, BOTH, { backends: BACKEND, cores: [2] }),
    blockWork({ ...HEADLINE, withoutHints: true }, BOTH, { backends: BACKEND }),
    blockWork({ ...HEADLINE, mix: 'mixed' }, BOTH, { backends: ['wasm', 'native'] }),
    blockWork({ ...HEADLINE, mix: 'mixed' }, BOTH, { backends: BACKEND, cores: [2] }),
    blockWork({ ...HEADLINE, accounts: 100_000 }, BOTH, { backends: BACKEND }),
    blockWork({ ...HEADLINE, badPerMille: 1 }, BOTH, { backends: BACKEND }),
    blockWork({ ...HEADLINE, senders: 64, accounts: 4_096 }, BOTH, { backends: BACKEND }),
    blockWork({ ...HEADLINE, senders: 8_192, accounts: 8_192 }, BOTH, { backends: BACKEND }),
    blockWork(SMALL, BOTH, { backends: ['noble'] }),
    limits(HEADLINE, { backends: ['wasm', 'native'] }),
    limits(SMALL, { backends: ['noble'] }),
  ];
}

const stages = (): Work[] => [blockWork(HEADLINE, ['decode', 'verify', 'apply', 'root'], { backends: BACKEND })];

/** 1,024 transactions of one kind; where some need a round of their own before, that is not measured. */
const ledgers = (): Work[] => KINDS.map((mix) => blockWork({ mix, transactions: 1_024, senders: 256, accounts: 4_096 }, ['exec'], { backends: BACKEND }));

const ALL: Readonly<Record<SuiteName, () => readonly Work[]>> = { node, stages, ledgers, vm, micro, sim, growth };

/** One thing that is measured in a process of its own: a work under one backend and number of cores. */
export interface Entry {
  readonly suite: SuiteName;
  readonly work: Work;
  readonly backend: BackendName | undefined;
  readonly cores: number;
}

export const workName = ({ suite, work, backend, cores }: Entry): string =>
  [suite, work.name, ...(backend === undefined ? [] : [backend]), ...(cores === 1 ? [] : [`${cores}cores`])].join('/');

/** `node/transfer-8192tx-4096senders/native/exec`. */
export const caseName = (entry: Entry, part: Pick<Part, 'name'>): string => (part.name === '' ? workName(entry) : `${workName(entry)}/${part.name}`);

export function entriesOf(suite: SuiteName): Entry[] {
  return ALL[suite]().flatMap((work) =>
    (work.backends ?? [undefined]).flatMap((backend) => (work.cores ?? [1]).map((cores): Entry => ({ suite, work, backend, cores }))),
  );
}

export function entryNamed(name: string): Entry | undefined {
  return entriesOf(name.split('/')[0] as SuiteName).find((entry) => workName(entry) === name);
}

