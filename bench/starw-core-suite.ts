/**
 * The public WebAssembly core test suite against the VM:
 *
 *     git clone https://github.com/WebAssembly/testsuite
 *     node bench/start.mjs starw-core-suite testsuite/*.wast
 *
 * Each module that the gate accepts is metered, and every assertion about it is made; other modules are cut down to what
 * contracts may hold (`work/wast.ts`) and tried again. Modules that the suite calls invalid must be refused. What lies outside of
 * contracts is counted, by the gate's reason. Fails on any difference. Last output: results/starw-core-suite.txt.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import loadWabt from 'wabt';
import { newCounts, runScript, type Assemble } from './work/core-suite.ts';

const wabt = await loadWabt();
const features = { mutable_globals: true, sat_float_to_int: true, sign_extension: true, simd: true, multi_value: true, bulk_memory: true, reference_types: true, tail_call: true, threads: true, exceptions: true, memory64: true, multi_memory: true, extended_const: true } as const;
const assemble: Assemble = (text) => {
  try {
    const parsed = wabt.parseWat('suite.wat', text, features);
    try {
      return Uint8Array.from(parsed.toBinary({}).buffer);
    } finally {
      parsed.destroy();
    }
  } catch {
    return undefined;
  }
};

const counts = newCounts();
const files = process.argv.slice(2);
for (const file of files) runScript(basename(file), readFileSync(file, 'utf8'), assemble, counts);
const { accepted, cut, refused, invalid, actions, runs, outside, differences } = counts;
console.log(`${files.length} scripts on Node ${process.version}
${accepted} valid modules accepted as they are, ${cut} after cutting them down to the subset; ${invalid} invalid ones refused
${actions} actions ended as the suite says, ${runs} of them also by Vm.run; ${outside} are about what contracts do not have
neither accepted nor cut down, by what the gate says: ${[...refused].sort(([, x], [, y]) => y - x).map(([reason, count]) => `${reason} ${count}`).join(', ')}
${differences.length} differences`);
for (const difference of differences) console.log(difference);
process.exitCode = differences.length === 0 ? 0 : 1;
