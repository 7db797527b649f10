/** Test files for contracts: the templates' own pass; what is wrong with a file, and what did not come as written, stands at its place. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lineAndColumn } from '../../sim/scenario/problem.ts';
import { Exit } from '../../sim/cli/context.ts';
import { runTests } from '../../sim/cli/contract-test.ts';
import { contractTestJsonSchema, readTestFile } from '../../sim/cli/contract-test-file.ts';

const CONTRACTS = join(import.meta.dirname, '../../engine/starw/contracts');
const EXAMPLES = readdirSync(CONTRACTS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.yaml')).sort();
const folder = mkdtempSync(join(tmpdir(), 'stratus-contract-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('there is one for each of the document\'s templates', () => {
  expect(EXAMPLES).toEqual(expect.arrayContaining(['dex', 'governance', 'nft', 'staking', 'token'].map((name) => join(name, `${name}.test.yaml`))));
});

it.each(EXAMPLES)('%s passes', (path) => {
  const results = runTests(readTestFile(join(CONTRACTS, path)));
  expect(results.map(({ failure }) => failure?.problem)).toEqual(results.map(() => undefined));
});

it('contract-test.schema.json is what the form generates (update: vitest -u)', async () => {
  await expect(contractTestJsonSchema()).toMatchFileSnapshot('../../sim/cli/contract-test.schema.json');
});

it.each(['c', 'rust'])('the token in %s passes the file of the one in AssemblyScript', (language) => {
  const file = join(folder, `${language}.test.yaml`);
  const module = `module: ${join(CONTRACTS, 'token', language, 'token.wasm')}, abi: ${join(CONTRACTS, 'token/abi.json')}`;
  writeFileSync(file, readFileSync(join(CONTRACTS, 'token/token.test.yaml'), 'utf8').replace('module: token.wasm', module));
  expect(runTests(readTestFile(file)).map(({ failure }) => failure?.problem)).toEqual(Array.from({ length: 5 }));
});

it('the one in the documentation passes', () => {
  const [, text] = /^```yaml\n([^]*?)^```$/m.exec(readFileSync(join(CONTRACTS, '../../../docs/contract-tests.md'), 'utf8'))!;
  const file = join(folder, 'documented.test.yaml');
  for (const name of ['token.wasm', 'abi.json']) copyFileSync(join(CONTRACTS, 'token', name), join(folder, name));
  writeFileSync(file, text);
  expect(runTests(readTestFile(file)).map(({ failure }) => failure)).toEqual([undefined]);
});

/** A file with one case of one step, after a token was deployed. */
const fileOf = (step: string, setup = '{ deploy: token, args: [1000] }'): string => {
  const file = join(folder, 'x.test.yaml');
  writeFileSync(file, `schema: stratus/contract-test/v1\ncontracts:\n  token: { module: ${join(CONTRACTS, 'token/token.wasm')} }\n  plain: { module: ${join(CONTRACTS, 'token/c/token.wasm')} }\nsetup:\n  - ${setup}\ncases:\n  - name: one\n    steps:\n      - ${step}\n`);
  return file;
};

describe('a step that does not go as written', () => {
  it.each<[string, string]>([
    ['{ call: token.transfer, args: [bob, 1001] }', 'it reverted: not covered'],
    ['{ call: token.transfer, args: [bob, 1], reverts: not covered }', 'expected it to revert: not covered, but it succeeded'],
    ['{ call: token.transfer, args: [bob, 1001], reverts: overflow }', 'expected it to revert: overflow, but it reverted: not covered'],
    ['{ call: token.transfer, args: [bob, 1], gasLimit: 22000 }', 'it failed: out-of-gas'],
    ['{ call: token.transfer, args: [bob, 1], gasLimit: 22000, fails: trap }', 'expected it to fail: trap, but it failed: out-of-gas'],
    ['{ call: token.transfer, args: [bob, 1], gasLimit: 20000 }', 'no round takes it: gas limit 20000, where the transaction takes at least 21000'],
    ['{ call: token.totalSupply, output: 999 }', 'expected output 999, got 1000'],
    ['{ call: token.totalSupply, output: [1000, 1] }', 'expected output 1000, 1, got 1000'],
    ['{ call: token.transfer, args: [bob, 1], events: [] }', 'expected events none, told were Transfer(from: alice, to: bob, amount: 1)'],
    ['{ call: token.transfer, args: [bob, 1], events: [[Transfer, alice, bob, 2]] }', 'expected events Transfer(alice, bob, 2), told were Transfer(from: alice, to: bob, amount: 1)'],
    ['{ call: token.transfer, args: [bob, 1], gas: 1 }', 'it used N gas, where 1 was expected'],
    ['{ call: token.transfer, args: [bob, 1], gas: { min: 1000000, max: 1 } }', 'it used N gas, where at least 1,000,000 and at most 1 was expected'],
    ['{ call: token.transfr }', 'no function is called `transfr`; did you mean `transfer`?'],
    ['{ call: token.transfer, args: [bob] }', 'transfer takes 2 arguments, not 1; transfer(to: address, amount: u64)'],
    ['{ call: token.transfer, args: [bobb, 1] }', 'transfer: to: no account is called `bobb`; did you mean `bob`?'],
    ['{ call: token.transfer, args: [bob, -1] }', 'transfer: amount: `-1` is no u64; write one such as `1000`'],
    ['{ call: tokn.owner }', 'no contract `tokn` is deployed: did you mean `token`?'],
    ['{ call: owner }', 'write `call: contract.function`'],
    ['{ call: token.owner, from: token }', 'nobody here has the key of `token`; one of: alice, bob, carol, dave, erin, frank'],
    ['{ deploy: tokn }', 'no contract is called `tokn`: did you mean `token`?'],
    ['{ deploy: token, args: [1] }', 'somebody is called `token` already: add `as: …`'],
    ['{ deploy: plain, args: [1] }', 'nothing describes its arguments: add `abi: FILE` to the contract'],
    ['{ deploy: plain }', 'it reverted: reason 0x02'],
    ['{ balance: bob, is: 1STR }', 'expected 1 STR, found 1000000 STR'],
    ['{ wait: 7 }', '`7` has no unit; write `7d`, `90s` or `12 rounds`'],
  ])('%s', (step, problem) => {
    const [{ failure, steps }] = runTests(readTestFile(fileOf(step.replace('wait: 7 ', 'wait: "7" '))));
    expect(failure?.problem.replace(/used [\d,]+ gas/, 'used N gas')).toBe(problem);
    expect([steps, lineAndColumn(failure!.place.source.text, failure!.place.start)]).toEqual([1, { line: 10, column: 9 }]);
  });

  it('of the setup fails the case, at its own place', () => {
    const [{ failure, steps }] = runTests(readTestFile(fileOf('{ wait: 1 round }', '{ deploy: token }')));
    expect([failure?.step, steps, lineAndColumn(failure!.place.source.text, failure!.place.start).line]).toEqual(['deploy token', 0, 6]);
  });
});

it('every case has a chain of its own', () => {
  const file = fileOf('{ call: token.burn, args: [1000] }\n  - name: two\n    steps:\n      - { call: token.totalSupply, output: 1000 }');
  expect(runTests(readTestFile(file)).map(({ failure }) => failure)).toEqual([undefined, undefined]);
});

describe('a file that is none', () => {
  const refusal = (file: string): readonly string[] => {
    try {
      readTestFile(file);
    } catch (error) {
      if (error instanceof Exit) return error.lines.map((line) => line.replaceAll(folder, ''));
      throw error;
    }
    throw new Error('it was taken');
  };
  it.each<[string, string, string]>([
    ['{ }', ':10:9: `cases[0].steps[0]`: does nothing', 'a step has one of `deploy`, `call`, `wait`, `balance`'],
    ['{ call: token.owner, wait: 1d }', ':10:9: `cases[0].steps[0]`: call and wait in one step', 'a step has one of'],
    ['{ wait: 1d, args: [1] }', ':10:9: `cases[0].steps[0]`: `args` means nothing beside `wait`', 'beside it may stand: nothing'],
    ['{ balance: bob }', ':10:9: `cases[0].steps[0]`: `balance` of how much?', 'add `is: 5STR`'],
    ['{ call: token.owner, reverts: x, fails: trap }', ':10:9: `cases[0].steps[0]`: `reverts` and `fails` in one step', 'keep one of the two'],
    ['{ call: token.owner, outptu: x }', ':10:30: unknown key `outptu` in `cases[0].steps[0]`', 'did you mean `output`?'],
    ['{ call: token.burn, args: [18446744073709551615] }', ':10:36: `cases[0].steps[0].args[0]`: is no whole number, or too large to be exact', 'quote it'],
    ['{ call: token.burn, args: 7 }', ':10:35: `cases[0].steps[0].args`: expected a list, found `7`', ''],
    ['{ call: [', ':11:1: not valid YAML', ''],
  ])('%s', (step, problem, mend) => {
    const [line, ...rest] = refusal(fileOf(step)).join('\n').split('\n');
    expect(line).toContain(`x.test.yaml${problem}`);
    expect(rest.join('\n')).toContain(mend);
  });

  it('of another kind', () => {
    const file = join(folder, 'y.yaml');
    writeFileSync(file, 'schema: stratus/scenario/v1\n');
    expect(refusal(file).join('\n')).toContain('`schema` cannot be the text `stratus/scenario/v1`');
    writeFileSync(file, '');
    expect(refusal(file).join('\n')).toContain('a test file starts with `schema: stratus/contract-test/v1`');
    expect(refusal(join(folder, 'gone.yaml')).join('\n')).toBe('/gone.yaml cannot be read: ENOENT');
  });
});
