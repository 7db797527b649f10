/** A run advanced piece by piece, with faults added by hand between the pieces, is the run of the scenario file that it saves: every byte of det/. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { detFiles } from '../../sim/report/det.ts';
import { summarize } from '../../sim/report/summary.ts';
import { Run, runScenario } from '../../sim/run.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import { writeScenario } from '../../sim/scenario/write.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { crypto as portable } from '../helpers/fixtures.ts';
import { loaded } from '../scenario/helpers.ts';

const crypto = nativeCrypto() ?? portable;

/** 18 nodes in six regions, five miners, a round each 10 s; `more` may hold faults of its own. */
const scenario = (run: string, more = ''): ResolvedScenario => loaded(`schema: stratus/scenario/v1
name: by-hand
question: Is it the same?
run: { seed: "3", ${run}, witnesses: 1 }
consensus: { roundInterval: 10s, finalityDepth: 8 }
network: { totalNodes: 18, txGossip: { batch: 500ms } }
nodes: { mining: { count: 5 }, light: { count: 2 }, validator: { count: 3, standby: true } }
workload:
  accounts: { count: 30 }
  mix: [{ kind: transfer, token: STR, weight: 3 }, { kind: nft_mint, weight: 1 }, { invalid: [bad-signature], weight: 1 }]
  rate: { unit: tx/s, stages: [{ for: 60s, at: 2 }] }
${more}`).scenario;
const FAULTS = 'faults: { scheduled: [{ id: cut, at: 25s, for: 30s, kind: partition, between: [[EUROPE], [NORTH_AMERICA]] }, { id: stop, at: 60s, for: 5s, kind: crash, select: { nodes: [1] } }] }\n';

const det = (record: RunRecord, of: ResolvedScenario): readonly unknown[] => {
  const hash = scenarioHash(of, crypto);
  return detFiles(record, of, summarize(record, of, { hash, version: '1', wall: { cpuS: 0, elapsedS: 0, peakRssBytes: 0 }, detHash: '', folder: '' }));
};

/** The run, and the run of the file that it saves. */
function expectSame(run: Run): void {
  const saved = loaded(writeScenario(run.scenario)).scenario;
  expect(saved).toEqual(run.scenario);
  const [live, again] = [run.record(), runScenario(saved, { crypto })];
  expect(again.traceHash).toBe(live.traceHash);
  expect(det(again, saved)).toEqual(det(live, run.scenario));
}

type Step = { readonly advance: { readonly ms?: number; readonly events?: number } } | { readonly add: string; readonly options: Readonly<Record<string, unknown>>; readonly forUs?: number | undefined } | { readonly end: number } | { readonly look: true };
const forUs = fc.option(fc.constantFrom(1_000, 999_000, 20_000_000, 500_000_000), { nil: undefined });
const nodes = fc.uniqueArray(fc.integer({ min: 0, max: 17 }), { minLength: 1, maxLength: 3 }).map((list) => ({ select: { nodes: list } }));
const regions = fc.constantFrom('EUROPE', 'NORTH_AMERICA', 'ASIA_PACIFIC');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(fc.constantFrom(1, 1_000, 60_000), fc.integer({ min: 1, max: 30_000 })).map((ms) => ({ advance: { ms } })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((events) => ({ advance: { events } })) },
  { weight: 2, arbitrary: fc.record({ add: fc.constant('partition'), options: fc.oneof(regions.map((region) => ({ select: { regions: [region] } })), fc.constant({ between: [['EUROPE', 'JAPAN'], ['ASIA_PACIFIC', 'NORTH_AMERICA']] }), fc.constant({ select: { shareHashPowerPpm: 400_000 } })), forUs }) },
  { weight: 2, arbitrary: fc.record({ add: fc.constantFrom('crash', 'pause'), options: fc.oneof(nodes, fc.constant({ select: { shareNodesPpm: 200_000 } })), forUs }) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map((end) => ({ end })) },
  { weight: 1, arbitrary: fc.constant({ look: true as const }) },
);

function play(run: Run, steps: readonly Step[]): void {
  let added = 0;
  for (const one of steps) {
    if ('look' in one) run.record();
    else if ('end' in one) run.endFault(`hand-${one.end}`);
    else if ('advance' in one) run.advance(one.advance.ms === undefined ? undefined : run.progress.virtualUs + one.advance.ms * 1_000, one.advance.events === undefined ? undefined : run.progress.events + one.advance.events);
    else if (!run.ended && run.nextUs < run.progress.endUs) run.addFault({ id: `hand-${added++}`, kind: one.add, options: one.options, forUs: one.forUs });
  }
}

describe('by hand', () => {
  const scenes = { duration: scenario('duration: 100s, settle: 20s'), 'its own faults': scenario('duration: 100s, settle: 20s', `${FAULTS}beyond: true\n`), rounds: scenario('rounds: 6') };
  test.each(Object.entries(scenes))('whatever is added when, with %s', (_, given) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const run = new Run(given, { crypto });
        play(run, steps);
        run.advance(600_000_000); // a run by rounds may wait for miners that somebody stopped
        if (run.advance(600_000_000) === 'ended') expectSame(run);
      }),
      { numRuns: 12 },
    );
  }, 300_000);

  test('no fault after the last event, even before the end', () => {
    const run = new Run(scenes.rounds, { crypto });
    run.advance(undefined, 1_000_000);
    expect(run.ended).toBe(true);
    expect(run.nextUs).toBeLessThan(run.progress.endUs);
    expect(() => run.addFault({ id: 'late', kind: 'crash', options: { select: { nodes: [1] } } })).toThrow(Bug);
    expectSame(run);
  });

  test('in pieces or in one, and looked at meanwhile: the same record', () => {
    const given = scenes['its own faults'];
    const whole = runScenario(given, { crypto });
    const run = new Run(given, { crypto });
    for (let ms = 1; run.advance(ms * 1_000) !== 'ended'; ms = ms * 2) run.record();
    expect(det(run.record(), given)).toEqual(det(whole, given));
    const single = new Run(given, { crypto });
    for (let event = 1; single.advance(undefined, event) !== 'ended'; event += 7) continue;
    expect(single.traceHash).toBe(whole.traceHash);
  });

  test('a cut at a whole second comes before what else happens then, as in a file', () => {
    const run = new Run(scenes.duration, { crypto });
    run.advance(59_999_999);
    expect(run.nextUs).toBe(60_000_000);
    run.addFault({ id: 'hand', kind: 'partition', options: { select: { regions: ['EUROPE'] } } });
    run.advance(69_999_500);
    run.endFault('hand');
    expect(run.addedFaults).toEqual([{ id: 'hand', kind: 'partition', atUs: 60_000_000, endUs: 70_000_000 }]);
    expect(run.advance()).toBe('ended');
    expectSame(run);
    expect(() => run.addFault({ id: 'late', kind: 'crash', options: {} })).toThrow(Bug);
  });

  test('a cut too long for finality is saved as beyond, and agreement is suspended in both', () => {
    const run = new Run(scenario('duration: 200s'), { crypto });
    run.advance(20_000_000);
    run.addFault({ id: 'hand', kind: 'partition', options: { select: { regions: ['EUROPE'] } } });
    run.advance();
    expect(run.scenario.beyond).toBe(true);
    expectSame(run);
  });
});
