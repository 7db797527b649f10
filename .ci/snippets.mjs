/** Prints every fenced block tagged `sh run` of the given Markdown files and folders, each ended by a NUL. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const filesOf = (path) => (statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => filesOf(join(path, name))) : path.endsWith('.md') ? [path] : []);

for (const file of process.argv.slice(2).flatMap(filesOf)) {
  for (const [, block] of readFileSync(file, 'utf8').matchAll(/^```sh run\n([^]*?)^```$/gm)) process.stdout.write(`${block.trim()}\0`);
}
