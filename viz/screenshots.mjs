/**
 * Takes every view of the dashboard on the committed example run: 1280 × 800 and 390 × 844, light and dark, into
 * dist/screenshots/, and the few that the README shows into docs/images/. Needs a Chromium (`CHROMIUM` names one).
 *
 *   npm run screenshots
 *   node viz/screenshots.mjs --only forks      one view, into dist/screenshots/ only
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = join(root, 'dist/screenshots');
const README = join(root, 'docs/images');
const SIZES = [[1280, 800], [390, 844]];
const SCHEMES = ['light', 'dark'];
/** What the README shows, as view, scheme. */
const SHOWN = [['overview', 'light'], ['forks', 'dark'], ['propagation', 'light'], ['live', 'dark']];
const README_SIZE = { width: 1000, height: 640 };
const BYTES_MAX = 150_000;
/** The moment that pictures are of: in the middle of the cut. */
const MOMENT_S = 460;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const which = (name) => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
};
const executablePath = process.env.CHROMIUM ?? ['chromium', 'chromium-browser', 'google-chrome'].map(which).find((path) => path !== undefined);
if (!executablePath) {
  console.error('no Chromium found: set CHROMIUM to one');
  process.exit(2);
}

/** `stratus view` on the example, and its address. */
async function served() {
  const server = spawn(process.execPath, [join(root, 'sim/cli/stratus.mjs'), 'view', 'reports/example', '--no-open', '--json'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of server.stdout) {
    text += chunk;
    const url = /"url": "([^"]+)"/.exec(text)?.[1];
    if (url !== undefined) return { server, url };
  }
  throw new Error('stratus view said no address');
}

/** Waits until the view stands and nothing in it loads any more. */
async function settled(page) {
  await page.waitForSelector('.view[data-view] > *', { timeout: 60_000 });
  await page.waitForFunction(() => !document.querySelector('.panel-note.loading:not([hidden]), .stage-note.loading'), undefined, { timeout: 60_000 });
  await page.waitForTimeout(400);
}

/** The live view shows a run that somebody has changed. */
async function play(page) {
  await page.waitForSelector('.cm-content', { timeout: 60_000 });
  await page.getByLabel('Scenario', { exact: true }).selectOption('smoke');
  await page.getByLabel('Speed', { exact: true }).selectOption('60');
  await page.waitForTimeout(500);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForFunction(() => /^Running: [1-9]/.test(document.querySelector('[data-panel=run] h3')?.textContent ?? ''), undefined, { timeout: 60_000 });
  await page.getByLabel('Speed', { exact: true }).selectOption('10');
  await page.getByLabel('Region').selectOption('EUROPE');
  await page.getByLabel('Lasts').selectOption('Infinity');
  await page.getByRole('button', { name: 'Cut off' }).click();
  await page.waitForFunction(() => /divided/.test(document.querySelector('[data-panel=heads] h3')?.textContent ?? ''), undefined, { timeout: 25_000 }).catch(() => undefined);
  await page.locator('[data-panel=run]').getByRole('button', { name: 'Pause' }).click();
  await page.waitForTimeout(600);
}

const { server, url } = await served();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  mkdirSync(OUT, { recursive: true });
  mkdirSync(README, { recursive: true });
  const run = /#run=[^&]+/.exec(url)?.[0] ?? '';
  const base = url.replace(/#.*/, '');
  for (const [width, height] of SIZES) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      await context.addInitScript(() => location.protocol === 'http:' && localStorage.setItem('stratus.tour', 'seen'));
      const page = await context.newPage();
      const complaints = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${base}${run}`);
      await settled(page);
      const views = await page.locator('.tabs a').evaluateAll((links) => links.map((link) => link.dataset.view));
      for (const view of views) {
        if (values.only !== undefined && view !== values.only) continue;
        const other = view === 'compare' ? `&vs=${run.slice(5)}` : '';
        await page.goto('about:blank');
        await page.goto(`${base}${run}&view=${view}&t=${MOMENT_S}${other}`);
        await settled(page);
        if (view === 'live') await play(page);
        const path = join(OUT, `${view}-${width}x${height}-${colorScheme}.png`);
        await page.screenshot({ path });
        if (values.only !== undefined || width !== 1280 || !SHOWN.some(([name, scheme]) => name === view && scheme === colorScheme)) continue;
        await page.setViewportSize(README_SIZE);
        await page.waitForTimeout(500);
        const picture = join(README, `${view}.png`);
        await page.screenshot({ path: picture });
        if (statSync(picture).size > BYTES_MAX) complaints.push(`${view}: ${statSync(picture).size} bytes, and the README's pictures have at most ${BYTES_MAX}`);
        await page.setViewportSize({ width, height });
      }
      if (complaints.length > 0) {
        console.error(`${width}×${height} ${colorScheme}: ${complaints.join('; ')}`);
        process.exitCode = 1;
      }
      await context.close();
    }
  }
  const context = await browser.newContext({ viewport: { width: 900, height: 1300 }, colorScheme: 'light' });
  const report = await context.newPage();
  await report.goto(pathToFileURL(join(root, 'reports/example/report.html')).href);
  await report.screenshot({ path: join(OUT, 'report.png'), fullPage: true });
  console.log(`pictures in ${OUT} and ${README}`);
} finally {
  await browser.close();
  server.kill('SIGTERM');
}
