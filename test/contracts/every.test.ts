/** What holds of every template: its ABI is what it does, each failure is typed, and none leaves anything behind. */
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, type Example } from './scenes.ts';
import { abiOf, ALICE, BOB, MAX, TEMPLATES, type Template } from './template.ts';

const COMMON = { '1': 'unknown function', '2': 'bad input', '3': 'overflow', '4': 'not allowed', '5': 'not covered', '6': 'not payable', '7': 'call failed' };

/** Runs an example, with other input or STR than it asks for. */
const run = (contract: Template, { name, by, args, value = 0n }: Example, { input = contract.input(name, ...args), str = value } = {}) =>
  contract.world.execute('call', contract.address, by, input, str);

describe.each(TEMPLATES)('%s', (template) => {
  const abi = abiOf(template);
  const examples = EXAMPLES[template];

  it('has an example of each function; numbers, topics and errors are told apart', () => {
    expect(examples.map(({ name }) => name)).toEqual(abi.functions.map(({ name }) => name));
    expect(abi.functions.map(({ selector }) => selector)).toEqual(abi.functions.map((_, i) => i));
    expect(new Set(abi.events.map(({ topic }) => topic)).size).toBe(abi.events.length);
    expect([...abi.errors].filter(([code]) => code < 16).every(([code, text]) => COMMON[String(code) as keyof typeof COMMON] === text)).toBe(true);
  });

  describe.each(examples)('$name', (example) => {
    const { view = false, payable = false } = abi.functions.find(({ name }) => name === example.name)!;

    it('works, answers as the ABI says, and changes the state unless it is a view', () => {
      const contract = example.scene();
      const before = contract.world.state.image();
      expect(contract.pay(example.value ?? 0n, example.by, example.name, ...example.args).error).toBeUndefined();
      expect(contract.world.state.image() === before).toBe(view);
    });

    it.each<[string, (bytes: number[]) => number[], bigint, number]>([
      ['a byte is missing', (bytes) => bytes.slice(0, -1), 0n, 2],
      ['there is a byte too much', (bytes) => [...bytes, 0], 0n, 2],
      ['STR, where it takes none', (bytes) => bytes, 1n, 6],
    ])('%s', (_, input, more, reason) => {
      const contract = example.scene();
      const before = contract.world.state.image();
      const outcome = run(contract, example, { input: input(contract.input(example.name, ...example.args)), str: (example.value ?? 0n) + more });
      if (more > 0n && payable) return expect(outcome.status).toBe('ok');
      expect(outcome).toMatchObject({ status: 'reverted', reason: Uint8Array.of(reason) });
      expect(contract.world.state.image()).toBe(before);
    });

    it('whatever the gas runs out at, all of it is used, and nothing is left', () => {
      const { gasUsed } = run(example.scene(), example);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: gasUsed - 1 }), (gas) => {
          const contract = example.scene();
          const before = contract.world.state.image();
          contract.world.gas = gas;
          const outcome = run(contract, example);
          // Where a contract runs out that this one calls, this one may still have enough to say so.
          expect(outcome.status === 'reverted' || (outcome.status === 'trapped' && outcome.fault === 'out-of-gas' && outcome.gasUsed === gas)).toBe(true);
          expect(contract.world.state.image()).toBe(before);
        }),
        { numRuns: 12, examples: [[gasUsed - 1]] },
      );
    });
  });

  it('any input at all: it returns, or says by its ABI why not', () => {
    const scenes = [...new Set(examples.map(({ scene }) => scene))];
    const bytes = fc.tuple(fc.integer({ min: 0, max: abi.functions.length }), fc.uint8Array({ maxLength: 80 })).map(([selector, rest]) => [selector, ...rest]);
    const call = fc.tuple(fc.constantFrom(...examples), fc.nat(), fc.constantFrom(0n, MAX, MAX - 1n, MAX >> 1n)).map(([{ name, args, scene }, which, other]) =>
      scene().input(name, ...args.map((value, i) => (i === which % args.length && typeof value === 'bigint' ? other : value))),
    );
    fc.assert(
      fc.property(fc.constantFrom(...scenes), fc.oneof(bytes, call, fc.constant([])), fc.constantFrom(ALICE, BOB), fc.constantFrom(0n, 1n, 5_000_000n), (scene, input, by, value) => {
        const contract = scene();
        const before = contract.world.state.image();
        const outcome = contract.world.execute('call', contract.address, by, input, value);
        if (outcome.status === 'ok') return;
        expect(outcome.status === 'reverted' && outcome.reason.length === 1 && abi.errors.has(outcome.reason[0])).toBe(true);
        expect(contract.world.state.image()).toBe(before);
      }),
      { numRuns: 150 },
    );
  });
});
