/** The token in three languages: one table, any calls and any input must come to the same answers, events and storage. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { entryGas } from '../../engine/starw/cache.ts';
import { checkModule } from '../../engine/starw/gate.ts';
import { account, ALICE, BOB, CAROL, MAX, moduleOf, NOBODY, ROOT, Template, World, type Answer, type Value } from './template.ts';

const FOLDER = join(ROOT, 'token');
const read = (path: string): Uint8Array => Uint8Array.from(readFileSync(join(FOLDER, path)));
const MODULES = { assemblyscript: moduleOf('token'), c: read('c/token.wasm'), rust: read('rust/token.wasm') };
type Language = keyof typeof MODULES;
const LANGUAGES = Object.keys(MODULES) as readonly Language[];

const TOKEN = account('e');

const tokenIn = (language: Language): Template => new Template('token', TOKEN, new World({ [BOB]: 1n }), MODULES[language]);
const imageOf = (token: Template): string => token.world.state.image();
const withoutGas = (answer: Answer): object => ({ ...answer, gas: 0 });

/** Who calls what, and what comes of it: a value, the events, or an error. */
const TABLE: readonly (readonly [who: string, name: string, args: readonly Value[], answer: object])[] = [
  [BOB, 'totalSupply', [], { value: 1_000n }],
  [BOB, 'owner', [], { value: ALICE }],
  [ALICE, 'transfer', [BOB, 300n], { events: [['Transfer', ALICE, BOB, 300n]] }],
  [ALICE, 'transfer', [ALICE, 700n], { events: [['Transfer', ALICE, ALICE, 700n]] }],
  [BOB, 'balanceOf', [ALICE], { value: 700n }],
  [BOB, 'transfer', [ALICE, 301n], { error: 'not covered' }],
  [BOB, 'transferFrom', [ALICE, BOB, 1n], { error: 'not covered' }],
  [ALICE, 'approve', [CAROL, 50n], { events: [['Approval', ALICE, CAROL, 50n]] }],
  [CAROL, 'transferFrom', [ALICE, BOB, 20n], { events: [['Transfer', ALICE, BOB, 20n]] }],
  [BOB, 'allowance', [ALICE, CAROL], { value: 30n }],
  [BOB, 'mint', [BOB, 1n], { error: 'not allowed' }],
  [ALICE, 'mint', [BOB, MAX], { error: 'overflow' }],
  [ALICE, 'mint', [CAROL, 5n], { events: [['Transfer', NOBODY, CAROL, 5n]] }],
  [BOB, 'burn', [321n], { error: 'not covered' }],
  [BOB, 'burn', [320n], { events: [['Transfer', BOB, NOBODY, 320n]] }],
  [BOB, 'totalSupply', [], { value: 685n }],
];

describe.each(LANGUAGES)('%s', (language) => {
  it('answers as the table says', () => {
    const token = tokenIn(language);
    expect(token.deploy(ALICE, 1_000n)).toMatchObject({ events: [['Transfer', NOBODY, ALICE, 1_000n]] });
    for (const [who, name, args, answer] of TABLE) expect([name, withoutGas(token.call(who, name, ...args))]).toEqual([name, { ...answer, gas: 0 }]);
    expect(imageOf(token)).toBe(left(tokenIn('assemblyscript')));
  });
});

/** Storage after the table. */
function left(token: Template): string {
  token.deploy(ALICE, 1_000n);
  for (const [who, name, args] of TABLE) token.call(who, name, ...args);
  return imageOf(token);
}

const person = fc.constantFrom(ALICE, BOB, CAROL);
const amount = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.constantFrom(MAX, MAX - 60n));
const call = fc.oneof(
  fc.tuple(person, fc.constantFrom('transfer', 'approve', 'mint'), fc.tuple(person, amount)),
  fc.tuple(person, fc.constant('transferFrom'), fc.tuple(person, person, amount)),
  fc.tuple(person, fc.constant('burn'), fc.tuple(amount)),
  fc.tuple(person, fc.constant('allowance'), fc.tuple(person, person)),
);

test.prop([amount, fc.array(call, { maxLength: 20 })], { numRuns: 60 })('any calls: the same answers, the same storage afterwards', (supply, calls) => {
  const tokens = LANGUAGES.map(tokenIn);
  const same = (answers: readonly unknown[]): void => answers.slice(1).forEach((answer) => expect(answer).toEqual(answers[0]));
  same(tokens.map((token) => withoutGas(token.deploy(ALICE, supply))));
  for (const [who, name, args] of calls) same(tokens.map((token) => withoutGas(token.call(who, name, ...args))));
  same(tokens.map(imageOf));
});

/** Calls cut short, too long, or of no function; whole ones among them. */
const input = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.uint8Array({ maxLength: 60 })).map(([selector, rest]) => Uint8Array.of(selector, ...rest));

test.prop([fc.constantFrom('call' as const, 'deploy' as const), fc.oneof(input, fc.constantFrom(new Uint8Array(0), new Uint8Array(513))), fc.constantFrom(0n, 1n)], { numRuns: 300 })(
  'any input: the same end',
  (entry, bytes, value) => {
    const ends = LANGUAGES.map((language) => {
      const token = tokenIn(language);
      return [{ ...token.world.execute(entry, TOKEN, BOB, [...bytes], value), gasUsed: 0 }, imageOf(token)];
    });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  },
);

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A row of docs/star-abi.md. */
function rowOf(language: Language): string {
  const shape = checkModule(MODULES[language]);
  if (!shape.ok) throw new Error(`${language} is refused`);
  const entering = entryGas(shape.value);
  const token = tokenIn(language);
  token.deploy(ALICE, 1_000n);
  const [first, again, refused] = [token.call(ALICE, 'transfer', BOB, 10n), token.call(ALICE, 'transfer', BOB, 10n), token.call(CAROL, 'transfer', BOB, 1n)];
  return `| ${[NAMES[language], MODULES[language].length, entering, ...[first, again, refused].map(({ gas }) => gas - entering)].map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)).join(' | ')} |`;
}
const NAMES = { assemblyscript: 'AssemblyScript', c: 'C', rust: 'Rust' } as const;

it.each(LANGUAGES)('what %s costs is what the documentation says', (language) => {
  expect(readFileSync(join(ROOT, '../../../docs/star-abi.md'), 'utf8')).toContain(rowOf(language));
});

/** The build as anyone runs it: it belongs to no tree of the project's TypeScript. */
interface Build {
  readonly NATIVE: Readonly<Record<string, { readonly version: string }>>;
  compile(language: string): Uint8Array;
  sourceHash(language: string): string;
  installed(language: string): string | undefined;
}
const { NATIVE, compile, sourceHash, installed } = (await import(/* @vite-ignore */ pathToFileURL(join(FOLDER, 'build-native.mjs')).href)) as Build;

describe.each(['c', 'rust'])('the module in %s', (language) => {
  const bytes = read(`${language}/token.wasm`);

  it('was made from the sources that stand beside it', () => {
    expect(JSON.parse(readFileSync(join(FOLDER, language, 'module.json'), 'utf8'))).toEqual({
      bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), source: sourceHash(language), compiler: NATIVE[language].version,
    });
  });

  // Compilers are not the project's to install: another version, or none, and there is nothing to compare with.
  it.skipIf(installed(language) !== NATIVE[language].version)('comes out the same again', () => {
    expect(Buffer.from(compile(language)).equals(bytes)).toBe(true);
  });
});
