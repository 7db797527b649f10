/** Scenarios in memory: a table of files, and a small valid one to change. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario, type LoadedScenario, type LoadOptions, type ReadFile } from '../../sim/scenario/load.ts';
import { formatProblem } from '../../sim/scenario/problem.ts';

export const SMALL = `schema: stratus/scenario/v1
name: small
question: Is it small?
run: { seed: "1", duration: 10m }
network: { totalNodes: 8 }
nodes:
  mining: { count: 4 }
`;

export const files = (table: Readonly<Record<string, string | Uint8Array>>): ReadFile => (path, bytesMax) => {
  const content = Object.hasOwn(table, path) ? table[path] : undefined;
  if (content === undefined) return { ok: false, error: { code: 'not-found', detail: '' } };
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > bytesMax) return { ok: false, error: { code: 'too-large', detail: `${bytes.length} bytes` } };
  return { ok: true, value: bytes };
};

export const loadText = (text: string | Uint8Array, options?: LoadOptions, others: Record<string, string> = {}) => loadScenario('s.yaml', files({ 's.yaml': text, ...others }), options);

/** The scenario, or a failed test that says why not. */
export function loaded(text: string, options?: LoadOptions, others?: Record<string, string>): LoadedScenario {
  const result = loadText(text, options, others);
  if (!result.ok) throw new Error(result.error.problems.map(formatProblem).join('\n'));
  return result.value;
}

/** All problems as text; empty where there is none. */
export function problems(text: string | Uint8Array, options?: LoadOptions, others?: Record<string, string>): string {
  const result = loadText(text, options, others);
  return result.ok ? '' : result.error.problems.map(formatProblem).join('\n');
}

const root = join(import.meta.dirname, '../..');
/** The committed scenarios: path and text. */
export const committed = readdirSync(join(root, 'scenarios')).filter((name) => name.endsWith('.yaml')).map((name) => [name, readFileSync(join(root, 'scenarios', name), 'utf8')] as const);
