/** Names that scenarios may use, held against where they are defined. */
import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../../sim/invariants/index.ts';
import { FAULTS } from '../../sim/faults/index.ts';
import { FAULT_KINDS } from '../../sim/scenario/fault-options.ts';
import { INVARIANT_IDS } from '../../sim/scenario/known.ts';
import { committed, loaded, SMALL } from './helpers.ts';

it('every invariant that a scenario can name exists', () => expect([...INVARIANT_IDS].sort()).toEqual(Object.keys(INVARIANTS).sort()));
it('every fault that a scenario can schedule exists', () => expect(FAULT_KINDS.map((f) => f.kind).sort()).toEqual(Object.keys(FAULTS).sort()));
describe('the example of every fault is valid', () => {
  it.each(FAULT_KINDS.map((f) => [f.kind, f.example]))('%s', (kind, example) => {
    const { scenario } = loaded(`${SMALL.replace('10m', '2h')}faults: { scheduled: [${example}] }\n`);
    expect(scenario.faults.scheduled[0].kind).toBe(kind);
  });
});
it('the committed scenarios together must exercise every invariant', () => {
  const exercised = new Set(committed.flatMap(([, text]) => loaded(text).scenario.invariants.mustExercise));
  expect(INVARIANT_IDS.filter((id) => !exercised.has(id))).toEqual([]);
});
