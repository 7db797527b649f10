/**
 * Forks, ledgers, tokens, invariants, explorer, nodes and the comparison in a real browser, from real runs: what stands on
 * the screen is what the run's files say, and pointer and keys get at it.
 */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grouped, tokens } from '../../../sim/report/format.ts';
import { addressText } from '../../../sim/report/views/address.ts';
import { realRun, type RealRun } from '../real-run.ts';
import { CHROMIUM, makeStand, settled, type Stand, RETRIED } from './harness.ts';

describe.skipIf(CHROMIUM === undefined)('views of forks, ledgers, tokens, invariants, explorer, nodes, compare (skipped where there is no Chromium; CHROMIUM names one)', RETRIED, () => {
  let stand: Stand;
  const runs: Record<'reorg' | 'again' | 'ledgers', RealRun> = {} as never;
  beforeAll(async () => {
    stand = await makeStand({ quiet: { nodes: 30, rounds: 6 }, large: { nodes: 10_000, rounds: 60 } });
    runs.reorg = realRun('reorg');
    runs.ledgers = realRun('ledgers');
    // The same until the load differs, ten minutes on.
    runs.again = realRun('reorg', (text) => text.replace('{ for: 20m, at: 3 }', '{ for: 10m, at: 3 }, { for: 10m, at: 4 }'));
    for (const [key, { files }] of Object.entries(runs)) stand.add(key, files);
  }, 300_000);
  afterAll(() => stand?.close());

  const open = async (fragment: string): Promise<Page> => {
    const window = await stand.open(fragment);
    await settled(window);
    return window;
  };
  const title = (window: Page, panel: string): Promise<string> => window.locator(`[data-panel="${panel}"] h3`).innerText();
  const fragment = (window: Page): URLSearchParams => new URLSearchParams(new URL(window.url()).hash.slice(1));
  const csv = async (window: Page, panel: string): Promise<string[][]> => {
    const [download] = await Promise.all([window.waitForEvent('download'), window.locator(`[data-panel="${panel}"] .panel-buttons`).getByRole('button', { name: 'CSV', exact: true }).click()]);
    return readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain));
  };
  /** Two frames: what a change draws stands. */
  const still = (window: Page): Promise<void> => window.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))));

  it('forks: counts are those of the summary; a click on a round selects it; keys go from round to round', async () => {
    const window = await open('#run=reorg&view=forks');
    const { staleRounds, reorgs } = runs.reorg.summary.virtual;
    await window.waitForFunction(() => /followed it/.test(document.querySelector('[data-panel="tree"] h3')?.textContent ?? ''));
    expect(await title(window, 'tree')).toMatch(new RegExp(`^${staleRounds} rounds lost on \\d+ branches, the deepest ${reorgs.depthMax} rounds: up to 50 % of the hash power followed it`));
    expect(await window.locator('[data-panel="tree"] .subtitle').innerText()).toContain(`${reorgs.count} reorganisations`);
    expect(await window.locator('[data-panel="tree"] circle[data-round]').count()).toBeGreaterThan(staleRounds);
    const lost = runs.reorg.record.rounds.find(({ canonical, round }) => !canonical && round > 0)!.round;
    const circle = window.locator(`[data-panel="tree"] circle[data-round="${lost}"]`);
    const box = (await circle.boundingBox())!;
    await window.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await still(window);
    expect(fragment(window).get('round')).toBe(String(lost));
    await window.locator('[data-panel="tree"] .panel-body').focus();
    await window.keyboard.press('ArrowRight');
    await still(window);
    expect(Number(fragment(window).get('round'))).toBeGreaterThan(lost);
    const rows = await csv(window, 'contests');
    expect(rows.slice(1).reduce((sum, row) => sum + Number(row[2]), 0)).toBe(staleRounds);
    expect(Math.max(...rows.slice(1).map((row) => Number(row[3])))).toBe(reorgs.depthMax);
    await window.context().close();
  }, 60_000);

  it('forks: a run without any says so and names one that has', async () => {
    const window = await open('#run=quiet&view=forks');
    expect(await title(window, 'tree')).toMatch(/^No fork: all 5 rounds/);
    expect(await window.locator('[data-panel="tree"] .panel-note').innerText()).toContain('scenarios/reorg.yaml');
    await window.context().close();
  });

  it('ledgers: totals and crossings are those of the summary; the CSV adds up', async () => {
    const window = await open('#run=ledgers&view=ledgers&t=300');
    const { ledgers, crossLedger, transactions } = runs.ledgers.summary.virtual;
    expect(await title(window, 'totals')).toBe(`${ledgers.main.blocks} blocks on each ledger, ${grouped(transactions.confirmed)} transactions in all`);
    expect(await title(window, 'crossings')).toMatch(new RegExp(`^${grouped(crossLedger.operations)} transactions changed another ledger`));
    expect((await csv(window, 'totals')).slice(1)).toEqual(Object.entries(ledgers).map(([ledger, t]) => [ledger, String(t.blocks), String(t.transactions), String(t.gasUsed)]));
    const [heads, ...rows] = await csv(window, 'lanes');
    for (const [ledger, t] of Object.entries(ledgers)) {
      const sum = (unit: string): number => rows.reduce((total, row) => total + Number(row[heads.indexOf(`${ledger} (${unit})`)]), 0);
      expect([sum('tx'), sum('gas')]).toEqual([t.transactions, t.gasUsed]);
    }
    await window.locator('[data-panel="lanes"] .panel-body').focus();
    const before = await title(window, 'blocks');
    await window.keyboard.press('ArrowRight');
    await still(window);
    expect(await title(window, 'blocks')).not.toBe(before);
    await window.context().close();
  }, 60_000);

  it('tokens: exact figures, and reward rates that count every reward', async () => {
    const window = await open('#run=ledgers&view=tokens');
    const { STR, CCOS } = runs.ledgers.summary.virtual.tokens;
    const text = await window.locator('[data-panel="totals"]').innerText();
    for (const base of [...Object.values(STR), ...Object.values(CCOS)]) expect(text).toContain(tokens(base));
    const histogram = runs.ledgers.record.histograms.find(({ name }) => name === 'ccos.reward.rate')!;
    const rewards = histogram.counts.reduce((sum, n) => sum + n, 0);
    expect(await title(window, 'rates')).toMatch(new RegExp(`^${rewards} rewards from 2.50 % to 10.00 %`));
    expect((await csv(window, 'rates')).slice(1).reduce((sum, row) => sum + Number(row[2]), 0)).toBe(rewards);
    const flow = (await csv(window, 'treasury')).slice(1);
    expect(flow.length).toBe(runs.ledgers.record.rounds.filter(({ canonical }) => canonical).length);
    expect([flow.at(-1)![2], flow.at(-1)![3]]).toEqual([STR['treasury'], CCOS['rewardPool']].map((base) => tokens(base).replaceAll(',', '')));
    await window.context().close();
  }, 60_000);

  it('invariants: evaluations are those of the summary', async () => {
    const window = await open('#run=ledgers&view=invariants');
    const { invariants } = runs.ledgers.summary;
    expect(await title(window, 'watched')).toContain(`${grouped(invariants.reduce((sum, { evaluated }) => sum + evaluated, 0))} independent evaluations: none violated`);
    const lowest = invariants.filter(({ headroom }) => headroom !== null).sort((a, b) => a.headroom! - b.headroom!)[0];
    expect(await title(window, 'headroom')).toMatch(new RegExp(`^${lowest.id} came nearest to failing`));
    const rows = (await csv(window, 'watched')).slice(1);
    expect(rows.map((row) => row[0])).toEqual(invariants.map(({ id }) => id));
    expect(await window.locator('[data-panel="findings"] .panel-note').innerText()).toContain('scenarios/canary.yaml');
    await window.context().close();
  }, 60_000);

  it('explorer: a typed hash, address and name lead to what they name; one thing leads to another', async () => {
    const window = await open('#run=ledgers&view=explorer');
    const { record } = runs.ledgers;
    const search = window.locator('.explorer-search');
    const find = async (query: string): Promise<void> => {
      await search.fill(query);
      await still(window);
      await search.press('Enter');
      await still(window);
    };
    const transaction = record.transactions.find(({ finalAtUs, outcome }) => finalAtUs !== undefined && outcome === 'success')!;
    await find(transaction.id.slice(0, 20));
    expect(fragment(window).get('tx')).toBe(transaction.id);
    const detail = window.locator('.explorer-detail');
    expect(await detail.innerText()).toContain(transaction.id);
    expect(await title(window, 'detail')).toMatch(new RegExp(`^This ${transaction.kind} succeeded`));
    await detail.getByRole('button', { name: addressText(transaction.sender) }).click();
    await still(window);
    const own = record.transactions.filter(({ sender }) => sender === transaction.sender).length;
    expect(await title(window, 'detail')).toMatch(new RegExp(`^${own} sampled transactions? from this address`));
    const { name, owner } = record.domains![0];
    await find(name);
    expect(await detail.innerText()).toContain(addressText(owner));
    await find(`round ${record.rounds[20].number}`);
    expect(await detail.innerText()).toContain(record.rounds.find(({ number, canonical }) => canonical && number === record.rounds[20].number)!.hash);
    await find('<img src=x onerror=alert(1)>');
    expect(await title(window, 'list')).toBe('Nothing matches “<img src=x onerror=alert(1)>”');
    await search.press('Escape');
    await window.getByRole('button', { name: 'names' }).click();
    await still(window);
    expect(await title(window, 'list')).toBe(`${grouped(record.domains!.length)} names`);
    await search.press('ArrowDown');
    await window.keyboard.press('ArrowDown');
    await window.keyboard.press('Enter');
    await still(window);
    expect(await detail.innerText()).toContain(name);
    await window.context().close();
  }, 60_000);

  it('nodes: sorts, filters, pins, follows the selection, and CSV has the exact values', async () => {
    const window = await open('#run=reorg&view=nodes');
    const { nodes } = runs.reorg.record;
    await window.waitForFunction(() => /is slowest/.test(document.querySelector('[data-panel="nodes"] h3')?.textContent ?? ''));
    const numbers = async (): Promise<number[]> => (await window.locator('.nodes-scroll tbody tr[data-at] td:nth-child(2)').allInnerTexts()).map(Number);
    const head = (name: string) => window.locator('.nodes-scroll thead').getByRole('button', { name: new RegExp(`^${name}`) });
    await head('sent').click();
    await still(window);
    const bySent = nodes.map(({ node }) => node).sort((a, b) => nodes[b].bytesSent - nodes[a].bytesSent || a - b);
    expect((await numbers()).slice(0, 10)).toEqual(bySent.slice(0, 10));
    await head('sent').click();
    await still(window);
    expect((await numbers())[0]).toBe(bySent.at(-1));
    await window.locator('.nodes-scroll').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'p', 'ArrowDown', 'Enter']) await window.keyboard.press(key);
    await still(window);
    const pinned = Number(fragment(window).get('o.pins'));
    expect(fragment(window).get('node')).not.toBeNull();
    await head('node').click();
    await still(window);
    expect((await numbers())[0]).toBe(pinned);
    await window.keyboard.press('/');
    await window.keyboard.type('mining power>4');
    await still(window);
    const matching = nodes.filter(({ kind, hashPowerPpm }) => kind === 'mining' && hashPowerPpm > 40_000).map(({ node }) => node);
    const rows = (await csv(window, 'nodes')).slice(1);
    expect(rows.map((row) => Number(row[0])).sort((a, b) => a - b)).toEqual([...new Set([pinned, ...matching])].sort((a, b) => a - b));
    for (const row of rows) expect(Number(row[14])).toBe(nodes[Number(row[0])].bytesSent);
    await window.locator('.nodes-scroll tbody tr[data-at]').first().click();
    await still(window);
    expect(fragment(window).get('node')).toBe(String(pinned));
    expect(await title(window, 'node')).toMatch(new RegExp(`^Node ${pinned}: a`));
    await window.context().close();
  }, 60_000);

  it('nodes: ten thousand of them scroll and sort without being built', async () => {
    const window = await open('#run=large&view=nodes');
    await window.waitForFunction(() => /is slowest/.test(document.querySelector('[data-panel="nodes"] h3')?.textContent ?? ''), undefined, { timeout: 30_000 });
    expect(await window.locator('.nodes-scroll tbody tr').count()).toBeLessThan(60);
    await window.locator('.nodes-scroll').focus();
    await window.keyboard.press('End');
    await still(window);
    expect(await window.locator('.nodes-scroll tbody tr[data-at="9999"]').count()).toBe(1);
    const ms = await window.evaluate(async () => {
      const button = [...document.querySelectorAll<HTMLElement>('.nodes-scroll th button')].find(({ textContent }) => textContent === 'median')!;
      const from = performance.now();
      button.click();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return performance.now() - from;
    });
    console.log(`10,000 nodes sorted and drawn in ${Math.round(ms)} ms`);
    expect(ms).toBeLessThan(1_000);
    await window.context().close();
  }, 90_000);

  it('compare: finds where two runs part, and which figures differ', async () => {
    const window = await open('#run=reorg&vs=again&view=compare');
    const [a, b] = [runs.reorg, runs.again];
    const at = a.record.checkpoints.findIndex(({ hash }, i) => hash !== b.record.checkpoints[i]?.hash);
    const after = at === 0 ? 0 : a.record.checkpoints[at - 1].event;
    await window.waitForFunction(() => /arrivals/.test(document.querySelector('[data-panel="arrivals"] h3')?.textContent ?? ''));
    expect(at).toBeGreaterThan(0); // the same for ten minutes
    expect(await title(window, 'parting')).toContain(`They part between event ${grouped(after)} and event ${grouped(a.record.checkpoints[at].event)}`);
    const finds = (run: RealRun): string[] => run.record.rounds.slice(1).map(({ hash, foundAtUs }) => `${foundAtUs} ${hash.slice(0, 12)}`);
    const first = finds(a).findIndex((find, i) => find !== finds(b)[i]);
    const marked = window.locator('[data-panel="parting"] tbody tr', { hasText: '≠ first' });
    expect(await marked.count()).toBe(1);
    // What is seen first is a find, or a reorganisation that happened before it.
    const [seconds] = /\d+:\d+\.\d+/.exec(await marked.innerText())!;
    const [minutes, rest] = seconds.split(':').map(Number);
    expect(minutes * 60 + rest).toBeLessThanOrEqual(Math.min(a.record.rounds[first + 1].foundAtUs, b.record.rounds[first + 1].foundAtUs) / 1e6 + 0.001);
    const figures = new Map((await csv(window, 'figures')).slice(1).map((row) => [row[0], row]));
    expect(figures.get('transactions.offered')?.slice(1, 4)).toEqual([a, b].map(({ summary }) => String(summary.virtual.transactions.offered)).concat(String(b.summary.virtual.transactions.offered - a.summary.virtual.transactions.offered)));
    expect(figures.has('nodes.configured')).toBe(false);
    await window.locator('[data-panel="arrivals"] .legend').getByRole('button', { name: /later/ }).click();
    await still(window);
    expect(fragment(window).get('o.side')).toBe('later');
    expect(await window.locator('[data-panel="arrivals"] .legend button[aria-pressed="true"]').innerText()).toMatch(/^B later/);
    await window.context().close();
  }, 60_000);

  it('compare: the same run differs in nothing; without B it says what to do', async () => {
    stand.add('twin', runs.reorg.files);
    const same = await open('#run=reorg&vs=twin&view=compare');
    await same.waitForFunction(() => /arrivals/.test(document.querySelector('[data-panel="arrivals"] h3')?.textContent ?? ''));
    expect(await title(same, 'parting')).toBe('The same run: every event is the same, to the last');
    expect(await title(same, 'figures')).toBe('No virtual figure of the two summaries differs');
    expect(await title(same, 'arrivals')).toMatch(/^All [\d,]+ arrivals that both runs have are the same$/);
    await same.context().close();
    const alone = await open('#run=reorg&view=compare');
    expect(await alone.locator('[data-panel="parting"] .panel-note').innerText()).toContain('Choose B');
    await alone.locator('.compare-pick select').selectOption('again');
    await alone.waitForFunction(() => /They part/.test(document.querySelector('[data-panel="parting"] h3')?.textContent ?? ''));
    expect(fragment(alone).get('vs')).toBe('again');
    await alone.context().close();
  }, 60_000);

  it('nothing complained on the console', () => expect(stand.complaints).toEqual([]));
});
