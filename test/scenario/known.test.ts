/** Names that scenarios may use, held against where they are defined. */
import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../../sim/invariants/index.ts';
import { FAULTS } from '../../sim/faults/index.ts';
import { INVARIANT_IDS } from '../../sim/scenario/known.ts';
import { committed, loaded, SMALL } from './helpers.ts';

it('every invariant that a scenario can name exists', () => expect([...INVARIANT_IDS].sort()).toEqual(Object.keys(INVARIANTS).sort()));
it('every fault goes by its own name', () => expect(Object.values(FAULTS).map((f) => f.kind)).toEqual(Object.keys(FAULTS)));
describe('the example of every fault is valid', () => {
  it.each(Object.values(FAULTS).map((f) => [f.kind, f.example]))('%s', (kind, example) => {
    const { scenario } = loaded(`${SMALL.replace('10m', '2h')}faults: { scheduled: [${example}] }\n`);
    expect(scenario.faults.scheduled[0].kind).toBe(kind);
  });
});
it('the committed scenarios together must exercise every invariant', () => {
  const exercised = new Set(committed.flatMap(([, text]) => loaded(text).scenario.invariants.mustExercise));
  expect(INVARIANT_IDS.filter((id) => !exercised.has(id))).toEqual([]);
});
