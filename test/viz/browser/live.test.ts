/** The live view in a real browser: the command's trace hash, a region cut by hand and saved, what is wrong with a text at its line, and a page that answers meanwhile. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../../sim/report/summary.ts';
import { CHROMIUM, makeStand, ROOT, settled, type Stand, RETRIED } from './harness.ts';

/** Small enough to be over in a few seconds, in a browser too. */
const TEXT = `schema: stratus/scenario/v1
name: in-page
question: Is it the same in a browser?
run: { seed: "11", duration: 3m, warmup: 10s, settle: 20s }
consensus: { roundInterval: 10s, finalityDepth: 30 }
network: { totalNodes: 20, txGossip: { batch: 1s } }
nodes: { mining: { count: 6 }, light: { count: 2 } }
workload:
  accounts: { count: 60 }
  mix: [{ kind: transfer, token: STR, weight: 5 }, { kind: nft_mint, weight: 1 }, { kind: atomic, weight: 1 }, { invalid: [bad-signature, high-s], weight: 1 }]
  rate: { unit: tx/s, stages: [{ for: 2m, at: 2 }] }
`;

describe.skipIf(CHROMIUM === undefined)('the live view (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  const out = mkdtempSync(join(tmpdir(), 'stratus-live-'));
  beforeAll(async () => {
    stand = await makeStand({});
  }, 120_000);
  afterAll(async () => {
    await stand?.close();
    rmSync(out, { recursive: true, force: true });
  });

  const open = async (): Promise<Page> => {
    const window = await stand.open('#view=live');
    await window.waitForSelector('.cm-content', { timeout: 60_000 });
    return window;
  };
  const write = async (window: Page, text: string): Promise<void> => {
    await window.locator('.cm-content').focus();
    await window.keyboard.press('ControlOrMeta+a');
    await window.evaluate((pasted) => {
      const data = new DataTransfer();
      data.setData('text/plain', pasted);
      document.querySelector('.live-editor')!.shadowRoot!.querySelector('.cm-content')!.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
    await window.waitForTimeout(600); // the check waits until nobody types
  };
  const figure = (window: Page, name: RegExp): Promise<string> => window.locator('.live-figures div').filter({ has: window.locator('dt', { hasText: name }) }).locator('dd').innerText();
  const finding = (window: Page, panel: string): Promise<string> => window.locator(`[data-panel=${panel}] h3`).innerText();
  const ended = (window: Page): Promise<unknown> => window.waitForFunction(() => /ended/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''), undefined, { timeout: 120_000 });
  const start = (window: Page, speed = 'Infinity', how = 'Start'): Promise<void> => window.getByLabel('Speed', { exact: true }).selectOption(speed).then(() => window.getByRole('button', { name: how, exact: true }).click());
  /** The command on a scenario text. */
  const command = (text: string): Summary => {
    const file = join(out, 'scenario.yaml');
    writeFileSync(file, text);
    const printed = execFileSync(process.execPath, [join(ROOT, 'sim/cli/stratus.mjs'), 'run', file, '--out', join(out, 'reports'), '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
    return JSON.parse(printed) as Summary;
  };

  it('a run to its end has the hashes of the command, and the other views show it', async () => {
    const window = await open();
    await write(window, TEXT);
    expect(await finding(window, 'scenario')).toBe('Is it the same in a browser?');
    await start(window);
    await ended(window);
    const hash = await figure(window, /Trace hash of the run/);
    const { hash: expected, virtual } = command(TEXT);
    expect(hash).toBe(expected.trace);
    expect(await figure(window, /^Events$/)).toBe(virtual.events.toLocaleString('en'));
    await window.locator('.tabs a', { hasText: 'Overview' }).click();
    await settled(window);
    expect(await window.locator('.verdict').innerText()).toMatch(/Pass/);
    await window.locator('.tabs a', { hasText: 'Propagation' }).click();
    await settled(window);
    await window.locator('.tabs a', { hasText: 'Live' }).click();
    await window.waitForSelector('.cm-content');
    expect(await figure(window, /Trace hash of the run/)).toBe(expected.trace);
    await window.context().close();
  }, 240_000);

  it('a region cut by hand, paused, stepped, mended and saved: the file has the same trace hash on the command line', async () => {
    const window = await open();
    await write(window, TEXT);
    await start(window, '10', 'Start paused');
    await window.waitForFunction(() => /Waiting at 0:00/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''));
    for (const step of ['+1 second', '+1 event', '+1 round']) await window.getByRole('button', { name: step }).click();
    await window.waitForFunction(() => [...document.querySelectorAll('.live-figures div')].some(({ textContent }) => textContent === 'Rounds found1') && /Waiting/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''));
    await window.getByRole('button', { name: 'Go on' }).click();
    await window.waitForFunction(() => /Running: [0-9]:[2-9]/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''), undefined, { timeout: 60_000 });
    await window.getByLabel('Region').selectOption('EUROPE');
    await window.getByLabel('Lasts').selectOption('30000000');
    await window.getByRole('button', { name: 'Cut off' }).click();
    await window.getByLabel('Node', { exact: true }).fill('1');
    await window.getByLabel('Lasts').selectOption('Infinity');
    await window.getByRole('button', { name: 'Crash' }).click();
    await window.waitForSelector('.live-faults li:nth-child(2)');
    await window.locator('[data-panel=run]').getByRole('button', { name: 'Pause' }).click();
    await window.getByRole('button', { name: '+1 second' }).click();
    await window.locator('.live-faults li').filter({ hasText: 'node 1' }).getByRole('button', { name: 'End now' }).click();
    await window.getByLabel('Speed', { exact: true }).selectOption('Infinity');
    await window.getByRole('button', { name: 'Go on' }).click();
    await ended(window);
    const hash = await figure(window, /Trace hash of the run/);
    const [download] = await Promise.all([window.waitForEvent('download'), window.getByRole('button', { name: 'Save as a scenario' }).click()]);
    expect(download.suggestedFilename()).toBe('in-page-live.yaml');
    const saved = readFileSync(await download.path(), 'utf8');
    expect(saved).toMatch(/kind: partition[\s\S]*EUROPE[\s\S]*kind: crash/);
    expect(command(saved).hash.trace).toBe(hash);
    expect(hash).not.toBe(command(TEXT).hash.trace);
    await window.context().close();
  }, 300_000);

  it('a slip is shown at its line, with how to mend it, and nothing starts; mended it can start', async () => {
    const window = await open();
    await write(window, TEXT.replace('txGossip', 'txGosip'));
    const item = window.locator('.live-problems li').first();
    expect(await item.innerText()).toMatch(/Line 6, column 28.*unknown key `txGosip`.*did you mean `txGossip`/s);
    expect(await window.locator('.cm-lint-marker-error').count()).toBeGreaterThan(0);
    expect(await window.locator('.cm-lintRange-error').first().innerText()).toBe('txGosip');
    expect(await window.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    await write(window, TEXT.replace('totalNodes: 20', 'totalNodes: 90000'));
    expect(await window.locator('.live-cost.refused').innerText()).toMatch(/GiB of memory.*npx stratus run/);
    await write(window, TEXT);
    expect(await window.locator('.live-problems li').count()).toBe(0);
    expect(await window.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(false);
    await window.context().close();
  }, 120_000);

  it('the address of a simulation that is gone leads to where it can be started again', async () => {
    const window = await stand.open('#run=live&view=forks&t=12');
    await window.waitForSelector('.cm-content', { timeout: 60_000 });
    expect(await window.locator('.stage-note.problem').count()).toBe(0);
    await window.context().close();
  }, 120_000);

  it('the page answers while a run goes on', async () => {
    const window = await open();
    await window.getByLabel('Scenario', { exact: true }).selectOption('smoke');
    await window.waitForTimeout(600);
    await start(window);
    await window.waitForFunction(() => /Running/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''), undefined, { timeout: 60_000 });
    const longest = await window.evaluate(() => new Promise<number>((resolve) => {
      const gaps: number[] = [];
      let last = performance.now();
      const frame = (now: number): void => {
        gaps.push(now - last);
        last = now;
        if (gaps.length < 120) requestAnimationFrame(frame);
        else resolve(gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]);
      };
      requestAnimationFrame(frame);
    }));
    console.log(`live: p95 of frames while the worker simulates ${longest.toFixed(1)} ms`);
    expect(longest).toBeLessThan(250); // wall clock on a machine that others use
    await window.context().close();
  }, 120_000);

  it.each(['light', 'dark'] as const)('axe finds nothing, %s', async (scheme) => {
    const window = await stand.open('#view=live', { scheme });
    await window.waitForSelector('.cm-content', { timeout: 60_000 });
    await write(window, TEXT.replace('seed: "11"', 'sed: "11"'));
    const wrong = await new AxeBuilder({ page: window }).analyze();
    expect(wrong.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    await write(window, TEXT);
    await start(window);
    await ended(window);
    const done = await new AxeBuilder({ page: window }).analyze();
    expect(done.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    await window.context().close();
  }, 180_000);

  it('nothing was complained about', () => expect(stand.complaints).toEqual([]));
});
