/** The run that is kept in reports/example is the one that its scenario gives now. Where not: `npm run example`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { detFiles, sumsText } from '../../sim/report/det.ts';
import { reportHtml } from '../../sim/report/html.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { runScenario } from '../../sim/run.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { loaded } from '../scenario/helpers.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'reports/example');
const BYTES_MAX = 1_500_000;
const text = (path: string): string => readFileSync(join(EXAMPLE, path), 'utf8');
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

describe('reports/example', () => {
  const kept = JSON.parse(text('summary.json')) as Summary;

  test('is the run of scenarios/example.yaml by this code, every byte of det/ and the report', () => {
    const { scenario } = loaded(readFileSync(join(ROOT, 'scenarios/example.yaml'), 'utf8'));
    const crypto = bestCrypto();
    const record = runScenario(scenario, { crypto });
    expect(record.traceHash).toBe(kept.hash.trace);
    const input = { hash: scenarioHash(scenario, crypto), version: kept.version, wall: kept.wall, detHash: kept.hash.det, folder: 'reports/example' };
    const files = detFiles(record, scenario, summarize(record, scenario, { ...input, detHash: '', folder: '' }));
    expect(sumsText(files, sha256)).toBe(text('det/SHA256SUMS'));
    expect(files.filter(([name, content]) => sha256(readFileSync(join(EXAMPLE, 'det', name))) !== sha256(content)).map(([name]) => name)).toEqual([]);
    expect(reportHtml({ ...record, backend: { signatures: kept.backend.signatures, hashes: kept.backend.hashes } as typeof record.backend }, kept, scenario)).toBe(text('report.html'));
  }, 120_000);

  test('is small, and names nothing of the machine that made it', () => {
    const files = readdirSync(EXAMPLE, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(EXAMPLE, name)).isFile());
    expect(files.reduce((sum, name) => sum + statSync(join(EXAMPLE, name)).size, 0)).toBeLessThan(BYTES_MAX);
    expect(files.filter((name) => /^(env|ci)\b/.test(name))).toEqual([]);
    for (const name of ['manifest.json', 'summary.json', 'summary.md', 'report.html']) expect(text(name), name).not.toMatch(/\/(tmp|home|root|Users)\//);
  });

  test('shows what it is kept to show', () => {
    const { virtual: v, faults } = kept;
    expect(kept.verdict).toBe('pass');
    expect([v.staleRounds > 3, v.reorgs.depthMax >= 3, v.crossLedger.operations > 500, v.nodes.activeMax > 25, faults.every(({ fired }) => fired > 0)]).toEqual([true, true, true, true, true]);
  });
});
