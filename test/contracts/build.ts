/** The build of the templates as anyone runs it: it belongs to no tree of the project's TypeScript. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, type TemplateName } from './template.ts';

interface Build {
  readonly TEMPLATES: readonly TemplateName[];
  compile(name: string, edit?: (path: string, text: string) => string): Promise<Uint8Array>;
  sourceHash(name: string): string;
}

export const build = (await import(/* @vite-ignore */ pathToFileURL(join(ROOT, 'build.mjs')).href)) as Build;
