/** Gas, results, stack and memory as an independent interpreter has them. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { generateModule } from '../../bench/work/wasm-modules.ts';
import { runInterpreted, runMetered, type Seen } from './machines.ts';

/**
 * What stopped has its memory thrown away; and where gas ends inside a segment, the engine stops at the segment's start,
 * the interpreter at the instruction, between which nothing can be seen from outside.
 */
const visible = ({ ended, gas, atHost, ...rest }: Seen): object => (ended === 'trap' || ended === 'stack' ? { ended, gas, atHost } : { ended, gas, atHost, ...rest });

test.prop([fc.gen(), fc.constantFrom(50, 1_000, 10_000), fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 3, maxLength: 3 })], { numRuns: 200 })(
  'random modules: totals, results, gas at every host call, stack, memory, globals',
  (g, gas, args) => {
    const bytes = generateModule((max) => g(fc.integer, { min: 0, max }));
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind !== 'function') continue;
      const [metered, interpreted] = [runMetered(bytes, name, args, gas), runInterpreted(bytes, name, args, gas)];
      expect(visible(metered)).toEqual(visible(interpreted));
      if (metered.paid !== undefined && interpreted.paid !== undefined) expect(metered.paid).toBe(interpreted.paid);
    }
  },
);
