/** The modules that are checked in are what their sources give. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from './build.ts';
import { moduleOf, ROOT, TEMPLATES } from './template.ts';

const modules = JSON.parse(readFileSync(join(ROOT, 'modules.json'), 'utf8')) as Record<string, { bytes: number; sha256: string; source: string }>;

it('all templates are tested', () => expect(build.TEMPLATES).toEqual(TEMPLATES));

it.each(build.TEMPLATES)('%s', async (name) => {
  const bytes = moduleOf(name);
  expect(modules[name]).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), source: build.sourceHash(name) });
  expect(Buffer.from(await build.compile(name)).equals(bytes)).toBe(true);
});
