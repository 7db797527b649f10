/**
 * Compiles the WebAssembly modules of the engine: AssemblyScript in the folders beside this file, to TypeScript modules
 * in engine/crypto/wasm/ that hold the binary as base64 text. Same sources and same compiler (exact version in
 * package.json), same bytes: `--check` compiles again and compares with what is checked in.
 *
 *     node engine/crypto/wasm-src/build.mjs [--check] [FOLDER…]
 *
 * A folder's `modules.ts` exports by default a list of `ModuleSource`s (module-source.ts); it also writes what AssemblyScript
 * is generated. Files of AssemblyScript end in `.as` here, so that no tool takes them for TypeScript.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build as bundle } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = join(HERE, '../wasm');
const LINE = 150;

/** The binary of one module. Throws with the compiler's messages where it does not compile. */
async function compile(folder, { entry, simd, pages, sources }) {
  const read = (name) => {
    const file = name.replace(/\.ts$/, '.as');
    if (Object.hasOwn(sources, file)) return sources[file];
    const path = join(HERE, folder, file);
    return file.endsWith('.as') && existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  let binary;
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--initialMemory', `${pages}`, '--maximumMemory', `${pages}`];
  const { error, stderr } = await asc.main([entry.replace(/\.as$/, '.ts'), '--outFile', 'out.wasm', ...options, ...(simd ? ['--enable', 'simd'] : [])], {
    readFile: read,
    writeFile: (name, contents) => void (name === 'out.wasm' && (binary = contents)),
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`${folder}/${entry}: ${error?.message ?? 'no binary'}\n${stderr.toString()}`);
  return binary;
}

/** `SHA256_SIMD` for `sha256-simd`. */
const constantOf = (name) => name.toUpperCase().replaceAll('-', '_');

function moduleText(folder, { name, entry }, binary) {
  const lines = Buffer.from(binary).toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g'));
  const sha256 = createHash('sha256').update(binary).digest('hex');
  return [
    `/** ${binary.length} bytes of WebAssembly, made by wasm-src/build.mjs from wasm-src/${folder}/${entry}: change that, and build. */`,
    "import type { WasmText } from './compile.ts';",
    '',
    `export const ${constantOf(name)}: WasmText = {`,
    `  bytes: ${binary.length},`,
    `  sha256: '${sha256}',`,
    `  base64: \`${lines.join('\n')}\`,`,
    '};',
    '',
  ].join('\n');
}

const words = process.argv.slice(2);
const check = words.includes('--check');
const wanted = words.filter((word) => !word.startsWith('--'));
const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(HERE, entry.name, 'modules.ts'))).map(({ name }) => name).sort();
let stale = 0;
for (const folder of folders) {
  if (wanted.length > 0 && !wanted.includes(folder)) continue;
  const { outputFiles } = await bundle({ entryPoints: [join(HERE, folder, 'modules.ts')], bundle: true, write: false, format: 'esm', logLevel: 'error' });
  const { default: modules } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  for (const module of modules) {
    const binary = await compile(folder, module);
    const path = join(OUT, `${module.name}.ts`);
    const text = moduleText(folder, module, binary);
    const same = existsSync(path) && readFileSync(path, 'utf8') === text;
    if (!check && !same) writeFileSync(path, text);
    if (check && !same) stale++;
    console.log(`${same ? 'same' : check ? 'STALE' : 'written'}  ${module.name}  ${binary.length} bytes`);
  }
}
if (stale > 0) {
  console.error(`${stale} of the checked-in modules are not what their sources compile to: npm run build:wasm`);
  process.exitCode = 1;
}
