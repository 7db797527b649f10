/**
 * What the page may cost, measured in a real browser and printed: first picture, script of the first page, script per frame
 * while scrubbing and time to any moment at 10,000 nodes × 1,000 rounds. `STRATUS_SOAK=5` plays for five minutes and looks at
 * the heap. Frames are counted in the main thread's CPU time, so that a busy machine does not decide.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../../../viz/views/index.ts';
import { CHROMIUM, EXAMPLE, makeStand, settled, type Stand, RETRIED } from './harness.ts';

const BUDGET = { firstPictureMs: 1_000, scriptKb: 150, frameMs: 8, seekMs: 100, heapGrowth: 0.05 };
const SOAK_MINUTES = Number(process.env['STRATUS_SOAK'] ?? 0);
const FRAMES = 150;

const quantile = (values: readonly number[], q: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)];
const print = (line: string): boolean => process.stdout.write(`budget  ${line}\n`);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const SCRIPT = new Set(['FireAnimationFrame', 'FunctionCall', 'EventDispatch', 'TimerFire', 'RunMicrotasks', 'EvaluateScript', 'v8.callFunction', 'HandlePostMessage']);

/** Script on the page's main thread from one frame's callbacks to the next, ms of CPU time: outermost events only. */
function scriptPerFrame(trace: readonly TraceEvent[]): number[] {
  // The thread that fires animation frames is the page's own; workers have others.
  const frames = trace.filter(({ name }) => name === 'FireAnimationFrame');
  const { pid, tid } = frames[frames.length - 1];
  const script = trace.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && SCRIPT.has(event.name)).sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const outer: TraceEvent[] = [];
  for (const event of script) {
    const last = outer[outer.length - 1];
    if (!last || event.ts >= last.ts + (last.dur ?? 0)) outer.push(event);
  }
  const starts = trace.filter((event) => event.name === 'AnimationFrame' && event.ph === 'b' && event.pid === pid && event.tid === tid).map(({ ts }) => ts).sort((a, b) => a - b);
  return starts.slice(0, -1).map((start, i) => outer.reduce((sum, { ts, dur, tdur }) => (ts >= start && ts < starts[i + 1] ? sum + (tdur ?? dur ?? 0) / 1_000 : sum), 0));
}

/** Notes when the first drawing stands, and how long the worker takes to answer what. */
const WATCH = (): void => {
  const notes = { pictureMs: 0, moments: [] as number[] };
  Object.assign(globalThis, { notes });
  const look = (): void => {
    if (document.querySelector('.panel h3:not(:empty)') && document.querySelector('.drawing svg > *, .panel-body > :not(.drawing, .panel-note, .panel-table)')) notes.pictureMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const asked = new Map<unknown, number>();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (this: Worker, message: { id?: unknown; path?: readonly string[] }, ...rest: never[]): void {
    if (message.path?.[0] === 'moment') {
      asked.set(message.id, performance.now());
      this.addEventListener('message', ({ data }: MessageEvent<{ id?: unknown }>) => {
        const since = asked.get(data.id);
        if (since !== undefined) notes.moments.push(performance.now() - since);
        asked.delete(data.id);
      });
    }
    post.call(this, message, ...rest);
  };
};

describe.skipIf(CHROMIUM === undefined)('budgets (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand({ small: { nodes: 60, rounds: 60 }, huge: { nodes: 10_000, rounds: 1_000 } });
    if (EXAMPLE) stand.addFolder('example', EXAMPLE);
  }, 120_000);
  afterAll(() => stand?.close());

  const opened = async (fragment: string): Promise<Page> => {
    const window = await stand.open('#view=explorer&run=', {});
    await window.addInitScript(WATCH);
    await window.goto('about:blank');
    await window.goto(stand.url + fragment);
    await settled(window);
    return window;
  };

  it(`the first picture stands within ${BUDGET.firstPictureMs} ms, out of at most ${BUDGET.scriptKb} kB of script`, async () => {
    const run = EXAMPLE ? 'example' : 'small';
    const times: number[] = [];
    let scripts: readonly string[] = [];
    for (let i = 0; i < 5; i++) {
      const window = await opened(`#run=${run}`);
      times.push(await window.evaluate(() => (globalThis as unknown as { notes: { pictureMs: number } }).notes.pictureMs));
      scripts = await window.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')));
      await window.context().close();
    }
    const kb = scripts.reduce((sum, url) => sum + gzipSync(readFileSync(`${stand.page}${new URL(url).pathname}`)).length / 1_000, 0);
    print(`first picture of ${run}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms (at most ${BUDGET.firstPictureMs}); ${scripts.length} scripts, worker included: ${kb.toFixed(1)} kB gzip (at most ${BUDGET.scriptKb})`);
    expect(Math.min(...times)).toBeLessThanOrEqual(BUDGET.firstPictureMs);
    expect(kb).toBeLessThanOrEqual(BUDGET.scriptKb);
  }, 60_000);

  it.each(VIEWS.filter(({ standalone }) => standalone !== true).map(({ id }) => id))(`scrubbing 10,000 nodes in %s: at most ${BUDGET.frameMs} ms of script in 95 of 100 frames`, async (view) => {
    const window = await opened(`#run=huge&vs=small&view=${view}&t=9000`);
    await window.waitForFunction(() => (globalThis as unknown as { notes: { moments: number[] } }).notes.moments.length > 0, undefined, { timeout: 30_000 });
    const browser = window.context().browser()!;
    const scrub = (frames: number): Promise<void> => window.evaluate(async (count) => {
      for (let i = 0; i < count; i++) {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: i % 50 < 40 ? 'ArrowRight' : 'ArrowLeft', bubbles: true, composed: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, frames);
    await scrub(30);
    await browser.startTracing(window, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'] });
    await scrub(FRAMES);
    const trace = (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }).traceEvents;
    const frames = scriptPerFrame(trace);
    const moments = (await window.evaluate(() => (globalThis as unknown as { notes: { moments: number[] } }).notes.moments)).slice(1);
    print(`${view.padEnd(12)} script per frame ${quantile(frames, 0.5).toFixed(1)} ms, p95 ${quantile(frames, 0.95).toFixed(1)} (at most ${BUDGET.frameMs}), ${frames.length} frames; moment ${quantile(moments, 0.5).toFixed(0)} ms, p95 ${quantile(moments, 0.95).toFixed(0)} (at most ${BUDGET.seekMs})`);
    expect(frames.length).toBeGreaterThan(FRAMES / 4);
    expect(quantile(frames, 0.95)).toBeLessThanOrEqual(BUDGET.frameMs);
    expect(quantile(moments, 0.5)).toBeLessThanOrEqual(BUDGET.seekMs); // wall time: the machine may be busy
    await window.context().close();
  }, 90_000);

  it('any moment of 10,000 nodes × 1,000 rounds', async () => {
    const window = await opened('#run=huge&view=overview&t=0');
    for (const at of [29_999, 15_000, 1, 29_000, 7_500, 22_222, 100, 14_999]) {
      await window.evaluate((seconds) => {
        location.hash = `#run=huge&view=overview&t=${seconds}`;
      }, at);
      await window.waitForTimeout(350);
    }
    const moments = (await window.evaluate(() => (globalThis as unknown as { notes: { moments: number[] } }).notes.moments)).slice(1);
    print(`seek, far apart: ${moments.map((ms) => ms.toFixed(0)).join(', ')} ms (at most ${BUDGET.seekMs})`);
    expect(moments.length).toBeGreaterThan(4);
    expect(quantile(moments, 0.75)).toBeLessThanOrEqual(BUDGET.seekMs);
    await window.context().close();
  }, 60_000);

  it.skipIf(SOAK_MINUTES === 0)(`the heap grows by at most ${BUDGET.heapGrowth * 100} % in ${SOAK_MINUTES} minutes of play (STRATUS_SOAK=minutes)`, async () => {
    const window = await opened('#run=huge&view=overview&t=0');
    const heap = (): Promise<number> => window.evaluate(() => {
      for (let i = 0; i < 3; i++) (globalThis as unknown as { gc: () => void }).gc();
      return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
    });
    const play = async (seconds: number): Promise<void> => {
      await window.evaluate(() => (document.querySelector('.play') as HTMLElement).click());
      await window.waitForTimeout(seconds * 1_000);
      await window.evaluate(() => (document.querySelector('.play') as HTMLElement).click());
    };
    await play(20); // code is compiled, caches are full
    const before = await heap();
    await play(SOAK_MINUTES * 60);
    const after = await heap();
    print(`heap after ${SOAK_MINUTES} minutes of play: ${(before / 1e6).toFixed(1)} MB, then ${(after / 1e6).toFixed(1)} MB (growth at most ${BUDGET.heapGrowth * 100} %)`);
    expect(after / before - 1).toBeLessThanOrEqual(BUDGET.heapGrowth);
    await window.context().close();
  }, (SOAK_MINUTES + 2) * 60_000);
});
