/** Finds a scenario by its hash, and run folders of it. */
import { join } from 'node:path';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { loadScenario } from '../scenario/load.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import { readFromDisk, readJson, runFolders, scenarioFiles } from './files.ts';

export interface RunFolder {
  readonly folder: string;
  readonly scenarioHash: string;
  readonly scenarioName: string;
  readonly seed: string;
  readonly version: string;
  readonly isolated: boolean;
  readonly verdict: string;
  readonly exitCode: number;
  readonly traceHash: string;
  readonly partial: string | null;
}

export function readRunFolder(folder: string): RunFolder | undefined {
  const manifest = readJson(join(folder, 'manifest.json'));
  if (manifest?.['schema'] !== 'stratus/manifest/v1') return undefined;
  const m = manifest as { version: string; scenario: { name: string; hash: string }; seed: string; isolated: boolean; verdict: string; exitCode: number; partial: string | null; hash: { trace: string } };
  return { folder, scenarioHash: m.scenario.hash, scenarioName: m.scenario.name, seed: m.seed, version: m.version, isolated: m.isolated, verdict: m.verdict, exitCode: m.exitCode, traceHash: m.hash.trace, partial: m.partial };
}

export const allRuns = (out: string): RunFolder[] => runFolders(out).flatMap((folder) => readRunFolder(folder) ?? []);

/** The scenario whose hash starts with `hash`, from scenario files and from the resolved ones of run folders. */
export function findScenario(hash: string, seed: string, folders: { readonly scenarios: readonly string[]; readonly runs: string }): { scenario: ResolvedScenario; hash: string; file: string } | undefined {
  const files = [...new Set(folders.scenarios.flatMap(scenarioFiles)), ...runFolders(folders.runs).map((run) => join(run, 'det', 'scenario.resolved.yaml'))];
  for (const file of files) {
    const loaded = loadScenario(file, readFromDisk, { seed });
    if (!loaded.ok) continue;
    const found = scenarioHash(loaded.value.scenario, nobleCrypto);
    if (found.startsWith(hash)) return { scenario: loaded.value.scenario, hash: found, file };
  }
  return undefined;
}
