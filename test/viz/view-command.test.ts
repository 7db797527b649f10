/** `stratus view` as somebody uses it: prints an address that gives page and runs, says what it cannot do, ends at Ctrl-C. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runFiles, writeFiles } from './make-run.ts';

const ROOT = join(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'stratus-view-'));
for (const [i, name] of ['20260101T000000Z-a-1', '20260102T000000Z-b-1'].entries()) writeFiles(join(out, name), runFiles({ nodes: 12, rounds: 6, name: `run-${i}` }));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `meanwhile` gets its first line of output, then the process gets `signal`. */
function view(args: readonly string[], meanwhile?: (line: string) => Promise<void>, signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'sim/cli/stratus.mjs'), 'view', '--out', out, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr, met] = ['', '', false];
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString();
      if (met || !stdout.includes('\n') || !meanwhile) return;
      met = true;
      meanwhile(stdout.trim()).then(() => child.kill(signal), (error: unknown) => {
        child.kill('SIGKILL');
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    child.on('close', (code) => resolve({ code, stdout, stderr })).on('error', reject);
  });
}

interface List {
  readonly runs: readonly { readonly key: string; readonly url: string; readonly scenario: string }[];
}

describe('stratus view', () => {
  it('serves the page and every run, the newest first, and ends in peace at Ctrl-C', async () => {
    const { code, stderr } = await view(['--no-open'], async (url) => {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      expect(await (await fetch(url)).text()).toMatch(/<title>Stratus/);
      const { runs } = (await (await fetch(`${url}runs.json`)).json()) as List;
      expect(runs.map(({ key }) => key)).toEqual(['20260102T000000Z-b-1', '20260101T000000Z-a-1']);
      expect((await fetch(url + runs[1].url + 'det/arrivals.bin', { headers: { range: 'bytes=0-7' } })).status).toBe(206);
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/stop with Ctrl-C/);
  }, 60_000);

  it('given two folders, compares them; --json; SIGTERM ends it too', async () => {
    const { code } = await view([join(out, '20260101T000000Z-a-1'), join(out, '20260102T000000Z-b-1'), '--json'], async (text) => {
      const { schema, url } = JSON.parse(text) as { schema: string; url: string };
      expect(schema).toBe('stratus/view/v1');
      expect(new URL(url).hash).toBe('#run=20260101T000000Z-a-1&vs=20260102T000000Z-b-1&view=compare');
    }, 'SIGTERM');
    expect(code).toBe(0);
  }, 60_000);

  it.each([
    [['nowhere'], /nowhere is not a run folder/],
    [['--port', '70000'], /a port is a number/],
    [['--port', 'x'], /a port is a number/],
  ])('%j', async (args, words) => {
    const { code, stderr } = await view(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  }, 60_000);
});
