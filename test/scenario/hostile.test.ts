/** Files that mean harm, or are merely wrong: each is refused quickly, with a place where there is one and a way to mend it. */
import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { loadText, problems, SMALL } from './helpers.ts';

const lines = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join('\n');
const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${lines(9, (i) => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${Array(10).fill(`*${'abcdefghi'[i]}`).join(',')}]`)}\n`;

const TABLE: readonly (readonly [what: string, content: string | Uint8Array, message: RegExp])[] = [
  ['empty', '', /^s\.yaml:1:1: the file is empty/],
  ['only a comment', '# nothing', /the file is empty/],
  ['binary', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), /^s\.yaml: not a text file \(a zero byte at offset 4\)/],
  ['not UTF-8', Uint8Array.from([0x61, 0xff, 0xfe]), /not a text file \(not UTF-8\)/],
  ['too large', 'x'.repeat(300_000), /too large: 300000 bytes\n.*at most 256 KiB/],
  ['a list', '- 1', /^s\.yaml:1:1: expected keys and values, found a list/],
  ['a text', 'hello', /expected keys and values, found the text `hello`/],
  ['unknown key', SMALL.replace('totalNodes', 'totalNode'), /s\.yaml:5:12: unknown key `totalNode` in `network`\n.*5 \| network.*\n.*\^{9}\n.*did you mean `totalNodes`\?/s],
  ['repeated key', `${SMALL}name: again\n`, /s\.yaml:8:1: key `name` is repeated\n.*\n.*\n.*line 2/],
  ['unit missing', SMALL.replace('10m', '10'), /s\.yaml:4:29: `run\.duration`: `10` has no unit/],
  ['wrong unit', SMALL.replace('10m', '10MiB'), /`MiB` is not a unit of a duration/],
  ['wrong type', SMALL.replace('{ totalNodes: 8 }', '[8]'), /s\.yaml:5:10: `network`: expected keys and values, found a list/],
  ['number as text', SMALL.replace('totalNodes: 8', 'totalNodes: "8"'), /`network\.totalNodes`: expected a number, found the text `8`/],
  ['negative', SMALL.replace('totalNodes: 8', 'totalNodes: -8'), /s\.yaml:5:24: `network\.totalNodes` is too small: -8\n.*\n.*\n.*at least 1/],
  ['fraction', SMALL.replace('totalNodes: 8', 'totalNodes: 8.5'), /expected a whole number, found `8\.5`/],
  ['NaN', SMALL.replace('totalNodes: 8', 'totalNodes: .nan'), /s\.yaml:5:24: `\.nan` is not a number that a scenario can hold/],
  ['infinite', SMALL.replace('totalNodes: 8', 'totalNodes: .inf'), /not a number that a scenario can hold/],
  ['10^300', SMALL.replace('totalNodes: 8', 'totalNodes: 1e300'), /`network\.totalNodes` is too large: 1e\+300\n.*\n.*\n.*at most 100000/],
  ['10^400', SMALL.replace('totalNodes: 8', `totalNodes: 1e400`), /`1e400` is too large/],
  ['10^300 written out', SMALL.replace('totalNodes: 8', `totalNodes: 1${'0'.repeat(300)}`), /too large/],
  ['10^300 of time', SMALL.replace('10m', `1${'0'.repeat(300)}s`), /too large/],
  ['null', SMALL.replace('{ totalNodes: 8 }', ''), /`network`: expected keys and values, found nothing/],
  ['missing key', SMALL.replace('name: small\n', ''), /`name` is missing\n.*\n.*\n.*add `name`/],
  ['wrong schema', SMALL.replace('/v1', '/v2'), /`schema` cannot be the text `stratus\/scenario\/v2`/],
  ['bad enum', `${SMALL}expect: fial\n`, /s\.yaml:8:9: `expect`: expected `pass`/],
  ['alias bomb', `${SMALL}${bomb}`, /more than 20000 values/],
  ['alias of itself', `${SMALL}invariants: &a { sometimes: [*a] }\n`, /`\*a` contains itself/],
  ['alias of nothing', `${SMALL}expect: *nowhere\n`, /`\*nowhere` names no anchor/],
  ['__proto__', `${SMALL}__proto__: { polluted: true }\n`, /s\.yaml:8:1: unknown key `__proto__`/],
  ['__proto__ inside', SMALL.replace('{ totalNodes: 8 }', '{ totalNodes: 8, __proto__: { a: 1 } }'), /unknown key `__proto__`/],
  ['constructor', `${SMALL}constructor: 1\n`, /unknown key `constructor`/],
  ['merge key', `${SMALL}<<: { name: x }\n`, /unknown key `<<`/],
  ['complex key', `${SMALL}? [a, b]\n: 1\n`, /a key that is not a name/],
  ['tag', `${SMALL}expect: !!js/function "() => 1"\n`, /not valid YAML/],
  ['binary tag', `${SMALL}expect: !!binary aGVsbG8=\n`, /./],
  ['tab', `${SMALL}run:\n\tseed: 1\n`, /not valid YAML.*\n.*\n.*\n.*indent with spaces/s],
  ['unclosed', 'a: [1, 2', /s\.yaml:1:\d+: not valid YAML/],
  ['two documents', `${SMALL}---\n${SMALL}`, /not valid YAML.*multiple documents/s],
  ['deep flow', `a: ${'['.repeat(100_000)}`, /nested too deeply|characters/],
  ['deep flow on many lines', lines(2_000, () => '['.repeat(100)), /nested too deeply/],
  ['deep block', lines(250, (i) => `${' '.repeat(i)}a:`), /nested too deeply/],
  ['deeper block', lines(600, (i) => `${' '.repeat(i)}a:`), /indentation/],
  ['sequences in one line', '- '.repeat(100_000), /line of 200000 characters/],
  ['deep but short', `${'- '.repeat(100)}x`, /nested too deeply/],
  ['long line', `${SMALL}# ${'x'.repeat(10_000)}`, /line of \d+ characters/],
  ['many keys', lines(25_000, (i) => `${i}: 1`), /more than 20000 values/],
  ['own extends', `extends: s.yaml\n${SMALL}`, /s\.yaml:1:10: `extends` goes in a circle: s\.yaml → s\.yaml/],
  ['extends nothing', `extends: gone.yaml\n${SMALL}`, /s\.yaml:1:10: `gone\.yaml`: there is no such file/],
  ['extends a number', `extends: 3\n${SMALL}`, /`extends` is not a path/],
  ['terminal escapes', `${SMALL}"\\e[31m": 1\n`, /unknown key `·\[31m`/],
  ['a long text', SMALL.replace('name: small', `name: ${'a'.repeat(3_000)}`), /`name`: not a name/],
];

describe('hostile files', () => {
  it.each(TABLE)('%s', (_what, content, message) => {
    const started = performance.now();
    const text = problems(content);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/\n\s+at \S+ \(|node:internal|\.ts:\d/);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('a circle through another file names the whole way', () => {
    expect(problems(`extends: sub/b.yaml\n${SMALL}`, {}, { 'sub/b.yaml': 'extends: ../s.yaml' })).toMatch(/sub\/b\.yaml:1:10: `extends` goes in a circle: s\.yaml → sub\/b\.yaml → s\.yaml/);
  });

  it('nothing leaks into Object.prototype', () => {
    problems(`${SMALL}__proto__: { polluted: true }\n`);
    expect((Object.prototype as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.prop([fc.string({ maxLength: 300 })])('no text makes loading throw', (text) => {
    expect(typeof loadText(text).ok).toBe('boolean');
  });
  test.prop([fc.uint8Array({ maxLength: 100 })])('no bytes make loading throw', (bytes) => {
    expect(loadText(bytes).ok).toBe(false);
  });
  test.prop([fc.nat(), fc.constantFrom(...'{}[]:,&*!|>\'"%@`#- \t\n0.~')])('no change of one character makes loading throw', (at, character) => {
    const i = at % SMALL.length;
    expect(typeof loadText(SMALL.slice(0, i) + character + SMALL.slice(i + 1)).ok).toBe('boolean');
  });
});
