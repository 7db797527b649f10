/** Every view of the list, whatever views there are: drawn from a small run and from one of 10,000 nodes, as table and as drawing, saved, read by axe. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../../../viz/views/index.ts';
import { CHROMIUM, EXAMPLE, makeStand, settled, type Stand, RETRIED } from './harness.ts';

describe.skipIf(CHROMIUM === undefined)('views (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand({ small: { nodes: 60, rounds: 60, violations: 1 }, other: { nodes: 60, rounds: 60, seed: 2 }, large: { nodes: 10_000, rounds: 120 } });
    if (EXAMPLE) stand.addFolder('example', EXAMPLE);
  }, 120_000);
  afterAll(() => stand?.close());

  const open = async (run: string, view: string): Promise<Page> => {
    const window = await stand.open(`#run=${run}&vs=other&view=${view}&t=600&node=3&round=5`);
    await settled(window);
    return window;
  };
  /** Nothing is cut off, nothing failed, everything says what it is. */
  async function stands(window: Page): Promise<void> {
    await settled(window);
    expect(await window.locator('.stage-note').allInnerTexts()).toEqual([]);
    expect(await window.locator('.panel-note.problem:visible').allInnerTexts()).toEqual([]);
    expect((await window.locator('.panel h3').allInnerTexts()).filter((title) => title.trim().length < 3)).toEqual([]);
    const wider = await window.evaluate(() => [...document.querySelectorAll('html, main')].flatMap(({ tagName, scrollWidth, clientWidth }) => (scrollWidth > clientWidth + 1 ? [`${tagName} ${scrollWidth} > ${clientWidth}`] : [])));
    expect(wider).toEqual([]);
  }
  const axe = async (window: Page): Promise<string[]> => (await new AxeBuilder({ page: window }).include('main').analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);

  describe.each(VIEWS.map(({ id, title }) => ({ id, title })))('$title', ({ id }) => {
    it('stands on a screen and on a telephone, light and dark, as drawing and as table, and axe finds nothing', async () => {
      const window = await open('small', id);
      await stands(window);
      expect(await axe(window)).toEqual([]);
      await window.emulateMedia({ colorScheme: 'dark' });
      await stands(window);
      expect(await axe(window)).toEqual([]);
      await window.setViewportSize({ width: 390, height: 844 });
      await stands(window);
      await window.keyboard.press('t');
      await stands(window);
      expect(await axe(window)).toEqual([]);
      await window.context().close();
    }, 90_000);

    it.each(['large', ...(EXAMPLE ? ['example'] : [])])('stands from the run %s, wherever the cursor is', async (run) => {
      const window = await open(run, id);
      for (const key of ['ArrowRight', ']', 'End', 'Home']) {
        await window.keyboard.press(key);
        await stands(window);
      }
      await window.context().close();
    }, 90_000);

    it('saves what it shows: the CSV is the table, SVG and PNG are pictures', async () => {
      const window = await open('small', id);
      for (const panel of await window.locator('.panel:visible').all()) {
        const name = await panel.getAttribute('data-panel');
        const button = (label: string) => panel.locator('.panel-buttons').getByRole('button', { name: label, exact: true });
        const saved = async (kind: string): Promise<Buffer> => {
          const [download] = await Promise.all([window.waitForEvent('download'), button(kind).click()]);
          expect(download.suggestedFilename()).toBe(`small-${id}-${name}.${kind.toLowerCase()}`);
          return readFileSync(await download.path());
        };
        if (await panel.locator('.panel-note:visible').count() > 0) continue; // nothing to show is shown as such
        if (await panel.locator('.drawing').isVisible()) {
          expect((await saved('SVG')).toString()).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"(?![\s\S]*<script)/);
          expect((await saved('PNG')).subarray(1, 4).toString()).toBe('PNG');
        }
        if ((await button('Table').getAttribute('aria-pressed')) === 'false') await button('Table').click();
        const table = panel.locator('.panel-table');
        await table.locator('table').waitFor();
        const [heads, ...rows] = (await saved('CSV')).toString().trimEnd().split('\r\n');
        expect(heads.replaceAll('"', '')).toBe((await table.locator('thead th').allInnerTexts()).join(',').replaceAll('"', ''));
        expect(rows.length).toBe(Number(await table.locator('.table-count').getAttribute('data-rows')));
      }
      await window.context().close();
    }, 90_000);
  });

  it('nothing complained on the console', () => expect(stand.complaints).toEqual([]));
});
