/** `stratus contract test`: test files for contracts. */
import type { Command } from 'commander';
import { EXIT } from '../../report/verdict.ts';
import { grouped } from '../../report/format.ts';
import { lineAndColumn } from '../../scenario/problem.ts';
import { runTests, type CaseResult } from '../contract-test.ts';
import { readTestFile } from '../contract-test-file.ts';
import { globals, PAINT, say, sayJson } from '../context.ts';
import { fromHere } from '../files.ts';

export function registerContractTest(contract: Command, end: (code: number) => void): void {
  contract
    .command('test')
    .summary('run test files for contracts')
    .description('Runs tables of deployments and calls with what must come of them (docs/contract-tests.md), every case on a fresh chain of its own.')
    .argument('<file...>', 'test files (YAML)')
    .addHelpText('after', `
Examples:
  stratus contract test token.test.yaml
  stratus contract test engine/starw/contracts/*/*.test.yaml --json

Exit codes:
  0 all passed · 3 a test file, module or description is refused · 10 a case failed`)
    .action((files: string[], _flags: object, command: Command) => {
      const { json } = globals(command);
      const results = files.map((file) => readTestFile(file)).map((read) => ({ file: read.file, cases: runTests(read) }));
      const all = results.flatMap(({ cases }) => cases);
      const failed = all.filter(({ failure }) => failure !== undefined).length;
      const exitCode = failed === 0 ? EXIT.pass : EXIT.safety;
      if (json) sayJson({ schema: 'stratus/contract-test-result/v1', exitCode, passed: all.length - failed, failed, files: results.map(({ file, cases }) => ({ file, cases: cases.map(caseJson) })) });
      else {
        for (const { file, cases } of results) for (const one of cases) say(caseText(fromHere(file), one));
        say(`${all.length - failed} passed, ${failed} failed`);
      }
      end(exitCode);
    });
}

const caseText = (file: string, { name, failure, steps, gasUsed }: CaseResult): string => {
  if (failure === undefined) return `${PAINT.good('ok')}    ${file}  ${name}${PAINT.quiet(`  ${grouped(steps)} steps, ${grouped(gasUsed)} gas`)}`;
  const { line, column } = lineAndColumn(failure.place.source.text, failure.place.start);
  return `${PAINT.bad('FAIL')}  ${file}  ${name}\n      ${file}:${line}:${column}  ${failure.step}: ${failure.problem}`;
};

function caseJson({ name, failure, steps, gasUsed }: CaseResult): object {
  const at = failure === undefined ? undefined : lineAndColumn(failure.place.source.text, failure.place.start);
  return { name, ok: failure === undefined, steps, gasUsed, failure: failure === undefined ? null : { line: at!.line, column: at!.column, step: failure.step, problem: failure.problem } };
}
