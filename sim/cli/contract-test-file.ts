/**
 * Test files for contracts: YAML, `stratus/contract-test/v1`. Form and example: docs/contract-tests.md.
 *
 * Reading one checks its form; what its steps mean (names, arguments, outcomes) is checked as they run, each on its place.
 */
import { z } from 'zod';
import { utf8Decode } from '../../engine/primitives/bytes.ts';
import { besides } from '../scenario/load.ts';
import { problemsOf } from '../scenario/issues.ts';
import type { Place, Problem } from '../scenario/problem.ts';
import { placeOf, plain, readTree, Refusal, type Tree } from '../scenario/tree.ts';
import { invalid } from './context.ts';
import { CONTRACT_NAME } from './chain-file.ts';
import { abiBeside, readAbi, readModule, type AbiFile } from './contract-files.ts';

export const CONTRACT_TEST_SCHEMA = 'stratus/contract-test/v1';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** As people write it: numbers that a program would round are refused. */
const written = scalar.refine((value) => typeof value !== 'number' || Number.isSafeInteger(value), { error: 'is no whole number, or too large to be exact', params: { mend: 'quote it: "18446744073709551615"' } }).transform(String);
const gas = z.union([z.int(), z.strictObject({ min: z.int().optional(), max: z.int().optional() })]);

const step = z
  .strictObject({
    deploy: z.string().optional().describe('Deploys one of `contracts`.'),
    as: z.string().regex(CONTRACT_NAME, { error: 'not a name' }).optional(),
    call: z.string().optional().describe('`contract.function`: a transaction, or a question where the description says `view`.'),
    wait: z.string().optional().describe('Lets time pass: `7d`, `90s`, `12 rounds`.'),
    balance: z.string().optional().describe('Whose STR it is, fees aside; `is` says how much.'),
    from: z.string().optional().describe('Who signs: alice, bob, carol, dave, erin, frank. Default alice.'),
    args: z.array(written).optional().describe('Arguments, as on the command line.'),
    value: written.optional().describe('STR that goes along: `1.5STR`, or base units.'),
    gasLimit: z.int().min(0).optional(),
    output: z.union([written, z.array(written)]).optional().describe('What it must hand back.'),
    events: z.array(z.array(written).min(1)).optional().describe('All that must be told, in order: `[topic, value, …]` each.'),
    reverts: written.optional().describe('It must revert with this reason.'),
    fails: z.string().optional().describe('It must fail with this status.'),
    gas: gas.optional().describe('Gas that the receipt must say: a number, or `{ min, max }`.'),
    is: written.optional(),
  })
  .superRefine((value, context) => {
    const kinds = (['deploy', 'call', 'wait', 'balance'] as const).filter((kind) => value[kind] !== undefined);
    const say = (message: string, mend: string): void => context.addIssue({ code: 'custom', message, params: { mend } });
    if (kinds.length !== 1) return say(kinds.length === 0 ? 'does nothing' : `${kinds.join(' and ')} in one step`, 'a step has one of `deploy`, `call`, `wait`, `balance`');
    const [kind] = kinds;
    const odd = Object.keys(value).find((key) => !KEYS[kind].includes(key) && value[key as keyof typeof value] !== undefined);
    if (odd !== undefined) say(`\`${odd}\` means nothing beside \`${kind}\``, `beside it may stand: ${KEYS[kind].slice(1).join(', ') || 'nothing'}`);
    else if (kind === 'balance' && value.is === undefined) say('`balance` of how much?', 'add `is: 5STR`');
    else if (value.reverts !== undefined && value.fails !== undefined) say('`reverts` and `fails` in one step', 'a revert is one way to fail: keep one of the two');
  });

const SENT = ['from', 'args', 'value', 'gasLimit', 'output', 'events', 'reverts', 'fails', 'gas'];
/** What may stand in a step of each kind. */
const KEYS: Readonly<Record<'deploy' | 'call' | 'wait' | 'balance', readonly string[]>> = { deploy: ['deploy', 'as', ...SENT], call: ['call', ...SENT], wait: ['wait'], balance: ['balance', 'is'] };

const schema = z.strictObject({
  schema: z.literal(CONTRACT_TEST_SCHEMA),
  contracts: z.record(z.string().regex(CONTRACT_NAME, { error: 'not a name' }), z.strictObject({ module: z.string().min(1), abi: z.string().min(1).optional() })),
  setup: z.array(step).optional(),
  cases: z.array(z.strictObject({ name: z.string().min(1), steps: z.array(step).min(1) })).min(1),
});

/** For editors: contract-test.schema.json beside this file is its committed output. */
export const contractTestJsonSchema = (): string => `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'ref' }), undefined, 2)}\n`;

/** A step as it was written, and what must come of it. */
export type Expected = z.output<typeof step>;
/** A step and where it stands. */
export interface TestStep {
  readonly what: Expected;
  readonly place: Place;
}
/** Steps on one chain. */
export interface TestCase {
  readonly name: string;
  /** The file's `setup` first. */
  readonly steps: readonly TestStep[];
}
/** What `deploy` deploys. */
export interface TestContract {
  readonly module: Uint8Array;
  readonly abi: AbiFile | undefined;
}
/** A test file with all that it names, read. */
export interface TestFile {
  readonly file: string;
  readonly contracts: ReadonlyMap<string, TestContract>;
  readonly cases: readonly TestCase[];
}

/** Reads a test file, its modules and their descriptions; one that is wrong ends the command. */
export function readTestFile(file: string): TestFile {
  const tree = treeOf(file);
  const parsed = schema.safeParse(plain(tree));
  if (!parsed.success) throw invalid(problemsOf(schema, tree, parsed.error.issues, file).map(ownWords));
  const { contracts, setup = [], cases } = parsed.data;
  const stepsAt = (steps: readonly Expected[], path: readonly PropertyKey[]): TestStep[] => steps.map((what, i) => ({ what, place: placeOf(tree, [...path, i]) }));
  const first = stepsAt(setup, ['setup']);
  return {
    file,
    contracts: new Map(Object.entries(contracts).map(([name, { module, abi }]) => {
      const path = besides(file, module);
      return [name, { module: readModule(path), abi: abi === undefined ? abiBeside(path) : readAbi(besides(file, abi)) }];
    })),
    cases: cases.map(({ name, steps }, i) => ({ name, steps: [...first, ...stepsAt(steps, ['cases', i, 'steps'])] })),
  };
}

function treeOf(file: string): Tree {
  const text = utf8Decode(readModule(file));
  if (text === undefined) throw invalid([{ file, place: undefined, problem: 'not a text file (not UTF-8)', mend: 'a test file is YAML text' }]);
  try {
    return readTree({ name: file, text: text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n') }, 'map');
  } catch (error) {
    if (error instanceof Refusal) throw invalid([ownWords(error.problem)]);
    throw error;
  }
}

/** The reader's remedies speak of scenarios, whose files it was written for. */
const ownWords = (problem: Problem): Problem => ({
  ...problem,
  problem: problem.problem.replace('the scenario', 'the file').replace('that a scenario can hold', 'that a test file can hold'),
  mend: problem.mend.replace('stratus/scenario/v1', CONTRACT_TEST_SCHEMA).replace('a scenario starts', 'a test file starts').replace('one scenario a file', 'one document a file'),
});
