/** The state of the page without a page: store, address, marks of the event rail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileFolder } from '../../viz/data/folder.ts';
import { openRun } from '../../viz/data/load.ts';
import { runDataOf } from '../../viz/data/port.ts';
import type { RunData } from '../../viz/data/run-data.ts';
import { stepUs } from '../../viz/frame/cursor.ts';
import { addressOf, readAddress, replayLine, secondsText, THEMES } from '../../viz/state/address.ts';
import { marksOf, stopAfter, stopBefore, stopsOf } from '../../viz/state/rail.ts';
import { INITIAL, makeStore, type State } from '../../viz/state/store.ts';
import { parseMoment } from '../../sim/scenario/moment.ts';
import { runFiles, type RunShape } from './make-run.ts';

async function runOf(shape: RunShape): Promise<RunData> {
  const files = runFiles(shape);
  const { core, port } = await openRun(fileFolder('made/', new Map([...files].map(([path, content]) => [path, new Blob([content as BlobPart])]))));
  return runDataOf({ key: 'made', version: 0, live: false }, core, port, () => undefined);
}

/** A store whose next frame comes when the test says so. */
function stood(initial: State): { readonly store: ReturnType<typeof makeStore>; frame(): void; readonly heard: [State, State][] } {
  const waiting: (() => void)[] = [];
  const heard: [State, State][] = [];
  const store = makeStore(initial, (callback) => void waiting.push(callback));
  store.subscribe((state, before) => void heard.push([state, before]));
  return { store, heard, frame: () => waiting.splice(0).forEach((callback) => callback()) };
}

describe('the store', () => {
  it('tells of many changes once, with the state before the first', () => {
    const { store, frame, heard } = stood(INITIAL);
    store.set({ timeUs: 1 });
    store.set({ timeUs: 2 });
    store.select({ node: 3 });
    expect(heard).toEqual([]);
    frame();
    expect(heard.map(([now, before]) => [before.timeUs, now.timeUs, now.selection.node])).toEqual([[0, 2, 3]]);
    frame();
    expect(heard).toHaveLength(1);
  });

  it('says nothing where nothing changed', () => {
    const { store, frame, heard } = stood(INITIAL);
    store.set({ timeUs: 0, view: INITIAL.view });
    store.select({ node: undefined });
    frame();
    expect(heard).toEqual([]);
  });

  it('keeps cursor and selection inside the run', async () => {
    const run = await runOf({ nodes: 12, rounds: 10 });
    fc.assert(fc.property(fc.double({ noNaN: true }), fc.integer({ min: -5, max: 30 }), fc.integer({ min: -5, max: 30 }), (timeUs, node, round) => {
      const { store } = stood({ ...INITIAL, run });
      store.set({ timeUs, selection: { node, round } });
      const { timeUs: kept, selection } = store.get();
      expect(Number.isInteger(kept) && kept >= 0 && kept <= run.facts.endUs).toBe(true);
      expect(selection.node).toBe(node >= 0 && node < 12 ? node : undefined);
      expect(selection.round).toBe(round >= 0 && round < 10 ? round : undefined);
    }));
  });

  it('options of a view come and go', () => {
    const { store } = stood(INITIAL);
    store.option('by', 'region');
    expect(store.get().options).toEqual({ by: 'region' });
    store.option('by', undefined);
    expect(store.get().options).toEqual({});
  });
});

describe('the address', () => {
  const VIEWS = ['overview', 'forks', 'nodes'];
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const addressed = fc.record({
    runKey: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), otherKey: fc.string({ maxLength: 60 }), view: fc.constantFrom(...VIEWS), timeUs: fc.integer({ min: 0, max: 10 ** 14 }),
    selection: fc.record({ node: optional(fc.nat(999_999)), round: optional(fc.nat(999_999)), transaction: optional(fc.stringMatching(/^[0-9a-f]{64}$/)), ledger: optional(fc.constantFrom('main', 'ccos')) }),
    filter: fc.string({ maxLength: 60 }), theme: fc.constantFrom(...THEMES), tables: fc.boolean(),
    options: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,10}$/), fc.string({ maxLength: 30 }), { maxKeys: 4, noNullPrototype: true }),
  });

  it('is the state: there and back', () => {
    fc.assert(fc.property(addressed, (state) => {
      expect(readAddress(addressOf(state), VIEWS)).toEqual(state);
    }), { numRuns: 500 });
  });

  it('of any text is a state that exists', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `#run=${text}&t=${text}&node=${text}&theme=${text}&o.x=${text}`)), (text) => {
      const state = readAddress(text, VIEWS);
      expect(VIEWS).toContain(state.view);
      expect(THEMES).toContain(state.theme);
      expect(Number.isInteger(state.timeUs) && state.timeUs >= 0).toBe(true);
    }), { numRuns: 500 });
  });

  it('has whole microseconds in seconds', () => {
    expect([0, 1, 1_500_000, 321_000_001, 60_000_000].map(secondsText)).toEqual(['0', '0.000001', '1.5', '321.000001', '60']);
  });

  it('gives a moment that `stratus replay` reads', () => {
    const line = replayLine({ scenario: { hash: 'ab'.repeat(32) }, seed: '2026', version: '0.1.0' }, 12_345_678);
    expect(parseMoment(line.replace('stratus replay ', ''))).toEqual({ hash: 'abababababab', seed: '2026', version: '0.1.0', at: { atUs: 12_345_678 } });
  });
});

describe('the event rail', () => {
  it('has every fault, fork, violation, and each reorganisation and activation in some mark', async () => {
    const run = await runOf({ nodes: 100, rounds: 80, violations: 2 });
    const marks = marksOf(run);
    const of = (lane: string) => marks.filter((mark) => mark.lane === lane);
    expect(of('fault').map(({ fromUs, toUs, label }) => [fromUs, toUs, label])).toEqual([[run.facts.endUs * 0.4, run.facts.endUs * 0.45, 'partition “cut” (33 nodes)']]);
    expect(of('fork').map(({ selection }) => selection.round)).toEqual(Array.from(run.forks.tip));
    expect(of('violation')).toHaveLength(2);
    for (const [lane, times] of [['reorg', run.events.reorg.atUs], ['activation', run.events.activation.atUs]] as const) {
      expect(Array.from(times).filter((at) => !of(lane).some(({ fromUs, toUs }) => fromUs <= at && at <= toUs))).toEqual([]);
    }
    expect(marks.map(({ fromUs }) => fromUs)).toEqual(marks.map(({ fromUs }) => fromUs).sort((a, b) => a - b));
  });

  it('jumps go to every stop once, there and back', async () => {
    const run = await runOf({ nodes: 30, rounds: 60 });
    const stops = stopsOf(marksOf(run));
    const [there, back]: number[][] = [[], []];
    for (let at: number | undefined = -1; (at = stopAfter(stops, at)) !== undefined; ) there.push(at);
    for (let at: number | undefined = Infinity; (at = stopBefore(stops, at)) !== undefined; ) back.push(at);
    expect(there).toEqual(stops);
    expect(back.reverse()).toEqual(stops);
  });
});

it('steps are round numbers, some 500 to a run', () => {
  fc.assert(fc.property(fc.integer({ min: 1_000, max: 10 ** 13 }), (endUs) => {
    const step = stepUs(endUs);
    expect(String(step)).toMatch(/^[125]0*$/);
    expect(endUs / step).toBeLessThanOrEqual(500);
    expect(endUs / step).toBeGreaterThan(150);
  }));
});
