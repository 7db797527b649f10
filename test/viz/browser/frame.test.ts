/** The frame in a real browser: it starts, its keys do what the list of keys says, its address is its state, and whatever folder it gets it says something. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../../../viz/views/index.ts';
import { resum, runFiles } from '../make-run.ts';
import { CHROMIUM, makeStand, settled, type Stand, RETRIED } from './harness.ts';

const SMALL = { nodes: 40, rounds: 40 };
const FIRST = VIEWS[0];

describe.skipIf(CHROMIUM === undefined)('the frame (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand({ first: SMALL, second: { ...SMALL, seed: 2, violations: 2 } });
    const text = (path: string): string => String(runFiles({ ...SMALL, name: 'third' }).get(path));
    const broken = runFiles({ ...SMALL, name: 'broken' });
    stand.add('broken', broken.set('det/rounds.jsonl', text('det/rounds.jsonl').slice(0, -40)));
    stand.add('altered', runFiles({ ...SMALL, name: 'altered' }).set('det/nodes.jsonl', text('det/nodes.jsonl').replace('"cpuUs":', '"cpuUs":1')));
    const markup = '<img src=x onerror=document.title="hurt"><script>document.title="hurt"</script>';
    const hostile = runFiles({ ...SMALL, name: 'hostile' });
    for (const path of ['summary.json', 'manifest.json', 'det/run.json', 'det/events.jsonl', 'det/faults.jsonl', 'det/nodes.jsonl', 'det/invariants.jsonl', 'det/tx-sample.jsonl']) {
      hostile.set(path, String(hostile.get(path)).replaceAll(/hostile|EUROPE|"cut"|partition|invariant S1|"mining"|"success"/g, (word) => (word.startsWith('"') ? JSON.stringify(`${word.slice(1, -1)}${markup}`) : `${word}${markup.replaceAll('"', '\\"')}`)));
    }
    stand.add('hostile', resum(hostile));
  }, 120_000);
  afterAll(() => stand?.close());

  const time = (window: Page): Promise<string> => window.locator('.clock .time').innerText();
  const fragment = (window: Page): URLSearchParams => new URLSearchParams(new URL(window.url()).hash.slice(1));
  const shown = (window: Page): Promise<string | null> => window.locator('.view').getAttribute('data-view');
  const still = (window: Page): Promise<void> => window.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

  it('starts with the first run, its verdict, scenario and question', async () => {
    const window = await stand.open('');
    await settled(window);
    expect(await window.locator('.verdict').innerText()).toMatch(/Pass|Fail|Inconclusive/);
    expect(await window.locator('h1').innerText()).toBe('first');
    expect(await window.locator('.question').innerText()).toMatch(/made-up run of 40 nodes/);
    expect(fragment(window).get('run')).toBe('first');
    expect(await shown(window)).toBe(FIRST.id);
    await window.context().close();
  });

  it('keys', async () => {
    const window = await stand.open('#run=first&t=100');
    await settled(window);
    const press = async (key: string): Promise<void> => {
      await window.keyboard.press(key);
      await still(window);
    };
    expect(await time(window)).toBe('1:40.000');
    await press('ArrowRight');
    const step = await time(window);
    expect(step).not.toBe('1:40.000');
    await press('ArrowLeft');
    expect(await time(window)).toBe('1:40.000');
    await press('End');
    expect(await time(window)).toBe('20:00.000');
    await press('Home');
    expect(await time(window)).toBe('0:00.000');
    await press(']');
    const event = await time(window);
    expect(event).not.toBe('0:00.000');
    await press(']');
    await press('[');
    expect(await time(window)).toBe(event);
    await press(' ');
    await window.waitForTimeout(300);
    await press(' ');
    const played = await time(window);
    expect(played).not.toBe(event);
    await window.waitForTimeout(200);
    expect(await time(window)).toBe(played);
    for (const view of VIEWS) {
      await press(view.key);
      expect(fragment(window).get('view')).toBe(view.id);
    }
    await press(FIRST.key);
    await settled(window);
    await press('t');
    await window.waitForSelector('.panel-table:not([hidden]) table');
    expect(fragment(window).get('tables')).toBe('1');
    await press('t');
    await press('/');
    await window.keyboard.type('t?');
    expect(await window.locator('input[type=search]').first().inputValue()).toBe('t?');
    expect(await window.locator('dialog[open]').count()).toBe(0);
    await press('Escape');
    await press('?');
    expect(await window.locator('dialog[open] kbd').count()).toBeGreaterThan(10);
    await press('Escape');
    expect(await window.locator('dialog[open]').count()).toBe(0);
    await window.context().close();
  });

  it('every key is one of a kind, and none is taken by the frame', () => {
    const keys = VIEWS.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => ['c', 't', '[', ']', '/', '?', ' '].includes(key) || key.length !== 1)).toEqual([]);
  });

  it('c copies the address and the line that replays the run up to the cursor', async () => {
    const window = await stand.open('#run=first&t=12.5');
    await window.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await settled(window);
    await window.keyboard.press('c');
    await window.waitForSelector('.toast.shown');
    const [address, replay] = (await window.evaluate(() => navigator.clipboard.readText())).split('\n');
    expect(address).toBe(window.url());
    expect(replay).toMatch(/^stratus replay s1\.[0-9a-f]{12}\.1\.0\.1\.0@12\.5s$/);
    await window.context().close();
  });

  it('an address gives the same page again', async () => {
    const wanted = `#run=second&view=${VIEWS[VIEWS.length - 1].id}&t=321.000001&node=7&round=9&tx=${'ab'.repeat(32)}&ledger=main&filter=x&theme=dark`;
    const window = await stand.open(wanted);
    await settled(window);
    expect(new URL(window.url()).hash).toBe(wanted);
    expect(await window.locator('.chip').allInnerTexts()).toHaveLength(4);
    expect(await window.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await window.reload();
    await settled(window);
    expect(new URL(window.url()).hash).toBe(wanted);
    await window.keyboard.press('Escape');
    await still(window);
    expect([...fragment(window).keys()]).toEqual(['run', 'view', 't', 'filter', 'theme']);
    await window.context().close();
  });

  it('back goes to the view before', async () => {
    const window = await stand.open('');
    await settled(window);
    await window.keyboard.press(VIEWS[1].key);
    await settled(window);
    await window.goBack();
    await settled(window);
    expect(await shown(window)).toBe(FIRST.id);
    await window.context().close();
  });

  it.each([
    ['an address full of nonsense', '#run=first&view=nothing&t=-5e9&node=99999&round=x&theme=pink&o.__proto__=1&tx=<script>'],
    ['an address of text only', '#%00%ff&&==&run=first'],
  ])('%s', async (_name, address) => {
    const window = await stand.open(address);
    await settled(window);
    expect(await shown(window)).toBe(FIRST.id);
    expect(await window.locator('.chip').count()).toBe(0);
    await window.context().close();
  });

  it.each([
    ['light', 'light', 'light'], ['dark', 'dark', 'dark'], ['light', 'contrast', 'contrast'],
  ] as const)('system %s, chosen %s: %s', async (scheme, chosen, theme) => {
    const window = await stand.open('', { scheme });
    await settled(window);
    const ground = (): Promise<string> => window.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await window.locator('select.theme').selectOption(chosen);
    await still(window);
    expect(await window.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    if (chosen !== scheme) expect(await ground()).not.toBe(before);
    await window.reload();
    await settled(window);
    expect(await window.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    await window.context().close();
  });

  it('the tour comes once, and any of its ways out ends it', async () => {
    const window = await stand.open('', { firstVisit: true });
    await settled(window);
    for (let i = 0; i < 4; i++) await window.locator('.tour button.primary').click();
    expect(await window.locator('.tour').count()).toBe(0);
    await window.reload();
    await settled(window);
    expect(await window.locator('.tour').count()).toBe(0);
    await window.context().close();
  });

  it('by keyboard alone: every control is reached, and Tab is never caught', async () => {
    const window = await stand.open('');
    await settled(window);
    const reached = new Set<string>();
    for (let i = 0; i < 120; i++) {
      await window.keyboard.press('Tab');
      reached.add(await window.evaluate(() => document.activeElement?.closest('.bar, .tabs, main, .rail, .skip')?.className || document.activeElement?.closest('main')?.id || 'outside'));
      if (reached.has('rail') && reached.has('outside')) break;
    }
    expect([...reached]).toEqual(expect.arrayContaining(['skip', 'bar', 'tabs', 'main', 'rail']));
    const outlined = await window.evaluate(() => {
      (document.querySelector('.tabs a') as HTMLElement).focus();
      return document.activeElement?.matches(':focus-visible');
    });
    expect(outlined).toBe(true);
    await window.context().close();
  });

  it('with reduced motion the cursor steps', async () => {
    const window = await stand.open('#run=first', { calm: true });
    await settled(window);
    const times = await window.evaluate(async () => {
      (document.querySelector('.play') as HTMLElement).click();
      const seen = new Set<string>();
      for (const end = performance.now() + 1_300; performance.now() < end; ) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        seen.add(document.querySelector('.clock .time')?.textContent ?? '');
      }
      return seen.size;
    });
    expect(times).toBeLessThanOrEqual(4);
    await window.context().close();
  });

  it('the rail is a slider that a pointer moves', async () => {
    const window = await stand.open('#run=first');
    await settled(window);
    const box = (await window.locator('.track').boundingBox())!;
    await window.mouse.click(box.x + box.width / 2, box.y + 20);
    await still(window);
    const value = Number(await window.locator('.track').getAttribute('aria-valuenow'));
    expect(Math.abs(value - 600_000)).toBeLessThan(3_000);
    await window.mouse.move(box.x + box.width * 0.42, box.y + 10);
    expect(await window.locator('.track .tip').innerText()).toMatch(/partition “cut”/);
    await window.context().close();
  });

  describe('folders', () => {
    it('a broken one: what, where, remedy', async () => {
      const window = await stand.open('#run=broken');
      await settled(window);
      expect(await window.locator('.stage-note.problem').innerText()).toMatch(/ends too early[\s\S]*rounds\.jsonl[\s\S]*Run the scenario again/);
      await window.locator('.bar select').first().selectOption('first');
      await settled(window);
      expect(await shown(window)).toBe(FIRST.id);
      await window.context().close();
    });

    it('an altered one is shown with a warning', async () => {
      const window = await stand.open('#run=altered');
      await settled(window);
      expect(await window.locator('.warnings').innerText()).toMatch(/SHA-256 differs.*nodes\.jsonl/);
      expect(await shown(window)).toBe(FIRST.id);
      await window.context().close();
    });

    it('one that does not exist', async () => {
      const window = await stand.open('#run=nobody');
      await settled(window);
      expect(await window.locator('.stage-note.problem').innerText()).toMatch(/no run of this name[\s\S]*nobody/);
      await window.context().close();
    });

    it('markup in names is text', async () => {
      const window = await stand.open('#run=hostile');
      await settled(window);
      expect(await window.locator('h1').innerText()).toContain('<img src=x');
      for (const view of VIEWS) {
        await window.keyboard.press(view.key);
        await settled(window);
        await window.keyboard.press('t');
        await settled(window);
      }
      expect(await window.title()).toContain('<img');
      expect(await window.title()).not.toBe('hurt');
      expect(await window.locator('main img, main script').count()).toBe(0);
      await window.context().close();
    });

    it('chosen from the disk', async () => {
      const folder = stand.add('local', runFiles({ ...SMALL, name: 'local', seed: 9 }));
      const window = await stand.open('#run=first');
      await settled(window);
      await window.locator('input[type=file]').setInputFiles(folder);
      const shows = (name: string) => window.waitForFunction((expected) => document.querySelector('h1')?.textContent === expected, name);
      await shows('local');
      await settled(window);
      const picker = window.locator('.bar select').first();
      await picker.selectOption('first');
      await shows('first');
      await window.goBack();
      await shows('local');
      await settled(window);
      await window.context().close();
    });
  });

  it('what is dropped and is no run folder leaves everything as it is, with a word', async () => {
    const window = await stand.open('#run=first&t=77');
    await settled(window);
    await window.locator('input[type=file]').setInputFiles(join(import.meta.dirname));
    await window.waitForSelector('.toast.shown');
    expect(await window.locator('.toast').innerText()).toMatch(/not a run folder.*manifest\.json/);
    expect(fragment(window).get('run')).toBe('first');
    expect(await shown(window)).toBe(FIRST.id);
    await window.context().close();
  });

  it.each(['light', 'dark'] as const)('axe finds nothing in frame, list of keys and tour, %s', async (scheme) => {
    const window = await stand.open('#run=second&node=3&round=5', { scheme, firstVisit: true });
    await settled(window);
    const violations = async (): Promise<string[]> => (await new AxeBuilder({ page: window }).exclude('.view').analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    expect(await violations()).toEqual([]);
    await window.locator('.tour .quiet').click();
    await window.keyboard.press('?');
    expect(await violations()).toEqual([]);
    await window.context().close();
  }, 90_000);

  it('the script of the first page is small', () => {
    const html = readFileSync(join(stand.page, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    expect(html).toMatch(/Content-Security-Policy/);
  });

  it('nothing complained on the console', () => expect(stand.complaints).toEqual([]));
});
