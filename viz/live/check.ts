/** Scenario texts, with the very schema and cross checks of the command; and whether a browser can carry what they ask for. */
import { utf8 } from '../../engine/primitives/bytes.ts';
import { err, ok } from '../../engine/primitives/result.ts';
import { estimate } from '../../sim/scenario/estimate.ts';
import { loadScenario, type LoadedScenario, type ReadFile } from '../../sim/scenario/load.ts';
import { lineAndColumn, type Problem } from '../../sim/scenario/problem.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import type { Checked, Cost, TextProblem } from './messages.ts';

/** Name of the text in the editor: beside the scenarios that come along, so that it may extend them. */
const EDITED = 'scenarios/edited.yaml';

/** A tab's heap ends at about 4 GiB, and the page needs its part; estimates are good to a factor of three. */
const MEMORY_MAX = 1 << 30;
/** Processor time in Chromium with the WebAssembly backend, measured on smoke, example and reorg (x64, 2 cores, shared). */
const BROWSER_EVENTS_PER_SECOND = 100_000;
const BROWSER_TRANSACTION_SECONDS = 0.001;

/** `others`: texts by path, as `extends` names them. */
export function loadText(text: string, seed: string, others: ReadonlyMap<string, string>): ReturnType<typeof loadScenario> {
  const readFile: ReadFile = (path, bytesMax) => {
    const content = path === EDITED ? text : others.get(path);
    if (content === undefined) return err({ code: 'not-found', detail: '' });
    const bytes = utf8(content);
    return bytes.length > bytesMax ? err({ code: 'too-large', detail: `${bytes.length} bytes` }) : ok(bytes);
  };
  return loadScenario(EDITED, readFile, seed === '' ? {} : { seed });
}

export function checkText(text: string, seed: string, others: ReadonlyMap<string, string>): Checked {
  const loaded = loadText(text, seed, others);
  return loaded.ok ? described(loaded.value) : { ok: false, problems: loaded.error.problems.map(inText) };
}

/** A problem at its place in the edited text. */
export function inText({ place, file, problem, mend }: Problem): TextProblem {
  if (place?.source.name !== EDITED) return { from: -1, to: -1, line: 0, column: 0, problem: place ? `${file}: ${problem}` : problem, mend };
  const { line, column } = lineAndColumn(place.source.text, place.start);
  return { from: place.start, to: Math.max(place.end, place.start + 1), line, column, problem, mend };
}

function described({ scenario }: LoadedScenario): Checked {
  const { name, question, run, network, params } = scenario;
  const endUs = run.durationUs ?? run.rounds! * params.roundIntervalSeconds * 1_000_000;
  return { ok: true, name, question, seed: run.seed, nodes: network.totalNodes, endUs, cost: costOf(scenario), refusal: refusalOf(scenario) };
}

export function costOf(scenario: ResolvedScenario): Cost {
  const { rounds, transactions, events, memoryBytes } = estimate(scenario);
  return { rounds, transactions, events, memoryBytes, seconds: Math.ceil(events / BROWSER_EVENTS_PER_SECOND + transactions * BROWSER_TRANSACTION_SECONDS) };
}

/** Why a scenario cannot run in a browser, with what to do; undefined where it can. */
export function refusalOf(scenario: ResolvedScenario): string | undefined {
  if (scenario.network.relay === 'simblock') return 'The relay model of SimBlock runs on the command line only: npx stratus run FILE. Choose `relay: compact` to run the engine\'s own nodes here.';
  const { memoryBytes } = costOf(scenario);
  if (memoryBytes <= MEMORY_MAX) return undefined;
  return `About ${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory, and a browser tab should stay below ${MEMORY_MAX / 2 ** 30} GiB. Lower network.totalNodes, the rate, or run.duration; or run it on the command line: npx stratus run FILE, then npx stratus view.`;
}
