/** A real Chromium on the real page, served as `stratus view` serves it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { builtPage } from '../../../sim/cli/page.ts';
import { serve, type Served } from '../../../sim/cli/serve.ts';
import { CHROMIUM, RETRIED } from '../../helpers/chromium.ts';
import { runFiles, writeFiles, type RunFiles, type RunShape } from '../make-run.ts';

export { CHROMIUM, RETRIED };

export const ROOT = join(import.meta.dirname, '../../..');

export interface Stand {
  readonly url: string;
  readonly page: string;
  /** A new window with the first visit's tour out of the way. What it complains about is collected in `complaints`. */
  open(fragment: string, options?: OpenOptions): Promise<Page>;
  /** Puts a run folder beside the others. */
  add(key: string, files: RunFiles): string;
  /** Serves a folder that exists. */
  addFolder(key: string, folder: string): void;
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly calm?: boolean;
  /** As somebody who was never here. */
  readonly firstVisit?: boolean;
}

export async function makeStand(shapes: Readonly<Record<string, RunShape>>): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'stratus-view-'));
  const runs: { key: string; folder: string; scenario: string }[] = [];
  const complaints: string[] = [];
  let browser: Browser | undefined;
  const page = await builtPage(ROOT, () => undefined);
  const server: Served = await serve({
    page, port: 0, runs: () => runs,
    list: () => ({ schema: 'stratus/runs/v1', runs: runs.map(({ key, scenario }) => ({ key, url: `runs/${key}/`, scenario, seed: '1', verdict: 'pass', started: '2026-01-02T03:04:05.000Z' })) }),
  });
  const stand: Stand = {
    url: server.url, page, complaints,
    add(key, files) {
      const path = writeFiles(join(folder, key), files);
      runs.push({ key, folder: path, scenario: key });
      return path;
    },
    addFolder: (key, path) => void runs.push({ key, folder: path, scenario: key }),
    async open(fragment, { width = 1280, height = 800, scheme = 'light', calm = false, firstVisit = false } = {}) {
      browser ??= await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--js-flags=--expose-gc', '--enable-precise-memory-info'] });
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: calm ? 'reduce' : 'no-preference', acceptDownloads: true });
      if (!firstVisit) await context.addInitScript(() => localStorage.setItem('stratus.tour', 'seen'));
      const window = await context.newPage();
      window.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${fragment}: ${message.text()}`);
      });
      window.on('pageerror', (error) => complaints.push(`${fragment}: ${error.message}`));
      await window.goto(server.url + fragment);
      return window;
    },
    async close() {
      await browser?.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (const [key, shape] of Object.entries(shapes)) stand.add(key, runFiles({ name: key, ...shape }));
  return stand;
}

/** The committed example run, where there is one. */
export const EXAMPLE = [join(ROOT, 'reports/example')].find((path) => existsSync(join(path, 'manifest.json')));

/** Waits until the view stands and nothing in it loads any more. */
export async function settled(window: Page): Promise<void> {
  await window.waitForSelector('.view[data-view] > *, .stage-note.problem, .stage-note.empty', { timeout: 30_000 });
  await window.waitForFunction(() => !document.querySelector('.panel-note.loading:not([hidden]), .stage-note.loading'), undefined, { timeout: 30_000 });
  await window.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
