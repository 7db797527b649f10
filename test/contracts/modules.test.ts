/** The modules that are checked in are what their sources give. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { moduleOf, ROOT, TEMPLATES, type TemplateName } from './template.ts';

/** The build as anyone runs it: it belongs to no tree of the project's TypeScript. */
interface Build {
  readonly TEMPLATES: readonly TemplateName[];
  compile(name: string): Promise<Uint8Array>;
  sourceHash(name: string): string;
}
const { TEMPLATES: BUILT, compile, sourceHash } = (await import(/* @vite-ignore */ pathToFileURL(join(ROOT, 'build.mjs')).href)) as Build;
const modules = JSON.parse(readFileSync(join(ROOT, 'modules.json'), 'utf8')) as Record<string, { bytes: number; sha256: string; source: string }>;

it('all templates are tested', () => expect(BUILT).toEqual(TEMPLATES));

it.each(BUILT)('%s', async (name) => {
  const bytes = moduleOf(name);
  expect(modules[name]).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), source: sourceHash(name) });
  expect(Buffer.from(await compile(name)).equals(bytes)).toBe(true);
});
