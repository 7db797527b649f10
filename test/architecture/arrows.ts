/** Who may import whom (docs/architecture.md), and files that nobody reaches. */
import type { Finding, Tree } from './tree.ts';

/** A folder of the engine imports from itself and from those before it; `params` is for all. */
export const ENGINE_ORDER = [
  'primitives', 'params', 'crypto', 'tx', 'wallet', 'state', 'zk', 'starw', 'areslang', 'rewards', 'ledgers', 'chain', 'pool', 'p2p', 'node', 'api',
] as const;

/** Trees outside the engine, and the trees each may import. `engine` stands for the engine without its host. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'engine/host': ['engine', 'engine/host'],
  sim: ['engine', 'sim'],
  'sim/cli': ['engine', 'engine/host', 'sim', 'sim/cli'],
  bench: ['engine', 'engine/host', 'sim', 'sim/cli', 'bench'],
  viz: ['viz'],
  'viz/live': ['engine', 'sim', 'viz', 'viz/live'],
  test: ['engine', 'engine/host', 'sim', 'sim/cli', 'bench', 'viz', 'viz/live', 'test'],
};

/** What the page knows of a run besides its own files: the trace, what reports make of it, and the names of ledgers, kinds and regions. Only the live view simulates. */
const PAGE_READS = /^sim\/(trace|report)\/|^engine\/tx\/kinds\.ts$|^sim\/scenario\/types\.ts$/;
const pageMayRead = (path: string, target: string): boolean => PAGE_READS.test(target) || (path === 'viz/views/live.ts' && target.startsWith('viz/live/'));
/** Code that knows no Node: the deterministic core, and the page (Vite's own configuration aside). */
const WITHOUT_NODE: readonly string[] = ['engine', 'sim', 'viz', 'viz/live'];

/** Arrows of the engine that point the wrong way, each with its reason: docs/architecture.md shows the same list. */
export const BROKEN_ARROWS: readonly { readonly from: string; readonly to: string; readonly kind: 'types' | 'values'; readonly reason: string }[] = [
  { from: 'engine/crypto', to: 'engine/tx/transaction.ts', kind: 'types', reason: 'addresses give an `Account`, which is named where transactions are' },
  { from: 'engine/tx', to: 'engine/chain/types.ts', kind: 'types', reason: 'the errors of transactions stand with those of rounds, in one union' },
  { from: 'engine/ledgers', to: 'engine/chain/types.ts', kind: 'types', reason: 'failure codes and receipt events stand with the receipts' },
  { from: 'engine/chain/executor.ts', to: 'engine/pool/clearance.ts', kind: 'types', reason: 'an executor keeps one clearance per head beside its state' },
  { from: 'engine/chain/executor-base.ts', to: 'engine/pool/clearance.ts', kind: 'values', reason: 'an executor keeps one clearance per head beside its state' },
];

/** `engine`, `engine/host`, `sim`, `sim/cli`, `bench`, `viz`, `viz/live`, `test`. */
const treeNameOf = (path: string): string => /^(engine\/host|sim\/cli|viz\/live)\//.exec(path)?.[1] ?? path.split('/')[0];
const rankOf = (path: string): number => ENGINE_ORDER.indexOf(path.split('/')[1] as (typeof ENGINE_ORDER)[number]);

/** Arrows between trees, then the engine's folder order. `used` collects the exceptions that were needed. */
export function wrongArrows(tree: Tree, used = new Set<string>()): Finding[] {
  const findings: Finding[] = [];
  for (const { path, imports } of tree.values()) {
    const from = treeNameOf(path);
    for (const { target, relative, typeOnly, line } of imports) {
      const find = (what: string, instead: string): number => findings.push({ path, line, what, instead });
      if (!relative) {
        if (target.startsWith('node:') && WITHOUT_NODE.includes(from) && path !== 'viz/vite.config.ts') find(`imports ${target}`, 'take what you need as an argument; IO lives in engine/host and sim/cli');
        continue;
      }
      const to = treeNameOf(target);
      if (from !== 'engine') {
        if (from === 'viz' && pageMayRead(path, target)) continue;
        if (!(MAY_IMPORT[from] ?? []).includes(to)) find(`${from} imports ${target}`, `${from} may import ${(MAY_IMPORT[from] ?? []).join(', ')}`);
        continue;
      }
      if (to !== 'engine') {
        find(`engine imports ${target}`, 'the engine imports nothing outside itself; let the caller pass it in');
        continue;
      }
      const [rank, targetRank] = [rankOf(path), rankOf(target)];
      if (rank < 0 || targetRank < 0) find(`${rank < 0 ? path : target} lies in no known folder of the engine`, `folders: ${ENGINE_ORDER.join(' ')}`);
      else if (target.startsWith('engine/wallet/') && !/^engine\/(wallet|api)\//.test(path)) find(`imports ${target}`, 'within the engine only api needs wallets');
      else if (targetRank > rank && !target.startsWith('engine/params/')) {
        const exception = BROKEN_ARROWS.find((arrow) => (path === arrow.from || path.startsWith(`${arrow.from}/`)) && target === arrow.to && (typeOnly || arrow.kind === 'values'));
        if (exception) used.add(`${exception.from} ${exception.to}`);
        else find(`imports ${typeOnly ? 'types of ' : ''}${target}, which comes later in the order`, `move the shared part down; order: ${ENGINE_ORDER.join(' ')}`);
      }
    }
  }
  return findings;
}

/** Where a process starts: what these reach is alive. */
export const ENTRY_POINTS: readonly RegExp[] = [/^sim\/cli\/(main|worker|fuzz-worker)\.ts$/, /^engine\/crypto\/wasm-src\/\w+\/modules\.ts$/, /^bench\/[^/]+\.ts$/, /^viz\/(main|vite\.config|(data|live)\/worker)\.ts$/];

/** Files that nothing starts or imports. Tests keep only test/ alive: a source that only its own test reaches is dead. */
export function deadFiles(tree: Tree, exceptions: Readonly<Record<string, string>> = {}): Finding[] {
  const reached = new Set<string>();
  const reach = (path: string, within: (path: string) => boolean): void => {
    const source = tree.get(path);
    if (source === undefined || reached.has(path) || !within(path)) return;
    reached.add(path);
    for (const { target } of source.imports) reach(target, within);
  };
  const isTest = (path: string): boolean => path.startsWith('test/');
  for (const path of tree.keys()) {
    if (ENTRY_POINTS.some((entry) => entry.test(path)) || path in exceptions) reach(path, () => true);
    if (isTest(path) && path.endsWith('.test.ts')) reach(path, isTest);
  }
  return [...tree.keys()].filter((path) => !reached.has(path)).map((path) => ({ path, line: 1, what: 'is reached from no entry point', instead: 'import it where it belongs, or delete it' }));
}
