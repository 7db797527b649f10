/** Problems of data, made in one place so that every message says what, where and what to do. */
import type { Problem } from './run-data.ts';

const AGAIN = 'Run the scenario again, or fetch the folder anew.';

export const PROBLEMS = {
  notFound: (where: string): Problem => ({ code: 'not-found', what: 'A file of the run folder is missing.', where, remedy: 'Give the whole folder that `stratus run` wrote, with its `det/` part.' }),
  noSuchRun: (key: string): Problem => ({ code: 'not-found', what: 'There is no run of this name here.', where: key, remedy: 'Choose another one from the list above, or open its folder.' }),
  unreachable: (where: string, why: string): Problem => ({ code: 'unreachable', what: `The run cannot be read: ${why}.`, where, remedy: 'See whether `stratus view` is still running, then reload this page.' }),
  notARun: (where: string): Problem => ({ code: 'not-a-run', what: 'This is not a run folder.', where, remedy: 'Give a folder with `manifest.json`, `summary.json` and `det/`, as `stratus run` writes it into `reports/`.' }),
  truncated: (where: string, detail: string): Problem => ({ code: 'truncated', what: `The file ends too early: ${detail}.`, where, remedy: AGAIN }),
  altered: (where: string): Problem => ({ code: 'altered', what: 'The file is not what the run wrote: its SHA-256 differs from the one in SHA256SUMS.', where, remedy: `What is shown may be wrong. ${AGAIN}` }),
  malformed: (where: string, detail: string): Problem => ({ code: 'malformed', what: `The file is not in its format: ${detail}.`, where, remedy: AGAIN }),
  tooLarge: (where: string, detail: string): Problem => ({ code: 'too-large', what: `The file is too large for a browser: ${detail}.`, where, remedy: 'Look at a smaller run, or read the file with a program (reports/README.md says what is in it).' }),
  unknownVersion: (where: string, seen: string): Problem => ({ code: 'unknown-version', what: `The format is ${seen}, which this page does not know.`, where, remedy: 'Use the page of the version that made the run (`stratus view` there), or run the scenario again.' }),
  failed: (where: string, detail: string): Problem => ({ code: 'failed', what: `This page has a bug: ${detail}`, where, remedy: 'Reload the page. If it happens again, report it with the address.' }),
} as const;

export const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null && 'code' in value && 'what' in value && 'where' in value && 'remedy' in value;

/** Whatever was thrown, as a problem. */
export const problemOf = (thrown: unknown, where: string): Problem => (isProblem(thrown) ? thrown : PROBLEMS.failed(where, thrown instanceof Error ? thrown.message : String(thrown)));
