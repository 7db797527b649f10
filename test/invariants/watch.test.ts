import { expect, test } from 'vitest';
import { INVARIANTS, INVARIANT_IDS } from '../../sim/invariants/index.ts';
import { INVARIANT_IDS as KNOWN_IDS } from '../../sim/scenario/known.ts';
import { VIOLATIONS_KEPT } from '../../sim/invariants/watch.ts';
import { Scene } from './scene.ts';

test('scenarios know the same ids', () => expect(INVARIANT_IDS).toEqual(KNOWN_IDS));

test('each invariant answers to the id it is listed under', () => {
  const { facts } = new Scene([]);
  expect(Object.values(INVARIANTS).map((make) => make(facts).id)).toEqual(INVARIANT_IDS);
});

test('the first ten violations are kept with time and event, all are counted', () => {
  const scene = new Scene(['S7'], { clock: { nowUs: 5, event: 9 } });
  for (let i = 0; i < 12; i++) scene.verdict(scene.nodes[0], scene.branch(1), { code: 'body-mismatch', part: 'order' });
  expect(scene.watch.rows()[0].violations).toBe(12);
  expect(scene.watch.violations().length).toBe(VIOLATIONS_KEPT);
  expect(scene.watch.violations()[9]).toMatchObject({ invariant: 'S7', atUs: 5, event: 9, node: 0, round: 10 });
});

test('a round’s content is checked once, by construction at the other nodes', () => {
  const scene = new Scene(['S3'], { nodes: [{}, {}, {}, { honest: false }] });
  const head = scene.branch(2);
  for (const node of scene.nodes) scene.move(node, head);
  expect(scene.watch.rows()).toMatchObject([{ id: 'S3', evaluated: 2, byConstruction: 2, violations: 0, headroom: undefined }]);
});

test('the smallest headroom is kept', () => {
  const scene = new Scene(['M3'], { nodes: [{ sizes: [{ name: 'orphans', value: 16, max: 64 }, { name: 'peers', value: 8, max: 8 }] }] });
  for (let i = 0; i < 3; i++) scene.watch.checkpoint();
  expect(scene.watch.rows()[0].headroom).toBe(0.75);
});

const conflict = (scene: Scene): void => {
  for (const node of scene.nodes) scene.finalize(node, scene.branch(1));
};
const two = [{}, {}];
test.each([
  ['within what is claimed', {}, 1],
  ['beyond it', { facts: { beyond: true } }, 0],
  ['beyond it, and expected', { facts: { beyond: true }, suspended: ['V1'] }, 1],
])('agreement %s', (_when, options, violations) => {
  const scene = new Scene(['S1'], { nodes: two, ...options });
  conflict(scene);
  expect(scene.watch.rows()).toMatchObject([{ id: 'S1', violations, evaluated: violations }]);
});

test('what was not selected does not watch, and an unknown id is a bug', () => {
  const scene = new Scene(['S2'], { nodes: two });
  conflict(scene);
  expect(scene.watch.rows().map(({ id }) => id)).toEqual(['S2']);
  expect(scene.watch.wantsEvents).toBe(false);
  expect(() => new Scene(['S10'])).toThrow('no invariant S10');
});

test('healing is judged for its own fault, over its own bound', () => {
  const eventually = [{ id: 'V1', after: 'split', withinUs: 60e6 }, { id: 'V1', after: 'crash', withinUs: 300e6 }];
  const scene = new Scene(['V1'], { nodes: two, eventually });
  scene.watch.clock.nowUs = 100e6;
  const head = scene.branch(1);
  for (const node of scene.nodes) scene.move(node, head);
  scene.move(scene.nodes[0], scene.round(head));
  scene.watch.clock.nowUs = 200e6;
  for (const fault of ['crash', 'pause', 'split']) scene.watch.healed(fault);
  expect(scene.watch.liveness().map(({ after }) => after)).toEqual(['split']);
});

test('1,313 nodes over 100 rounds cost a fraction of a second, everything per node watching', () => {
  // Those that follow the reference model cost what a round costs, not what a node costs, and need rounds that execute.
  const perNode = INVARIANT_IDS.filter((id) => /^([SMTV]\d|L[5678])$/.test(id));
  const scene = new Scene(perNode, { nodes: Array.from({ length: 1313 }, (_, i) => ({ isolated: i < 3 })) });
  const { nodes, watch } = scene;
  const rounds = [scene.genesis];
  for (let i = 1; i <= 100; i++) rounds.push(scene.round(rounds[i - 1]));
  const before = process.cpuUsage();
  for (let i = 1; i <= 100; i++) {
    const [round, parent] = [rounds[i], rounds[i - 1]];
    watch.clock.nowUs = round.foundAtUs;
    watch.roundFound(round, nodes[0]);
    for (const node of nodes) {
      node.clockSeconds = round.round.header.time;
      node.head = round;
      watch.verdict(node, round, undefined, node.isolated);
      watch.connected(node, round, node.isolated);
      watch.headChanged(node, parent, []);
      if (i > 12) watch.finalized(node, (node.final = rounds[i - 12]));
    }
    if (i % 2 === 0) watch.checkpoint();
  }
  const { user } = process.cpuUsage(before);
  expect(watch.violations()).toEqual([]);
  console.info(`watching: ${Math.round(user / 1000)} ms of CPU`);
  // Measured: about 0.1 s; the bound leaves room for a busy machine.
  expect(user).toBeLessThan(1_000_000);
});
