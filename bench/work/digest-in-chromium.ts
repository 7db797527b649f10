/** test/starw/tier-digest.ts in a page of Chromium. */
import { chromium } from 'playwright-core';

export async function digestInChromium(executablePath: string, script: string): Promise<{ readonly version: string; readonly digest: string }> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    const digest = await page.evaluate<string>('tierDigest');
    return { version: browser.version(), digest };
  } finally {
    await browser.close();
  }
}
