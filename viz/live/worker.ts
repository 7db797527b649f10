/** The worker that simulates: the very engine and simulator of the command, with cryptography in WebAssembly. */
import { expose, transfer } from 'comlink';
import { z } from 'zod';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import type { RunCore } from '../data/port.ts';
import { buffersIn } from '../data/port.ts';
import { PROBLEMS, problemOf } from '../data/problem.ts';
import type { Problem } from '../data/run-data.ts';
import { checkText, loadText, refusalOf } from './check.ts';
import type { LiveListener, LiveWorker, ScenarioFile } from './messages.ts';
import { Simulated, type Clock } from './simulate.ts';

// The page's policy forbids code out of texts, which zod would otherwise make of its schemas.
z.config({ jitless: true });

/** Put in by vite.config.ts. */
declare const STRATUS_VERSION: string;

/** The committed scenarios, by path as `extends` of the edited text finds them. */
const FILES = new Map(Object.entries(import.meta.glob<string>('../../scenarios/*.{yaml,csv}', { query: '?raw', import: 'default', eager: true })).map(([path, text]) => [path.replace('../../', ''), text]));

/** Messages of this channel come after those that wait already, and without the delay that timers have. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
const clock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    if (ms > 0) return void setTimeout(callback, ms);
    waiting.push(callback);
    channel.port2.postMessage(undefined);
  },
};

let simulated: Simulated | undefined;
let made: Crypto | undefined;

/** In WebAssembly where this browser has it; the trace is the same. */
function crypto(): Crypto {
  try {
    return (made ??= portableCrypto());
  } catch {
    return (made ??= nobleCrypto);
  }
}

/** Columns go to the page without being copied. */
const telling = (listener: LiveListener): LiveListener => ({
  status: (status) => void listener.status(status),
  version: (number, live, core: RunCore) => void listener.version(number, live, transfer(core, buffersIn(core))),
});

const worker: LiveWorker = {
  scenarios: () => [...FILES].flatMap(([path, text]): ScenarioFile[] => {
    const name = /([^/]+)\.yaml$/.exec(path)?.[1];
    const checked = name === undefined ? undefined : checkText(text, '', FILES);
    return name === undefined || !checked?.ok ? [] : [{ name, text, question: checked.question }];
  }),
  check: (text, seed) => checkText(text, seed, FILES),
  async make(text, seed, listener): Promise<Problem | undefined> {
    simulated?.close();
    simulated = undefined;
    try {
      const loaded = loadText(text, seed, FILES);
      if (!loaded.ok) return PROBLEMS.malformed('the scenario', loaded.error.problems[0].problem);
      const refusal = refusalOf(loaded.value.scenario);
      if (refusal !== undefined) return PROBLEMS.tooLarge(loaded.value.scenario.name, refusal);
      simulated = new Simulated(loaded.value.scenario, crypto(), STRATUS_VERSION, telling(listener), clock);
      return undefined;
    } catch (thrown) {
      return problemOf(thrown, 'the simulation');
    }
  },
  run: (speed) => simulated?.go(speed),
  pause: () => simulated?.pause(),
  step: (step) => simulated?.step(step),
  act: (act) => simulated?.act(act),
  end: (id) => simulated?.end(id),
  saved: () => simulated?.saved(),
  async ask(version, method, argument) {
    if (!simulated) throw PROBLEMS.failed('live', 'the run was asked before it was made');
    try {
      const answer = await (simulated.portOf(version)[method] as (argument: unknown) => Promise<never>)(argument);
      // Coverage is kept by the model for the next question; the rest is made for this one.
      return method === 'coverage' ? answer : transfer(answer, buffersIn(answer));
    } catch (thrown) {
      throw problemOf(thrown, 'live') satisfies Problem;
    }
  },
};
expose(worker);
