/** The browser of tests that need one. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A real browser on a busy machine is late now and then: a test fails only if it fails three times. */
export const RETRIED = { retry: 2 } as const;

/** `CHROMIUM`, or the first of its usual names on the path; undefined where there is none: such tests are then skipped. */
export const CHROMIUM = process.env['CHROMIUM'] ?? ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find((path) => path !== undefined);

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)).find(existsSync);
}
