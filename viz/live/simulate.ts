/**
 * One run in the worker: advanced in slices short enough that the page's wishes are heard between them, shown about twice a
 * second, changed by hand. All that it does to the run goes through `Run` (sim/run.ts), so the trace is the saved file's.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { Run } from '../../sim/run.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import type { ResolvedScenario, ScheduledFault } from '../../sim/scenario/types.ts';
import { writeScenario } from '../../sim/scenario/write.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import type { RunPort } from '../data/port.ts';
import { problemOf } from '../data/problem.ts';
import { coreOf, EventColumns, summaryOf, type Identity } from './core.ts';
import type { Act, AddedFaultStatus, LiveListener, SavedScenario, Status, Step } from './messages.ts';

/** The longest that the page waits to be heard. */
const SLICE_MS = 24;
/** A run that keeps pace with the wall clock looks at it this often. */
const IDLE_MS = 12;
/** Events between two looks at the clock. */
const BATCH = 200;
/** Versions are made this often, or seldomer where making one takes more than a tenth of the time. */
const REFRESH_MS = 500;
const REFRESH_SHARE = 10;
const STATUS_MS = 200;
/** Versions that questions may still be about. */
const VERSIONS_KEPT = 4;
const RATE_WINDOW_MS = 1_000;

interface Goal {
  readonly untilUs: number;
  readonly untilEvent: number;
  /** Until so many rounds have been found. */
  readonly untilRounds: number;
}
const ON: Goal = { untilUs: Infinity, untilEvent: Infinity, untilRounds: Infinity };

export interface Clock {
  /** Wall clock, ms. */
  now(): number;
  /** Calls back after so many ms; with 0 at once, but after what else waits to be heard. */
  after(ms: number, callback: () => void): void;
}

export class Simulated {
  private readonly run: Run;
  private readonly given: ResolvedScenario;
  private readonly crypto: Crypto;
  private readonly version: string;
  private readonly listener: LiveListener;
  private readonly clock: Clock;
  private readonly events = new EventColumns();
  private readonly ports = new Map<number, RunPort>();
  private readonly words = new Map<string, string>();
  private versions = 0;
  private phase: Status['phase'] = 'paused';
  private problem: Status['problem'];
  private goal: Goal = ON;
  private closed = false;
  private waiting = false;
  /** The run is as far as the wall clock lets it. */
  private ahead = false;
  private hashed: { readonly scenario: ResolvedScenario; readonly hash: string } | undefined;
  /** Wall clock of the next status and the next version. */
  private statusAtMs = 0;
  private versionAtMs = 0;
  /** Where the paced run began: virtual µs at wall ms. */
  private pace = { speed: Infinity, fromUs: 0, fromMs: 0 };
  private rate = { atMs: 0, events: 0, virtualUs: 0, eventsPerS: 0, virtualPerS: 0 };
  private busyMs = 0;

  constructor(scenario: ResolvedScenario, crypto: Crypto, version: string, listener: LiveListener, clock: Clock) {
    this.given = scenario;
    this.crypto = crypto;
    this.version = version;
    this.listener = listener;
    this.clock = clock;
    this.run = new Run(scenario, { crypto });
    this.show();
  }

  close(): void {
    this.closed = true;
  }

  // ── going on ────────────────────────────────────────────────────────────────────────────────────────────────────

  go(speed: number): void {
    this.aim(ON, speed);
  }

  step(step: Step): void {
    const { events, rounds } = this.run.progress;
    this.aim(step === 'event' ? { ...ON, untilEvent: events + 1 } : step === 'round' ? { ...ON, untilRounds: rounds + 1 } : { ...ON, untilUs: this.run.nextUs - 1_000 + 1_000_000 }, Infinity);
  }

  pause(): void {
    if (this.phase !== 'running') return;
    this.phase = 'paused';
    this.show();
  }

  private aim(goal: Goal, speed: number): void {
    if (this.phase === 'ended' || this.phase === 'failed') return;
    const now = this.clock.now();
    const { virtualUs, events } = this.run.progress;
    this.goal = goal;
    this.pace = { speed, fromUs: Math.max(virtualUs, this.run.nextUs - 1_000), fromMs: now };
    this.rate = { ...this.rate, atMs: now, events, virtualUs };
    this.phase = 'running';
    this.schedule();
  }

  private schedule(ms = 0): void {
    if (this.waiting) return;
    this.waiting = true;
    this.clock.after(ms, () => {
      this.waiting = false;
      if (this.closed || this.phase !== 'running') return;
      this.ahead = false;
      this.guarded(() => this.slice());
      if (this.phase === 'running') this.schedule(this.ahead ? IDLE_MS : 0);
    });
  }

  /** One slice of the run, and what there is to tell after it. */
  private slice(): void {
    const { clock, run, goal, pace } = this;
    const startMs = clock.now();
    let now = startMs;
    for (; now - startMs < SLICE_MS; now = clock.now()) {
      const paceUs = pace.speed === Infinity ? Infinity : pace.fromUs + Math.floor((now - pace.fromMs) * 1_000 * pace.speed);
      const { events, rounds } = run.progress;
      if (rounds >= goal.untilRounds) return this.stop();
      const batch = goal.untilRounds === Infinity ? BATCH : 1;
      const state = run.advance(Math.min(goal.untilUs, paceUs), Math.min(goal.untilEvent, events + batch));
      if (state === 'ended') return this.stop('ended');
      const done = run.progress.events;
      if (done >= goal.untilEvent || (done < events + batch && goal.untilUs <= paceUs)) return this.stop();
      if (done < events + batch) {
        this.ahead = true;
        break;
      }
    }
    now = clock.now();
    this.busyMs += now - startMs;
    this.measure(now);
    if (now >= this.versionAtMs) this.show();
    else if (now >= this.statusAtMs) this.tell();
  }

  private stop(phase: 'paused' | 'ended' = 'paused'): void {
    this.measure(this.clock.now(), true);
    this.phase = phase;
    this.show();
  }

  private measure(now: number, atOnce = false): void {
    const { rate } = this;
    const passedMs = now - rate.atMs;
    if (passedMs < (atOnce ? 50 : RATE_WINDOW_MS)) return;
    const { events, virtualUs } = this.run.progress;
    this.rate = { atMs: now, events, virtualUs, eventsPerS: Math.round(((events - rate.events) * 1_000) / passedMs), virtualPerS: (virtualUs - rate.virtualUs) / 1_000 / passedMs };
  }

  /** A bug ends the run, and is told. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.phase = 'failed';
      this.problem = problemOf(thrown, this.given.name);
      this.tell();
    }
  }

  // ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private tell(): void {
    this.statusAtMs = this.clock.now() + STATUS_MS;
    const { run, given, phase, problem, rate } = this;
    const { virtualUs, endUs, events, rounds, transactions } = run.progress;
    this.listener.status({
      phase, problem, name: given.name, seed: given.run.seed, virtualUs: phase === 'ended' ? endUs : Math.max(virtualUs, run.nextUs - 1_000), endUs, events, rounds, transactions,
      traceHash: run.traceHash, eventsPerS: rate.eventsPerS, virtualPerS: rate.virtualPerS, faults: this.faults(), backend: `${this.crypto.backend.signatures}, ${this.crypto.backend.hashes}`,
    });
  }

  /** A new version of the columns, then where the run stands. */
  private show(): void {
    const startMs = this.clock.now();
    const { run, phase } = this;
    const { scenario } = run;
    const record = run.record();
    const identity = this.identity(scenario);
    const summary = phase === 'ended' ? summaryOf(record, scenario, identity, Math.round(this.busyMs) / 1_000, this.crypto) : undefined;
    const { core, port } = coreOf(record, scenario, identity, this.events.upTo(record.trace), summary);
    const version = this.versions++;
    this.ports.set(version, port);
    for (const old of this.ports.keys()) if (old <= version - VERSIONS_KEPT) this.ports.delete(old);
    this.listener.version(version, phase !== 'ended', core);
    const tookMs = this.clock.now() - startMs;
    this.versionAtMs = startMs + tookMs + Math.max(REFRESH_MS, REFRESH_SHARE * tookMs);
    this.tell();
  }

  /** The port that answers about a version, or about the oldest one still kept. */
  portOf(version: number): RunPort {
    return this.ports.get(version) ?? [...this.ports.values()][0];
  }

  private identity(scenario: ResolvedScenario): Identity {
    if (this.hashed?.scenario !== scenario) this.hashed = { scenario, hash: scenarioHash(scenario, this.crypto) };
    return { hash: this.hashed.hash, version: this.version };
  }

  private faults(): AddedFaultStatus[] {
    return this.run.addedFaults.map(({ id, kind, atUs, endUs }) => ({ id, kind, what: this.words.get(id) ?? kind, atUs, endUs }));
  }

  // ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What is wrong, where it cannot be done: the scenario with it must be one that the command takes. */
  act(act: Act): string | undefined {
    const { run } = this;
    if (this.phase === 'ended' || this.phase === 'failed') return 'The run is over.';
    if (run.nextUs >= run.progress.endUs) return 'The run is about to end.';
    const taken = new Set(run.scenario.faults.scheduled.map(({ id }) => id));
    let number = 1;
    while (taken.has(`by-hand-${number}`)) number++;
    const fault = { id: `by-hand-${number}`, kind: act.kind, options: optionsOf(act), forUs: act.forUs };
    const wrong = wrongWith(run.scenario, { ...fault, atUs: run.nextUs, forUs: act.forUs ?? 1_000_000 });
    if (wrong !== undefined) return wrong;
    this.words.set(fault.id, wordsOf(act));
    run.addFault(fault);
    this.tell();
    return undefined;
  }

  end(id: string): void {
    if (this.phase === 'ended' || this.phase === 'failed') return;
    this.run.endFault(id);
    this.tell();
  }

  /** The run so far as a scenario file, with what was done by hand as scheduled faults. */
  saved(): SavedScenario {
    const { run, phase, given } = this;
    const fileName = `${given.name}-live.yaml`;
    const hash = phase === 'ended' ? [`# Trace hash there and here: ${run.traceHash}`] : [];
    const head = [`# Saved by the live view; ${run.addedFaults.length} fault(s) added by hand. Run: npx stratus run ${fileName}`, ...hash];
    return { fileName, text: `${head.join('\n')}\n${writeScenario(run.scenario)}`, command: `npx stratus run ${fileName}` };
  }
}

const optionsOf = (act: Act): Readonly<Record<string, unknown>> => ({ select: act.kind === 'partition' ? { regions: act.regions } : { nodes: act.nodes } });

const wordsOf = (act: Act): string => (act.kind === 'partition' ? `${act.regions.join(' and ')} cut off` : `node ${act.nodes.join(', ')} ${act.kind === 'crash' ? 'crashed' : 'paused'}`);

/** The first thing that the schema and the cross checks have against the scenario with this fault. Exceeding D7's bound is not one: it is saved as `beyond`. */
function wrongWith(scenario: ResolvedScenario, fault: ScheduledFault): string | undefined {
  const text = writeScenario({ ...scenario, beyond: true, faults: { ...scenario.faults, scheduled: [...scenario.faults.scheduled, fault] } });
  const loaded = loadScenario('s', () => ({ ok: true, value: utf8(text) }));
  return loaded.ok ? undefined : `${loaded.error.problems[0].problem}; ${loaded.error.problems[0].mend}`;
}
