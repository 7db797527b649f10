/**
 * test/starw/tier-digest.ts as one script that runs in any engine: no modules, nothing of Node or of a browser. The contracts that
 * it calls are assembled here and lie inside.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import loadWabt from 'wabt';
import { HOST_FUNCTIONS } from '../../engine/starw/imports.ts';
import { TYPE } from '../../engine/starw/module.ts';

const typeName = (type: number): string => (type === TYPE.i32 ? 'i32' : 'i64');
const IMPORTS = Object.entries(HOST_FUNCTIONS).map(([name, [params, results]]) =>
  `(import "star" "${name}" (func $${name} (param ${params.map(typeName).join(' ')}) (result ${results.map(typeName).join(' ')})))`).join('\n');
/** Own address at 0, that of the other contract at 32. */
const DATA = `(data (i32.const 0) "${'\\cc'.repeat(20)}") (data (i32.const 32) "${'\\dd'.repeat(20)}")`;
const call = (to: number): string => `(call $call (i32.const ${to}) (i64.const 1) (i32.const 0) (i32.const 40) (i32.const -1))`;
const loop = (body: string): string => `(loop $l ${body} (br $l))`;

/** Bodies of `call` by name; what follows a colon are further fields. */
const CONTRACTS: Readonly<Record<string, readonly [body: string, fields?: string]>> = {
  'every host function': [`(call $input_read (i32.const 64) (i32.const 0) (call $input_len)) (call $caller (i32.const 100)) (call $self (i32.const 120)) (i64.store (i32.const 140) (call $value))
    (call $block (i32.const 148)) (i64.store (i32.const 164) (call $balance (i32.const 0))) (call $storage_set (i32.const 0) (i32.const 5) (i32.const 64) (i32.const 300))
    (i32.store (i32.const 172) (call $storage_get (i32.const 0) (i32.const 5) (i32.const 512) (i32.const 200))) (call $storage_set (i32.const 0) (i32.const 6) (i32.const 64) (i32.const 1)) (call $storage_delete (i32.const 0) (i32.const 6))
    (call $emit (i32.const 0) (i32.const 4) (i32.const 64) (i32.const 40)) (call $reentry (i32.const 0)) (i32.store (i32.const 176) ${call(32)}) (call $ret_read (i32.const 800) (i32.const 0) (call $ret_len))
    (i32.store (i32.const 180) (call $gas_left)) (call $ret (i32.const 0) (i32.const 1024))`],
  'revert': ['(call $storage_set (i32.const 0) (i32.const 5) (i32.const 64) (i32.const 300)) (call $revert (i32.const 0) (i32.const 20))'],
  'a loop without end': [loop('')],
  'recursion without end': ['(call $deep)', '(func $deep (call $deep))'],
  'recursion through the table': ['(call $deep)', '(table 1 funcref) (elem (i32.const 0) $deep) (func $deep (local i64 i64) (call_indirect (i32.const 0)))'],
  'calls of itself': [`(call $reentry (i32.const 1)) (drop ${call(0)})`],
  'deep in every call of itself': ['(call $down (i32.const 30))', `(func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (call $reentry (i32.const 1)) (drop ${call(0)}))))`],
  'memory without end': [loop('(drop (memory.grow (i32.const 1)))')],
  'filling memory': [loop('(memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))')],
  'copying beyond memory': ['(memory.copy (i32.const 0) (i32.const 65535) (i32.const 2))'],
  'storing beyond memory': ['(i64.store offset=65529 (i32.const 0) (i64.const 1))'],
  'division by zero': ['(drop (i64.div_s (i64.const 1) (call $value)))'],
  'overflow of a division': ['(drop (i32.div_s (i32.const 0x80000000) (i32.sub (call $input_len) (i32.const 41))))'],
  'nothing at an index of the table': ['(call_indirect (i32.const 0))', '(table 1 funcref)'],
  'another type at an index of the table': ['(call_indirect (i32.const 0))', '(table 1 funcref) (elem (i32.const 0) $f) (func $f (param i32))'],
  'an index behind the table': ['(call_indirect (i32.const 7))', '(table 1 funcref)'],
  'events without end': [loop('(call $emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))')],
  'a pointer behind memory': ['(call $caller (i32.const -1))'],
};
/** What the other contract does. */
const OTHER = '(call $storage_set (i32.const 0) (i32.const 5) (i32.const 64) (i32.const 3)) (call $ret (i32.const 0) (i32.const 30))';

/** The script's text; `root` is the repository. */
export async function digestBundle(root: string): Promise<string> {
  const wabt = await loadWabt();
  const hex = (body: string, fields = ''): string => {
    const parsed = wabt.parseWat('digest.wat', `(module ${IMPORTS} (memory (export "memory") 1) ${DATA} ${fields} (func (export "call") ${body}))`, { bulk_memory: true });
    const bytes = Buffer.from(parsed.toBinary({}).buffer).toString('hex');
    parsed.destroy();
    return bytes;
  };
  const modules = {
    contracts: Object.fromEntries(Object.entries(CONTRACTS).map(([name, [body, fields]]) => [name, hex(body, fields)])),
    other: hex(OTHER),
    token: readFileSync(join(root, 'engine/starw/contracts/token/token.wasm')).toString('hex'),
  };
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/starw/tier-digest.ts')], bundle: true, write: false, format: 'iife', platform: 'neutral', target: 'es2022', logLevel: 'error', define: { MODULES: JSON.stringify(modules) },
  });
  return outputFiles[0].text;
}
