/**
 * Overview, TPMS, propagation, matrix, ripple and activation in a real browser, from real runs: what stands on the screen is
 * what summary.json and arrivals.bin say, and pointer and keys get at it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestCrypto } from '../../../engine/host/native-crypto.ts';
import { detFiles, sumsText } from '../../../sim/report/det.ts';
import { figure, millis } from '../../../sim/report/format.ts';
import { coverage } from '../../../sim/report/propagation.ts';
import { summarize, type Summary } from '../../../sim/report/summary.ts';
import { runScenario } from '../../../sim/run.ts';
import type { RunRecord } from '../../../sim/trace/record.ts';
import { committed, loaded } from '../../scenario/helpers.ts';
import { CHROMIUM, makeStand, settled, type Stand, RETRIED } from './harness.ts';

const named = (name: string): string => committed.find(([file]) => file === `${name}.yaml`)![1];
/** The ramp of scenarios/load-ramp.yaml, shorter. */
const RAMP = `schema: stratus/scenario/v1
name: ramp
question: Do sleepers wake?
run: { seed: "4", duration: 3m, warmup: 20s, settle: 20s }
consensus: { roundInterval: 10s }
network: { totalNodes: 40, baseNodeCapacity: 0.001, txGossip: { batch: 2s } }
nodes: { mining: { count: 5 }, validator: { count: 30, standby: true }, archive: { count: 1 } }
workload:
  accounts: { count: 300 }
  mix: [{ kind: transfer, token: STR, weight: 1 }]
  rate: { unit: tx/s, stages: [{ for: 20s, at: 3 }, { for: 2m, to: 20 }] }
`;

interface Real {
  readonly record: RunRecord;
  readonly summary: Summary;
  readonly fromUs: number;
}

describe.skipIf(CHROMIUM === undefined)('views of throughput, propagation and activation (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  const runs: Record<string, Real> = {};
  beforeAll(async () => {
    stand = await makeStand({});
    for (const [key, text] of [['reorg', named('reorg')], ['ramp', RAMP]] as const) {
      const { scenario } = loaded(text);
      const record = runScenario(scenario, { crypto: bestCrypto() });
      const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
      const input = { hash: hash(text), version: '0.1.0', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: key };
      const summary = summarize(record, scenario, input);
      const det = detFiles(record, scenario, summary);
      const manifest = { schema: 'stratus/manifest/v1', version: '0.1.0', scenario: { name: key, hash: input.hash, file: `${key}.yaml`, sets: [] }, seed: summary.seed, isolated: false, command: '', started: '', verdict: summary.verdict, exitCode: 0, partial: null, hash: summary.hash, next: summary.next };
      stand.add(key, new Map<string, string | Uint8Array>([['manifest.json', JSON.stringify(manifest)], ['summary.json', JSON.stringify(summary)], ...det.map(([file, content]) => [`det/${file}`, content] as const), ['det/SHA256SUMS', sumsText(det, hash)]]));
      runs[key] = { record, summary, fromUs: scenario.run.warmupUs };
    }
  }, 180_000);
  afterAll(() => stand?.close());

  const open = async (fragment: string): Promise<Page> => {
    const window = await stand.open(fragment);
    await settled(window);
    return window;
  };
  const panel = (window: Page, id: string): Locator => window.locator(`.panel[data-panel="${id}"]`);
  const readout = (window: Page, id: string): Promise<string> => panel(window, id).locator('.readout').innerText();
  const fragment = (window: Page): URLSearchParams => new URLSearchParams(new URL(window.url()).hash.slice(1));
  const csv = async (window: Page, id: string): Promise<string[][]> => {
    const [download] = await Promise.all([window.waitForEvent('download'), panel(window, id).getByRole('button', { name: 'CSV', exact: true }).click()]);
    return readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n').slice(1).map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  };
  /** Clicks at a share of the drawing's width and height. */
  const clickAt = async (window: Page, id: string, x: number, y: number): Promise<void> => {
    const svg = panel(window, id).locator('.drawing svg');
    await svg.scrollIntoViewIfNeeded();
    const box = (await svg.boundingBox())!;
    await window.mouse.click(box.x + x * box.width, box.y + y * box.height);
    await settled(window);
  };
  const delta = ({ record: { arrivals } }: Real, round: number, node: number): number => arrivals.deltaUs[round * arrivals.nodes + node];

  it('overview: the summary’s figures, and ways to where something happened', async () => {
    const { summary, record } = runs['reorg'];
    const window = await open('#run=reorg&view=overview');
    const { tpms, propagation } = summary.virtual;
    for (const stage of ['offered', 'admitted', 'confirmed', 'final'] as const) expect(await window.locator(`.tile[data-stage="${stage}"] .tile-value`).textContent()).toBe(figure(tpms[stage]));
    const verdict = await panel(window, 'verdict').innerText();
    expect(verdict).toContain(`✓ PASS exit ${summary.exitCode}`);
    expect(verdict).toContain(`${summary.virtual.rounds}, ${summary.virtual.staleRounds} stale`);
    expect(verdict).toContain([propagation.p50Ms, propagation.p90Ms, propagation.p99Ms].map(millis).join(' / '));
    expect(await panel(window, 'happenings').locator('h3').innerText()).toContain(`${summary.virtual.reorgs.count} reorganisations`);
    expect((await csv(window, 'closest')).map(([id, , , headroom]) => [id, Number(headroom)])).toEqual(
      record.invariants.filter((row) => row.headroom !== undefined).map((row) => [row.id, row.headroom!] as const).sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)));
    await panel(window, 'happenings').getByRole('button', { name: 'Table', exact: true }).click();
    await panel(window, 'happenings').locator('.table-scroll').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'Enter']) await window.keyboard.press(key);
    await settled(window);
    const cut = record.trace.find((event) => event.type === 'fault')!;
    expect([fragment(window).get('view'), fragment(window).get('t')]).toEqual(['activation', String(cut.atUs / 1e6)]);
    await window.context().close();
  });

  it('TPMS: cells add up to what was offered, ledgers to the whole; a ledger can be chosen by button and by bar', async () => {
    const { summary } = runs['reorg'];
    const window = await open('#run=reorg&view=tpms&t=600');
    const rates = await csv(window, 'rates');
    const cellMs = (Number(rates[1][0]) - Number(rates[0][0])) * 1_000;
    const lastMs = summary.virtual.durationMs - Number(rates.at(-1)![0]) * 1_000;
    const total = (column: number): number => rates.reduce((sum, row, i) => sum + Number(row[column]) * (i === rates.length - 1 ? lastMs : cellMs), 0);
    const { offered, admitted, confirmed, final } = summary.virtual.transactions;
    expect([1, 2, 3, 4].map((column) => Math.round(total(column)))).toEqual([offered, admitted, confirmed, final]);
    const [all, ...ledgers] = await csv(window, 'ledgers');
    expect(all.slice(1, 5).map(Number)).toEqual([summary.virtual.tpms.offered, summary.virtual.tpms.admitted, summary.virtual.tpms.confirmed, summary.virtual.tpms.final]);
    expect(ledgers.reduce((sum, row) => sum + Number(row[3]), 0)).toBeCloseTo(summary.virtual.tpms.confirmed, 12);
    expect((await csv(window, 'waiting')).every(([, sum, ...parts]) => parts.reduce((a, b) => a + Number(b), 0) === Number(sum))).toBe(true);
    await panel(window, 'rates').getByRole('button', { name: 'asset', exact: true }).click();
    await settled(window);
    expect(fragment(window).get('ledger')).toBe('asset');
    expect(await panel(window, 'rates').locator('h3').innerText()).toMatch(/^asset: /);
    await clickAt(window, 'ledgers', 0.5, 0.1);
    expect(fragment(window).get('ledger')).toBe('main');
    await window.context().close();
  });

  it('propagation: times per round are those that thresholds are judged by; a curve can be picked', async () => {
    const real = runs['reorg'];
    const window = await open('#run=reorg&view=propagation&t=700');
    const rows = await csv(window, 'curves');
    for (const [i, level] of [0.5, 0.9, 0.99, 1].entries()) {
      expect(rows.map((row) => Number(row[4 + i]))).toEqual(coverage(real.record, real.fromUs, level * 1_000_000).map(({ us }) => (us === undefined ? Number.POSITIVE_INFINITY : us / 1_000)));
    }
    await panel(window, 'curves').getByRole('button', { name: 'kind of node' }).click();
    await settled(window);
    expect(fragment(window).get('o.by')).toBe('kind');
    expect((await csv(window, 'groups')).map(([name]) => name)).toEqual(['full nodes', 'mining nodes', 'validator nodes', 'light nodes', 'archive nodes']);
    await clickAt(window, 'curves', 0.3, 0.5);
    const round = Number(fragment(window).get('round'));
    expect(await readout(window, 'curves')).toMatch(/%|selected/);
    expect(Number(fragment(window).get('t'))).toBe(real.record.rounds[round].foundAtUs / 1e6);
    await window.context().close();
  });

  it('matrix: what the pointer is over is what the run recorded, and has its colour; keys zoom in on single cells', async () => {
    const real = runs['reorg'];
    const window = await open('#run=reorg&view=matrix&node=7&round=30');
    const svg = panel(window, 'matrix').locator('.drawing svg');
    const box = (await svg.boundingBox())!;
    const colours = await window.evaluate(() => ['--never', '--absent'].map((role) => getComputedStyle(document.documentElement).getPropertyValue(role).trim()));
    const seen = { never: 0, absent: 0, late: 0 };
    let matching = 0;
    for (let i = 0; i < 160; i++) {
      const [x, y] = [0.06 + 0.9 * ((i * 0.618) % 1), 0.08 + 0.8 * ((i * 0.755) % 1)];
      await window.mouse.move(box.x + x * box.width, box.y + y * box.height);
      const told = /^node (\d+) \((\w+), .*\), round (\d+): (.*)$/.exec(await readout(window, 'matrix'));
      if (!told) continue;
      const of = real.record.rounds.filter((row) => row.number === Number(told[3]) && row.round > 0).map((row) => delta(real, row.round, Number(told[1])));
      const kind = told[4] === 'never' ? 'never' : told[4] === 'not active then' ? 'absent' : 'late';
      seen[kind]++;
      if (kind === 'never') expect(of).toContain(-1);
      if (kind === 'late') expect(of.map((us) => millis(us / 1_000))).toContain(told[4]);
      // The most frequent colour around: lines between cells may be what is exactly here.
      const pixel = await panel(window, 'matrix').locator('canvas').evaluate((canvas, [px, py]) => {
        const copy = new OffscreenCanvas(5, 5).getContext('2d', { willReadFrequently: true })!;
        const { width, height } = canvas as HTMLCanvasElement;
        copy.drawImage(canvas as HTMLCanvasElement, Math.floor(px * width) - 2, Math.floor(py * height) - 2, 5, 5, 0, 0, 5, 5);
        const bytes = copy.getImageData(0, 0, 5, 5).data;
        const seen = Array.from({ length: 25 }, (_, k) => `#${[...bytes.subarray(4 * k, 4 * k + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
        return seen.sort((a, b) => seen.filter((c) => c === b).length - seen.filter((c) => c === a).length)[0];
      }, [x, y] as const);
      matching += Number(kind === 'late' ? !colours.includes(pixel) : pixel === colours[kind === 'never' ? 0 : 1]);
    }
    expect(Math.min(seen.never, seen.late)).toBeGreaterThan(5);
    // A few points lie on the edge of a cell.
    expect(matching).toBeGreaterThan(0.95 * (seen.never + seen.absent + seen.late));

    await panel(window, 'matrix').locator('.panel-body').focus();
    for (let i = 0; i < 14; i++) await window.keyboard.press('+');
    await settled(window);
    const [row0, row1, column0, column1] = fragment(window).get('o.area')!.split('-').map(Number);
    expect([row1 - row0, column1 - column0]).toEqual([1, 1]);
    expect(await csv(window, 'matrix')).toEqual([[String(real.record.rounds[30].number), String(real.record.rounds[30].foundAtUs / 1e6), '7', real.record.nodes[7].kind, real.record.nodes[7].region, expect.anything()]]);
    expect(Number((await csv(window, 'matrix'))[0][5])).toBe(delta(real, 30, 7) < 0 ? Number.POSITIVE_INFINITY : delta(real, 30, 7) / 1_000);
    await window.reload();
    await settled(window);
    expect(fragment(window).get('o.area')).toBe(`${row0}-${row1}-${column0}-${column1}`);
    await panel(window, 'matrix').locator('.panel-body').focus();
    await window.keyboard.press('ArrowRight');
    await settled(window);
    expect(fragment(window).get('o.area')).toBe(`${row0}-${row1}-${column0 + 1}-${column1 + 1}`);
    await window.keyboard.press('0');
    await settled(window);
    expect(fragment(window).get('o.area')).toBeNull();
    await window.mouse.move(box.x + 0.3 * box.width, box.y + 0.3 * box.height);
    await window.mouse.down();
    await window.mouse.move(box.x + 0.5 * box.width, box.y + 0.6 * box.height, { steps: 4 });
    await window.mouse.up();
    await settled(window);
    const brushed = fragment(window).get('o.area')!.split('-').map(Number);
    expect(brushed[1] - brushed[0]).toBeCloseTo(0.3 * (real.record.nodes.length / 0.88), -1);
    expect(brushed[3] - brushed[2]).toBeCloseTo(0.2 * real.record.rounds.length, -1);
    await window.context().close();
  }, 120_000);

  it.each(['hops', 'region'])('ripple by %s: at each moment as many nodes are filled as had the round by then', async (by) => {
    const real = runs['reorg'];
    const row = real.record.rounds[20];
    const window = await open(`#run=reorg&view=ripple&round=20&t=${row.foundAtUs / 1e6}${by === 'region' ? '&o.by=region' : ''}`);
    const arrivals = real.record.nodes.map((_, node) => delta(real, 20, node));
    const active = arrivals.filter((us) => us >= 0).length;
    const filled = async (): Promise<number> => panel(window, 'field').locator('canvas').evaluate((canvas) => {
      // Pixels that are neither ground nor outline nor empty.
      const of = canvas as HTMLCanvasElement;
      const plain = new Set(['--panel', '--strong-line'].map((role) => getComputedStyle(document.documentElement).getPropertyValue(role).trim()));
      const copy = new OffscreenCanvas(of.width, of.height).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(of, 0, 0);
      const { data } = copy.getImageData(0, 0, of.width, of.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) {
        const colourful = Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 30;
        if (data[i + 3] === 255 && colourful && !plain.has(`#${[...data.subarray(i, i + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`)) n++;
      }
      return n;
    });
    const ascending = arrivals.filter((us) => us >= 0).sort((a, b) => a - b);
    let one = 0;
    for (const us of [ascending[0], ascending[5], ascending[Math.floor(active / 2)], ascending[active - 1]]) {
      await panel(window, 'field').locator('input[type=range]').focus();
      await window.evaluate((seconds) => {
        location.hash = location.hash.replace(/([#&])t=[^&]*/, `$1t=${seconds}`);
      }, (row.foundAtUs + us) / 1e6);
      await settled(window);
      const had = arrivals.filter((delay) => delay >= 0 && delay <= us).length;
      expect(await readout(window, 'field')).toContain(`${had} of ${active} active nodes have round ${row.number}`);
      const area = await filled();
      one ||= area;
      expect(Math.round(area / one)).toBeGreaterThanOrEqual(Math.floor(had * 0.8));
      expect(Math.round(area / one)).toBeLessThanOrEqual(Math.ceil(had * 1.2));
    }
    const table = await csv(window, 'field');
    expect(table.map((cells) => cells[4])).toEqual(arrivals.map((us) => (us < 0 ? 'Infinity' : String(us / 1_000))));
    await panel(window, 'field').getByRole('button', { name: 'next round' }).click();
    await settled(window);
    expect(fragment(window).get('round')).toBe('21');
    await window.context().close();
  }, 60_000);

  it('activation: every activation with its reason, states of all nodes at all times', async () => {
    const real = runs['ramp'];
    const window = await open('#run=ramp&view=activation&t=100');
    const activations = real.record.trace.flatMap((event) => (event.type === 'activation' && event.activated.length > 0 ? [event] : []));
    expect(activations.length).toBeGreaterThan(3);
    expect(await panel(window, 'reasons').locator('.reasons li').count()).toBe(activations.length);
    const [first] = activations;
    expect(await panel(window, 'reasons').locator('.reasons li').first().innerText()).toContain(`${first.required} nodes required, ${first.active} active; ${first.activated.length} woken`);
    const woken = activations.reduce((sum, event) => sum + event.activated.length, 0);
    expect(await panel(window, 'load').locator('h3').innerText()).toMatch(new RegExp(`^${woken} of \\d+ sleeping nodes woke`));
    const states = await csv(window, 'states');
    expect(states.every(([, ...counts]) => counts.reduce((sum, n) => sum + Number(n), 0) === real.record.nodes.length)).toBe(true);
    const active = real.record.series.find((row) => row.name === 'nodes.active')!;
    const stepUs = Number(states[0][0]) * 1e6;
    expect(states.map((cells) => Number(cells[1]))).toEqual(Array.from({ length: states.length }, (_, i) => active.values[Math.min(active.values.length, ((i + 1) * stepUs) / active.stepUs) - 1]));
    await panel(window, 'reasons').locator('.reasons button').nth(1).click();
    await settled(window);
    expect(Number(fragment(window).get('t'))).toBe(activations[1].atUs / 1e6);
    await clickAt(window, 'raster', 0.5, 0.2);
    const node = Number(fragment(window).get('node'));
    expect(await readout(window, 'raster')).toContain(`node ${node} (${real.record.nodes[node].kind}`);
    await window.context().close();
  });

  it('nothing complained on the console', () => expect(stand.complaints).toEqual([]));
});
