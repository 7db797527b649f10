/** What the simulator deploys is what lies beside its sources. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { parseAbi } from '../../engine/starw/abi.ts';
import { TEMPLATE_NAMES, templateOf } from '../../engine/starw/templates.ts';
import { moduleOf, ROOT } from './template.ts';

const { bundle } = (await import(/* @vite-ignore */ pathToFileURL(join(ROOT, 'bundle.mjs')).href)) as { bundle(): Promise<Readonly<Record<string, string>>> };

it.each(Object.entries(await bundle()))('%s is what `npm run build:contracts` writes', (path, text) => {
  expect(readFileSync(join(ROOT, '../../..', path), 'utf8') === text).toBe(true);
});

it.each(TEMPLATE_NAMES)('%s: module, hash and description', (name) => {
  const { module, hash, abi } = templateOf(name);
  expect(Buffer.from(module).equals(moduleOf(name))).toBe(true);
  expect(hash).toBe(createHash('sha256').update(module).digest('hex'));
  expect({ ok: true, value: abi }).toEqual(parseAbi(readFileSync(join(ROOT, name, 'abi.json'), 'utf8')));
});
