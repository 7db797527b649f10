/**
 * Writes what the simulator deploys into TypeScript, since nothing can be read where it runs (also in a browser): the templates
 * that `build.mjs` compiled, with their descriptions, and the contract that attacks (sim/workload/hostile.wat). test/contracts holds
 * both files to what they are made from.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../../..');
/** Letters of base64 in a line. */
const LINE = 160;

/** Lines of an object that is a `WasmText`. */
const wasmText = (binary, indent) => [
  `${indent}bytes: ${binary.length},`,
  `${indent}sha256: '${createHash('sha256').update(binary).digest('hex')}',`,
  `${indent}base64: \`${Buffer.from(binary).toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')).join('\n')}\`,`,
];

function template(name) {
  const abi = JSON.parse(readFileSync(join(HERE, name, 'abi.json'), 'utf8'));
  return [`  ${name}: {`, ...wasmText(readFileSync(join(HERE, name, `${name}.wasm`)), '    '), `    abi: String.raw\`${JSON.stringify(abi)}\`,`, '  },'];
}

/** Of every folder that holds a compiled template. */
function templates() {
  const names = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, `${name}.wasm`))).sort();
  return [
    '/** The contract templates as text, made by contracts/bundle.mjs from contracts/: change those, and build. */',
    "import type { WasmText } from '../crypto/wasm/compile.ts';",
    '',
    '/** `abi` is the text of a description (docs/star-abi.md). */',
    'export const TEMPLATE_TEXTS = {',
    ...names.flatMap(template),
    '} as const satisfies Readonly<Record<string, WasmText & { readonly abi: string }>>;',
  ];
}

async function hostile() {
  const { parseWat } = await loadWabt();
  const module = parseWat('hostile.wat', readFileSync(join(ROOT, 'sim/workload/hostile.wat'), 'utf8'), { bulk_memory: true });
  return [
    '/** The attacking contract as text, made by engine/starw/contracts/bundle.mjs from hostile.wat: change that, and build. */',
    "import type { WasmText } from '../../engine/crypto/wasm/compile.ts';",
    '',
    'export const HOSTILE_TEXT: WasmText = {',
    ...wasmText(module.toBinary({}).buffer, '  '),
    '};',
  ];
}

/** Files by path, as they should be. */
export const bundle = async () => ({
  'engine/starw/template-texts.ts': `${templates().join('\n')}\n`,
  'sim/workload/hostile-text.ts': `${(await hostile()).join('\n')}\n`,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const [path, text] of Object.entries(await bundle())) writeFileSync(join(ROOT, path), text);
