/** Random scenarios are ordinary files: the loader takes each, writes it back, and finds `beyond` where D7 asks for it. */
import { expect, it } from 'vitest';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { choices } from '../../sim/fuzz/choices.ts';
import { compose, loadText, toYaml } from '../../sim/fuzz/compose.ts';
import { choose, drawSeed, generate } from '../../sim/fuzz/generate.ts';
import { simpler } from '../../sim/fuzz/simplify.ts';
import { NEGLIGIBLE } from '../../sim/scenario/finality-risk.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { writeScenario } from '../../sim/scenario/write.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);

it('every seed gives one small scenario, always the same, that survives being written and read', () => {
  const hashes = new Set<string>();
  for (const seed of SEEDS) {
    const text = toYaml(generate(seed, crypto));
    const { scenario, risk } = loadText(text);
    expect(scenario.network.totalNodes).toBeGreaterThanOrEqual(3);
    expect(scenario.network.totalNodes).toBeLessThanOrEqual(16);
    expect([scenario.run.seed, scenario.run.isolated, scenario.invariants.always]).toEqual([String(seed), true, 'all']);
    if (risk.probability > NEGLIGIBLE) expect(scenario.beyond).toBe(true);
    expect(scenarioHash(loadText(writeScenario(scenario)).scenario, crypto)).toBe(scenarioHash(scenario, crypto));
    hashes.add(scenarioHash(scenario, crypto));
  }
  expect(hashes.size).toBe(SEEDS.length);
  expect(toYaml(generate(7, crypto))).toBe(toYaml(generate(7, crypto)));
});

it('they vary: every kind of node, fault, relay and limit, with and without `beyond`', () => {
  const all = SEEDS.map((seed) => loadText(toYaml(generate(seed, crypto))).scenario);
  const share = (of: (s: (typeof all)[number]) => boolean): number => all.filter(of).length / all.length;
  for (const kind of ['partition', 'crash', 'pause']) expect(share((s) => s.faults.scheduled.some((fault) => fault.kind === kind))).toBeGreaterThan(0.2);
  for (const kind of ['validator', 'light', 'archive', 'full'] as const) expect(share((s) => s.nodes[kind].count > 0)).toBeGreaterThan(0.3);
  expect(share((s) => s.network.relay === 'full')).toBeGreaterThan(0.3);
  expect(share((s) => s.beyond)).toBeGreaterThan(0.1);
  expect(share((s) => s.beyond)).toBeLessThan(0.5);
  expect(share((s) => s.pool.txsMax <= 40)).toBeGreaterThan(0.2);
  expect(share((s) => s.faults.random.crashPerNodeHourMilli > 0 || s.faults.random.packetDropPpm > 0)).toBeGreaterThan(0.3);
});

it('simpler variants are valid too, and fast-check can go on from each', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const from = choose(seed, crypto);
    for (const variant of simpler(from)) {
      loadText(toYaml(compose(variant, '1')));
      expect(choices.canShrinkWithoutContext(variant)).toBe(true);
    }
  }
});

it('seeds that follow each other have draws that have nothing in common', () => {
  expect(new Set(SEEDS.map((seed) => drawSeed(seed, crypto) & 255)).size).toBeGreaterThan(100);
});
