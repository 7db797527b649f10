/** Descriptions of contracts: what is refused and where, bytes of every type by hand, there and back for any values. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { err, ok } from '../../engine/primitives/result.ts';
import { ABI_SCHEMA, checkAbi, parseAbi, type Abi } from '../../engine/starw/abi.ts';
import { decodeEvent, decodeFields, decodeReason, encodeCall, encodeDeploy, parseArguments, rawInput, rawTopic } from '../../engine/starw/abi-call.ts';
import { ABI_TYPES, decodeValue, encodeValue, parseValue, sizeOf, type AbiType, type AbiValue, type AccountNames } from '../../engine/starw/abi-value.ts';

const ALICE = 'a1'.repeat(20);
const accounts: AccountNames = (text) => (text === 'alice' ? ok(ALICE) : err({ code: 'value', problem: `nobody is called ${text}`, mend: 'alice' }));

const DOCUMENT = {
  schema: ABI_SCHEMA,
  name: 'shop',
  deploy: { inputs: [{ name: 'owner', type: 'address' }], payable: true },
  functions: [
    { selector: 0, name: 'price', inputs: [{ name: 'item', type: 'text' }], output: 'u64', view: true },
    { selector: 7, name: 'buy', inputs: [{ name: 'item', type: 'text' }, { name: 'count', type: 'u16' }], outputs: [{ name: 'paid', type: 'u64' }, { name: 'new', type: 'bool' }], payable: true },
    { selector: 255, name: 'close' },
  ],
  events: [{ topic: 'Sold', fields: [{ name: 'to', type: 'address' }, { name: 'item', type: 'text' }] }, { topic: 'Closed' }],
  errors: { 1: 'unknown function', 16: 'sold out' },
};
const abiOf = (document: unknown): Abi => {
  const checked = checkAbi(document);
  if (!checked.ok) throw new Error(`${checked.error.at}: ${checked.error.problem}`);
  return checked.value;
};
const SHOP = abiOf(DOCUMENT);

describe('a description', () => {
  it('is read with its defaults', () => {
    expect(SHOP.functions.map(({ name, inputs, outputs, view, payable }) => [name, inputs.length, outputs.map((field) => field.name), view, payable])).toEqual([
      ['price', 1, [''], true, false],
      ['buy', 2, ['paid', 'new'], false, true],
      ['close', 0, [], false, false],
    ]);
    expect(abiOf({ schema: ABI_SCHEMA, name: 'x', functions: [] })).toEqual({ name: 'x', deploy: { inputs: [], payable: false }, functions: [], events: [], errors: new Map() });
  });

  const [price] = DOCUMENT.functions;
  it.each<[string, string, object]>([
    ['schema', 'missing', { schema: undefined }],
    ['schema', 'not a schema that is known here: "stratus/contract-abi/v2"', { schema: 'stratus/contract-abi/v2' }],
    ['function', 'unknown key', { function: [] }],
    ['name', 'not a name: "two words"', { name: 'two words' }],
    ['functions', 'not a list: an object', { functions: {} }],
    ['functions[0]', 'not an object: 7', { functions: [7] }],
    ['functions[0].selector', 'missing', { functions: [{ name: 'f' }] }],
    ['functions[0].selector', 'not one byte: 256', { functions: [{ ...price, selector: 256 }] }],
    ['functions[0].inputs[0].type', 'not a type: "uint64"', { functions: [{ ...price, inputs: [{ name: 'x', type: 'uint64' }] }] }],
    ['functions[0].inputs[1].name', 'x stands in functions[0].inputs[0] already', { functions: [{ ...price, inputs: [{ name: 'x', type: 'u8' }, { name: 'x', type: 'u8' }] }] }],
    ['functions[0].outputs', 'stands beside `output`', { functions: [{ ...price, outputs: [] }] }],
    ['functions[0].view', 'neither true nor false: "yes"', { functions: [{ ...price, view: 'yes' }] }],
    ['functions[1].selector', '0 stands in functions[0] already', { functions: [price, { selector: 0, name: 'other' }] }],
    ['functions[1].name', 'price stands in functions[0] already', { functions: [price, { ...price, selector: 9 }] }],
    ['deploy.inputs[0].type', 'missing', { deploy: { inputs: [{ name: 'x' }] } }],
    ['events[0].topic', `not a topic: "${'x'.repeat(33)}"`, { events: [{ topic: 'x'.repeat(33) }] }],
    ['errors["256"]', 'not the number of an error', { errors: { 256: 'x' } }],
    ['errors["1"]', 'not a meaning: 7', { errors: { 1: 7 } }],
    ['errors["1"]', 'not a meaning: "·[2J"', { errors: { 1: '\u001b[2J' } }],
  ])('at %s: %s', (at, problem, change) => {
    const checked = checkAbi({ ...DOCUMENT, ...change });
    expect(checked).toMatchObject({ ok: false, error: { at, problem } });
    expect(!checked.ok && checked.error.mend).not.toBe('');
  });

  it('is JSON', () => {
    expect(parseAbi('{')).toMatchObject({ error: { at: '', problem: expect.stringMatching(/^not JSON: /) as string } });
    expect(parseAbi(JSON.stringify(DOCUMENT))).toEqual(ok(SHOP));
  });

  test.prop([fc.jsonValue()])('never throws, whatever the JSON', (document) => {
    expect(typeof checkAbi(document).ok).toBe('boolean');
  });
});

describe('bytes of a value', () => {
  it.each<[AbiType, AbiValue, string]>([
    ['address', ALICE, ALICE],
    ['bool', true, '01'],
    ['u8', 255n, 'ff'],
    ['u16', 1n, '0100'],
    ['u32', 0x1234_5678n, '78563412'],
    ['u64', (1n << 64n) - 2n, 'feffffffffffffff'],
    ['bytes32', '0f'.repeat(32), '0f'.repeat(32)],
    ['bytes', 'c0ffee', '0300c0ffee'],
    ['bytes', '', '0000'],
    ['text', 'née', '04006ec3a965'],
  ])('%s %s', (type, value, bytes) => {
    expect(toHex(encodeValue(type, value)!)).toBe(bytes);
    expect(decodeValue(type, fromHex(bytes), 0)).toEqual({ value, end: bytes.length / 2 });
  });

  it.each<[AbiType, AbiValue]>([
    ['address', 'a1'.repeat(19)], ['address', 'A1'.repeat(20)], ['bool', 1n], ['u8', 256n], ['u8', -1n], ['u64', 1n << 64n], ['u64', '1'], ['bytes32', ''], ['bytes', 'c0f'], ['bytes', 'c0'.repeat(65_536)], ['text', 7n],
  ])('%s has no %s', (type, value) => expect(encodeValue(type, value)).toBeUndefined());

  it.each<[AbiType, string]>([['bool', '02'], ['u16', '00'], ['bytes', '0200ff'], ['bytes', '02'], ['text', '0100ff']])('no %s has %s', (type, bytes) =>
    expect(decodeValue(type, fromHex(bytes), 0)).toBeUndefined());

  const valueOf = (type: AbiType): fc.Arbitrary<AbiValue> => {
    const size = sizeOf(type);
    if (type === 'bool') return fc.boolean();
    if (type === 'text') return fc.string({ unit: 'grapheme' });
    if (type === 'address' || type.startsWith('bytes')) return fc.uint8Array(size === undefined ? {} : { minLength: size, maxLength: size }).map(toHex);
    return fc.bigInt({ min: 0n, max: (1n << BigInt(8 * size!)) - 1n });
  };
  const typed = fc.constantFrom(...ABI_TYPES).chain((type) => valueOf(type).map((value) => ({ type, value })));

  test.prop([fc.array(typed, { maxLength: 6 }), fc.nat()])('side by side, there and back; cut short they are refused at their end', (list, at) => {
    const fields = list.map(({ type }, i) => ({ name: `x${i}`, type }));
    const values = list.map(({ value }) => value);
    const input = encodeDeploy({ ...SHOP, deploy: { inputs: fields, payable: false } }, values);
    const data = input.ok ? input.value : undefined;
    expect(decodeFields(fields, data!)).toEqual(ok(values));
    expect(decodeFields(fields, Uint8Array.of(...data!, 0))).toEqual(err({ code: 'decode', offset: data!.length, field: undefined }));
    if (data!.length > 0) expect(decodeFields(fields, data!.subarray(0, at % data!.length)).ok).toBe(false);
  });
});

describe('arguments as text', () => {
  it.each<[AbiType, string, AbiValue]>([
    ['address', 'alice', ALICE], ['bool', 'false', false], ['u64', '1_000', 1_000n], ['u16', '0xff', 255n], ['bytes', '0xC0FFEE', 'c0ffee'], ['bytes', '', ''], ['bytes32', '0x' + '00'.repeat(32), '00'.repeat(32)], ['text', '', ''],
  ])('%s %s', (type, text, value) => expect(parseValue(type, text, accounts)).toEqual(ok(value)));

  it.each<[AbiType, string, string]>([
    ['address', 'bob', 'nobody is called bob'],
    ['bool', '1', '`1` is no bool'],
    ['u8', '256', '`256` is no u8'],
    ['u64', '-1', '`-1` is no u64'],
    ['u64', '1.5', '`1.5` is no u64'],
    ['u64', '', '`` is no u64'],
    ['bytes', '0xabc', '`0xabc` is no bytes'],
    ['bytes32', 'ff', '`ff` is no bytes32'],
  ])('%s is not %s', (type, text, problem) => expect(parseValue(type, text, accounts)).toMatchObject({ ok: false, error: { problem, mend: expect.stringMatching(/./) as string } }));

  it('of a call: by name and number', () => {
    expect(parseArguments(SHOP, 'buy', ['tea', '3'], accounts)).toEqual(ok(['tea', 3n]));
    expect(encodeCall(SHOP, 'buy', ['tea', 3n])).toEqual(ok(fromHex('07' + '0300746561' + '0300')));
    expect(parseArguments(SHOP, undefined, ['alice'], accounts)).toEqual(ok([ALICE]));
    expect(parseArguments(SHOP, 'sell', [], accounts)).toEqual(err({ code: 'unknown-function', name: 'sell', known: ['price', 'buy', 'close'] }));
    expect(parseArguments(SHOP, 'buy', ['tea'], accounts)).toMatchObject({ error: { code: 'argument-count', of: 'buy', got: 1 } });
    expect(parseArguments(SHOP, 'buy', ['tea', 'x'], accounts)).toMatchObject({ error: { code: 'argument', field: { name: 'count' } } });
    expect(encodeCall(SHOP, 'buy', ['tea', 'x'])).toMatchObject({ error: { code: 'argument', field: { name: 'count' } } });
    expect(encodeCall(SHOP, 'buy', ['tea'])).toMatchObject({ error: { code: 'argument-count' } });
  });
});

it('events and reasons', () => {
  const sold = fromHex(`${ALICE}0300746561`);
  expect(decodeEvent(SHOP, Uint8Array.from('Sold', (c) => c.charCodeAt(0)), sold)).toMatchObject({ value: { topic: 'Sold', values: [ALICE, 'tea'] } });
  expect(decodeEvent(SHOP, Uint8Array.from('Sold', (c) => c.charCodeAt(0)), sold.subarray(1))).toMatchObject({ error: { code: 'decode', offset: 20, field: { name: 'item' } } });
  expect(decodeEvent(SHOP, Uint8Array.of(0xff), sold)).toBeUndefined();
  expect([[16], [17], [16, 0], []].map((reason) => decodeReason(SHOP, Uint8Array.from(reason)))).toEqual(['sold out', undefined, undefined, undefined]);
  expect([rawTopic(Uint8Array.of(0x53)), rawTopic(Uint8Array.of(0x53, 10)), rawTopic(Uint8Array.of(0xff))]).toEqual(['S', '0x530a', '0xff']);
  expect([rawInput('0x01ff'), rawInput(''), rawInput('0x1')]).toEqual([Uint8Array.of(1, 255), new Uint8Array(0), undefined]);
});
