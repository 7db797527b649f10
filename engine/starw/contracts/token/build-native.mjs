/**
 * The token's sources in C and Rust to modules beside them, and `module.json` with the hash of what each was made from:
 *
 *     node engine/starw/contracts/token/build-native.mjs [c|rust]
 *
 * The compilers are not the project's to install; the headers of the sources say where to get them. Another version makes
 * another module, no less right: test/contracts/c-and-rust.test.ts compares with what is checked in only under the versions
 * named here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Small rather than fast: entering a contract costs by the length of its code, and most calls are short. One page of memory, of
 * which 4 KiB are stack.
 */
export const NATIVE = {
  c: {
    version: 'Debian clang version 14.0.6',
    command: 'clang',
    source: 'token.c',
    flags: ['--target=wasm32', '-std=c11', '-Oz', '-nostdlib', '-ffreestanding', '-fvisibility=hidden', '-mno-bulk-memory', '-Wall', '-Wextra', '-Werror',
      '-Wl,--no-entry', '-Wl,--strip-all', '-Wl,-z,stack-size=4096', '-Wl,--initial-memory=65536', '-Wl,--max-memory=65536', '-Wl,--compress-relocations'],
  },
  rust: {
    version: 'rustc 1.63.0',
    // Debian's: one of another origin may come first in the path.
    command: '/usr/bin/rustc',
    source: 'token.rs',
    flags: ['--target', 'wasm32-unknown-unknown', '--edition', '2021', '--crate-type', 'cdylib', '-D', 'warnings', '-C', 'opt-level=z', '-C', 'lto', '-C', 'panic=abort', '-C', 'strip=symbols',
      '-C', 'link-arg=-zstack-size=4096', '-C', 'link-arg=--initial-memory=65536', '-C', 'link-arg=--max-memory=65536', '-C', 'link-arg=--compress-relocations'],
  },
};

/** First line of `--version`, or undefined where the compiler is not installed. */
export const installed = (language) => spawnSync(NATIVE[language].command, ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0].trim();

/** Bytes of the module in a language. */
export function compile(language) {
  const { command, flags, source } = NATIVE[language];
  const folder = mkdtempSync(join(tmpdir(), 'stratus-token-'));
  try {
    const out = join(folder, 'token.wasm');
    // From its own folder, so that no path of this machine gets into the module.
    const { status, stderr, error } = spawnSync(command, [...flags, '-o', out, source], { cwd: join(here, language), encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
    return Uint8Array.from(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SHA-256 of the sources in a language. */
export function sourceHash(language) {
  const hash = createHash('sha256');
  for (const name of readdirSync(join(here, language)).sort()) if (/\.(c|h|rs)$/.test(name)) hash.update(`${name}\n${readFileSync(join(here, language, name), 'utf8')}`);
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const language of process.argv[2] === undefined ? Object.keys(NATIVE) : [process.argv[2]]) {
    const { version } = NATIVE[language];
    if (installed(language) !== version) console.warn(`${language}: ${installed(language) ?? 'no compiler'}, where the checked-in module is of ${version}`);
    const bytes = compile(language);
    writeFileSync(join(here, language, 'token.wasm'), bytes);
    const about = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), source: sourceHash(language), compiler: installed(language) };
    writeFileSync(join(here, language, 'module.json'), `${JSON.stringify(about, undefined, 2)}\n`);
    console.log(`${language}: ${bytes.length} bytes`);
  }
}
