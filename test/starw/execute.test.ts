/** Calls: what the host functions do and cost, nested calls, what is undone, and what hostile contracts come to. */
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { account, contract, ENTRY, USER, world, type World } from './world.ts';

/** `b`'s address at 0, `a`'s at 32, a text at 64. */
const DATA = `(data (i32.const 0) "${'\\bb'.repeat(20)}") (data (i32.const 32) "${'\\aa'.repeat(20)}") (data (i32.const 64) "some words of a text")`;
const CALL_B = '(call $call (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const -1))';
/** Hands back an i32. */
const RETURN = (value: string): string => `(i32.store (i32.const 256) ${value}) (call $ret (i32.const 256) (i32.const 4))`;
const ok = (outcome: ReturnType<World['call']>): { output: number[]; gasUsed: number } => {
  if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
  return { output: [...outcome.output], gasUsed: outcome.gasUsed };
};
const word = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];

describe('host functions', () => {
  /** Body, gas (1 per instruction plus the price by docs/star-abi.md, written out), output. */
  it.each<[string, string, number, readonly number[]]>([
    ['input', '(call $input_read (i32.const 0) (i32.const 1) (i32.const 2)) (call $ret (i32.const 0) (call $input_len))', 4 + 3, [2, 3, 0xbb]],
    ['caller', '(call $caller (i32.const 0)) (call $ret (i32.const 0) (i32.const 20))', 2 + 2 + 3 + 2, Array.from({ length: 20 }, () => 0xee)],
    ['self', '(call $self (i32.const 0)) (call $ret (i32.const 0) (i32.const 20))', 2 + 2 + 3 + 2, Array.from({ length: 20 }, () => 0xaa)],
    ['value', '(i64.store (i32.const 0) (call $value)) (call $ret (i32.const 0) (i32.const 8))', 3 + 3 + 1, [5, 0, 0, 0, 0, 0, 0, 0]],
    ['block', '(call $block (i32.const 0)) (call $ret (i32.const 0) (i32.const 16))', 2 + 2 + 3 + 2, [7, 0, 0, 0, 0, 0, 0, 0, 0, 0xca, 0x9a, 0x3b, 0, 0, 0, 0]],
    ['balance', '(i64.store (i32.const 0) (call $balance (i32.const 32))) (call $ret (i32.const 0) (i32.const 8))', 4 + 100 + 3 + 1, [5, 0, 0, 0, 0, 0, 0, 0]],
    ['nothing stored', RETURN('(call $storage_get (i32.const 64) (i32.const 8) (i32.const 0) (i32.const 8))'), 7 + 200 + 1 + 3, word(0xffff_ffff)],
    ['gas', RETURN('(call $gas_left)'), 3 + 3, word(1_000_000 - ENTRY - 2)],
  ])('%s', (_, body, gas, output) => {
    expect(ok(world({ a: contract(body, DATA) }).call({ value: 5n, input: [1, 2, 3] }))).toEqual({ gasUsed: ENTRY + gas, output: [...output] });
  });

  it('storage is priced by started 256 bytes that are new, key included', () => {
    const set = (length: number): string => `(call $storage_set (i32.const 64) (i32.const 8) (i32.const 0) (i32.const ${length}))`;
    const price = (...lengths: readonly number[]): number[] => {
      const w = world({ a: contract('(call $input_read (i32.const 300) (i32.const 0) (i32.const 4)) (call $storage_set (i32.const 64) (i32.const 8) (i32.const 0) (i32.load (i32.const 300)))', DATA) });
      return lengths.map((length) => ok(w.call({ input: word(length) })).gasUsed - ENTRY - 10 - 200 - Math.floor((8 + length) / 8));
    };
    expect(price(0, 0, 248, 249, 249, 0, 600)).toEqual([20_000, 0, 0, 20_000, 0, 0, 40_000]);
    const w = world({ a: contract(`${set(1)} (call $storage_delete (i32.const 64) (i32.const 8)) ${set(1)}`, DATA) });
    expect(ok(w.call()).gasUsed).toBe(ENTRY + 5 + 201 + 20_000 + 3 + 201 + 5 + 201 + 20_000);
    expect(w.state.image()).toContain(`${account('a')}/${'736f6d6520776f72'}=bb`);
  });

  it('events carry topic and data, and are gone when a call is undone', () => {
    const emit = '(call $emit (i32.const 64) (i32.const 4) (i32.const 69) (i32.const 5))';
    const outcome = world({ a: contract(`${emit} (drop ${CALL_B})`, DATA), b: contract(`${emit} (call $revert (i32.const 0) (i32.const 0))`, DATA) }).call();
    expect(outcome).toMatchObject({ status: 'ok', events: [{ contract: account('a'), topic: utf8('some'), data: utf8('words') }] });
  });

  it.each([
    ['memory-range', '(call $caller (i32.const 65530))'],
    ['memory-range', '(call $ret (i32.const -4) (i32.const 8))'],
    ['memory-range', '(drop (call $balance (i32.const -1)))'],
    ['input-range', '(call $input_read (i32.const 0) (i32.const 1) (i32.const 1))'],
    ['input-range', '(call $input_read (i32.const 0) (i32.const -1) (i32.const 2))'],
    ['input-range', '(call $ret_read (i32.const 0) (i32.const 0) (i32.const 1))'],
    ['storage-key', '(call $storage_delete (i32.const 0) (i32.const 0))'],
    ['storage-key', '(call $storage_delete (i32.const 0) (i32.const 65))'],
    ['storage-value', '(call $storage_set (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 16385))'],
    ['message-size', '(call $ret (i32.const 0) (i32.const 16385))'],
    ['message-size', '(call $revert (i32.const 0) (i32.const 16385))'],
    ['event-size', '(call $emit (i32.const 0) (i32.const 33) (i32.const 0) (i32.const 0))'],
    ['event-size', '(call $emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1025))'],
    ['event-count', '(loop (call $emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (br 0))'],
    ['out-of-gas', '(loop (call $storage_set (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 300)) (call $storage_delete (i32.const 0) (i32.const 1)) (br 0))'],
  ])('%s: %s', (fault, body) => {
    const w = world({ a: contract(body) });
    const before = w.state.image();
    expect(w.call({ gas: 200_000 })).toMatchObject({ status: 'trapped', fault, gasUsed: 200_000 });
    expect(w.state.image()).toBe(before);
  });
});

describe('calls of other contracts', () => {
  const echo = contract('(call $ret (i32.const 64) (i32.const 4))', DATA);
  const gasOfEcho = 3;
  const status = (gas: string): string => `(call $call (i32.const 0) (i64.const 5) (i32.const 0) (i32.const 0) ${gas})`;

  it('gives value, input and gas, and brings data back', () => {
    const caller = contract(`(drop (call $call (i32.const 0) (i64.const 5) (i32.const 64) (i32.const 20) (i32.const -1)))
      (call $ret_read (i32.const 128) (i32.const 0) (call $ret_len)) (call $ret (i32.const 128) (call $ret_len))`, DATA);
    const callee = contract('(call $input_read (i32.const 0) (i32.const 5) (i32.const 5)) (call $ret (i32.const 0) (i32.const 5))');
    const w = world({ a: caller, b: callee });
    expect(ok(w.call({ value: 9n }))).toEqual({ output: [...utf8('words')], gasUsed: 2 * ENTRY + 7 + 2_000 + 2 + (4 + 3) + 4 + 3 });
    expect([USER, account('a'), account('b')].map((of) => w.state.balanceOf(of))).toEqual([991n, 4n, 5n]);
  });

  it.each<[string, string, Uint8Array | undefined, number, number]>([
    ['success', status(`(i32.const ${ENTRY + 100})`), echo, 0, ENTRY + gasOfEcho],
    ['a revert, which gives back what is left', status(`(i32.const ${ENTRY + 100})`), contract('(call $revert (i32.const 0) (i32.const 0))'), 1, ENTRY + 3],
    ['a trap, which uses all that it was given', status(`(i32.const ${ENTRY + 100})`), contract('unreachable'), 2, ENTRY + 100],
    ['too little gas', status(`(i32.const ${ENTRY + 2})`), echo, 2, ENTRY + 2],
    ['too little gas to enter', status(`(i32.const ${ENTRY - 1})`), echo, 2, ENTRY - 1],
    ['value that is not there', status('(i32.const 100)').replace('i64.const 5', 'i64.const 10'), echo, 3, 0],
    ['more value than there can be', status('(i32.const 100)').replace('i64.const 5', 'i64.const -1'), echo, 3, 0],
    ['an account without code', status('(i32.const 100)'), undefined, 0, 20_000],
    ['itself', status('(i32.const 100)').replace('call $call (i32.const 0)', 'call $call (i32.const 32)'), echo, 4, 0],
  ])('%s', (_, call, callee, expected, gas) => {
    const w = world({ a: contract(RETURN(call), DATA), ...(callee && { b: callee }) });
    expect(ok(w.call({ value: 9n }))).toEqual({ output: word(expected), gasUsed: ENTRY + 8 + 2_000 + gas + 3 });
    expect(w.state.balanceOf(account('b'))).toBe(expected === 0 ? 5n : 0n);
  });

  it('paying an account costs 20,000 whether it is new or not, and nothing moves for less', () => {
    const pay = (value: number): string => `(drop (call $call (i32.const 0) (i64.const ${value}) (i32.const 0) (i32.const 0) (i32.const 0)))`;
    const run = (body: string, gas: number) => {
      const w = world({ a: contract(body, DATA) });
      const outcome = w.call({ value: 9n, gas });
      return [outcome.status, outcome.gasUsed - ENTRY, w.state.balanceOf(account('b'))];
    };
    const whole = 7 + 2_000 + 20_000;
    expect(run(pay(4), ENTRY + whole)).toEqual(['ok', whole, 4n]);
    expect(run(pay(4), ENTRY + whole - 1)).toEqual(['trapped', whole - 1, 0n]);
    expect(run(pay(4) + pay(5), ENTRY + 2 * whole)).toEqual(['ok', 2 * whole, 9n]);
    expect(run(pay(0), ENTRY + 7 + 2_000)).toEqual(['ok', 7 + 2_000, 0n]);
  });

  it('what a failed call changed is undone, what its caller changed stays', () => {
    const set = (key: number): string => `(call $storage_set (i32.const ${key}) (i32.const 1) (i32.const 0) (i32.const 1))`;
    const w = world({ a: contract(`${set(64)} (drop ${CALL_B}) ${set(66)}`, DATA), b: contract(`${set(65)} (call $revert (i32.const 0) (i32.const 0))`, DATA) });
    expect(w.call().status).toBe('ok');
    expect(w.state.image().split('\n').filter((line) => line.includes('/'))).toEqual([`${account('a')}/6d=bb`, `${account('a')}/73=bb`]);
  });

  it('a revert out of a call that another contract makes undoes everything', () => {
    const set = '(call $storage_set (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 1))';
    const w = world({ a: contract(`${set} (drop ${CALL_B}) (call $revert (i32.const 64) (i32.const 10))`, DATA), b: contract(set, DATA) });
    const before = w.state.image();
    expect(w.call({ value: 3n })).toMatchObject({ status: 'reverted', reason: utf8('some words') });
    expect(w.state.image()).toBe(before);
  });

  it('is called again while it waits only if it asked for that, in memory of its own', () => {
    const callA = CALL_B.replace('i32.const 0', 'i32.const 32');
    /** Input 1: is called back, and says so in its storage. Its first call's memory must not notice. */
    const body = (allowed: number): string => `
      (if (i32.eqz (call $input_len)) (then (i32.store (i32.const 512) (i32.const 99)) (call $storage_set (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 1)) (return)))
      (call $reentry (i32.const ${allowed})) (i32.store (i32.const 512) (i32.const 1)) (drop ${CALL_B}) ${RETURN('(i32.load (i32.const 512))')}`;
    for (const allowed of [0, 1]) {
      const w = world({ a: contract(body(allowed), DATA), b: contract(`(drop ${callA})`, DATA) });
      expect(ok(w.call({ input: [1] })).output).toEqual(word(1));
      expect(w.state.storageGet(account('a'), '73') !== undefined).toBe(allowed === 1);
    }
  });
});

describe('hostile', () => {
  const SELF = CALL_B.replace('i32.const 0', 'i32.const 32');
  it.each<[string, string, object, string?]>([
    ['a loop without end', '(loop (br 0))', { status: 'trapped', fault: 'out-of-gas' }],
    ['recursion without end', '(call $deep)', { status: 'trapped', fault: 'stack-overflow' }, '(func $deep (call $deep))'],
    ['recursion with many locals', '(call $deep)', { status: 'trapped', fault: 'stack-overflow' }, `(func $deep (local ${'i64 '.repeat(1_000)}) (call $deep))`],
    ['mutual recursion through the table', '(call $deep)', { status: 'trapped', fault: 'stack-overflow' }, '(table 1 funcref) (elem (i32.const 0) $deep) (func $deep (call_indirect (i32.const 0)))'],
    ['memory without end', '(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) (if (i32.ne (memory.size) (i32.const 16)) (then unreachable))', { status: 'ok' }],
    ['all memory at once', '(drop (memory.grow (i32.const -1))) (if (i32.ne (memory.size) (i32.const 1)) (then unreachable))', { status: 'ok', gasUsed: ENTRY + 3 + 16 * 8_192 + 4 }],
    ['filling memory for ever', '(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))', { status: 'trapped', fault: 'out-of-gas' }],
    ['filling beyond memory', '(memory.fill (i32.const 1) (i32.const 1) (i32.const 65536))', { status: 'trapped', fault: 'trap' }],
    ['nested calls of itself', `(call $reentry (i32.const 1)) (if ${SELF} (then (call $revert (i32.const 64) (i32.const 4))))`, { status: 'reverted' }],
    ['nested calls with a deep stack each', '(call $down (i32.const 40))', { status: 'trapped', fault: 'out-of-gas' }, `(func $down (param i32) (call $reentry (i32.const 1))
       (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (drop ${SELF}))))`],
  ])('%s', (_, body, expected, fields = '') => {
    const w = world({ a: contract(body, DATA + fields) });
    const before = w.state.image();
    const outcome = w.call({ gas: 3_000_000 });
    expect(outcome).toMatchObject(expected);
    if (outcome.status === 'trapped') expect(outcome.gasUsed).toBe(3_000_000);
    expect(w.state.image()).toBe(before);
  });

  it('a revert, or a trap, in a callback undoes the callback and no more, and every unit of gas is told', () => {
    const set = (key: number): string => `(call $storage_set (i32.const ${key}) (i32.const 1) (i32.const 0) (i32.const 1))`;
    const back = (gas: number): string => `(i32.store8 (i32.const 900) (call $call (i32.const 32) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const ${gas})))`;
    const callback = (end: string): string => `(if (i32.eqz (call $input_len)) (then ${set(64)} (call $emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) ${end}))`;
    const outer = `(call $reentry (i32.const 1)) ${set(65)} (drop ${CALL_B}) ${set(66)}`;
    const b = contract(`${back(60_000)} ${set(65)} (call $ret (i32.const 900) (i32.const 1))`, DATA);
    /** The callback's own: entry, `input_len` `eqz` `if`, an entry stored, an event, and its end. */
    const own = ENTRY + 3 + (5 + 200 + 20_000) + (5 + 200);
    for (const [end, used] of [['(call $revert (i32.const 0) (i32.const 0))', own + 3], ['unreachable', 60_000], ['(loop (br 0))', 60_000]] as const) {
      const w = world({ a: contract(`${callback(end)} ${outer} (call $ret_read (i32.const 900) (i32.const 0) (i32.const 1)) (call $ret (i32.const 900) (i32.const 1))`, DATA), b });
      const stored = 5 + 200 + 20_000;
      expect(w.call({ input: [1] })).toMatchObject({
        status: 'ok', events: [], output: Uint8Array.of(end.includes('revert') ? 1 : 2),
        gasUsed: ENTRY + 3 + 2 + stored + (7 + 2_000) + (ENTRY + (8 + 2_000) + used + stored + 3) + stored + 4 + 3,
      });
      expect(w.state.image().split('\n').filter((line) => line.includes('/'))).toEqual([`${account('a')}/6d=bb`, `${account('a')}/6f=bb`, `${account('b')}/6f=bb`].sort());
    }
  });

  it('64 contracts wait for each other, no more', () => {
    /** Hands back how many calls of it were under way at most. */
    const body = `(call $reentry (i32.const 1)) (if (i32.eqz ${SELF}) (then (call $ret_read (i32.const 256) (i32.const 0) (i32.const 4)))) ${RETURN('(i32.add (i32.load (i32.const 256)) (i32.const 1))')}`;
    expect(ok(world({ a: contract(body, DATA) }).call({ gas: 10_000_000 })).output).toEqual(word(64));
  });

  it('the stack is shared by nested calls, to the word', () => {
    /** Recursion as deep as input says, then a call of `b`, which recurses in turn until it traps or not. */
    const down = '(func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1)))) (else (call $bottom))))';
    const words = 1 + 2 + 8 + 1; // parameter, operands, frame, 16 bytes of code
    const a = contract('(call $down (i32.const 1000))', `${DATA} ${down} (func $bottom ${RETURN(`(call $call (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 1000000))`)})`);
    const b = (depth: number): Uint8Array => contract(`(call $down (i32.const ${depth}))`, `${down} (func $bottom)`);
    const left = 32_768 - (8 + 1) - 1_001 * words - (8 + 6 + 1) - 256;
    const deepest = Math.floor((left - (8 + 1) - 8) / words) - 1;
    expect(ok(world({ a, b: b(deepest) }).call({ gas: 3_000_000 })).output).toEqual(word(0));
    expect(ok(world({ a, b: b(deepest + 1) }).call({ gas: 3_000_000 })).output).toEqual(word(2));
  });
});

describe('what is refused before anything runs', () => {
  it.each<[string, Parameters<World['call']>[0], object]>([
    ['no contract', { to: 'c' }, { status: 'refused', why: 'no-contract', gasUsed: 0 }],
    ['value that the caller does not have', { value: 1_001n }, { status: 'refused', why: 'not-covered', gasUsed: 0 }],
    ['input that is too long', { input: Array.from({ length: 16_385 }, () => 0) }, { status: 'refused', why: 'input-size', gasUsed: 0 }],
  ])('%s', (_, call, expected) => {
    expect(world({ a: contract('') }).call(call)).toEqual(expected);
  });
});
