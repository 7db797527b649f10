/** Fork choice (D7) on drawn trees: what arrives, in which order, and which head and events follow. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { BestChain } from '../../engine/chain/best-chain.ts';
import type { Executor } from '../../engine/chain/executor.ts';
import { Registry, type RoundRef } from '../../engine/chain/registry.ts';
import type { Round } from '../../engine/chain/types.ts';
import { testGenesis } from '../helpers/fixtures.ts';

const genesis = testGenesis();
/** Work 2 each, the genesis target; with `!`, half the target: work 4. */
const BITS = { normal: 0x207fffff, heavy: 0x203fffff };

interface Drawn {
  readonly registry: Registry;
  readonly refs: Map<string, RoundRef>;
  readonly chain: BestChain;
  /** `verdict a1 ok`, `final g`, …, since last read. */
  read(): string[];
  /** `a1`: header and body; `h:a1`: header only; `b:a1`: body of a known header. */
  arrive(step: string): string;
  readonly executed: string[];
}

/** Draws `g-a1-a2-a3!, a1-b2` on genesis g; rounds named in `invalid` fail when executed. */
function draw(tree: string, invalid = '', finalityDepth = 12): Drawn {
  const registry = new Registry(genesis);
  const refs = new Map<string, RoundRef>([['g', 0]]);
  const names = ['g'];
  for (const branch of tree.split(',')) {
    branch.trim().split('-').reduce((parent, label) => {
      const name = label.replace('!', '');
      if (refs.has(name)) return name;
      const record = registry.rounds[refs.get(parent)!];
      const header = { ...record.header, parent: record.hash, number: record.number + 1, bits: label.endsWith('!') ? BITS.heavy : BITS.normal };
      refs.set(name, registry.addRound({ hash: name, header, ledgers: [], transactions: [] } as unknown as Round));
      names.push(name);
      return name;
    });
  }
  let told: string[] = [];
  const executed: string[] = [];
  const bad = new Set(invalid.split(' ').map((name) => refs.get(name)));
  const executor = {
    execute(ref: RoundRef) {
      executed.push(names[ref]);
      return bad.has(ref) ? { code: 'seal' } : undefined;
    },
    stateAt: () => undefined,
  } as unknown as Executor;
  const chain = new BestChain(registry, executor, { ...genesis.params, finalityDepth }, {
    verdict: (ref, error) => told.push(`verdict ${names[ref]} ${error === undefined ? 'ok' : 'bad'}`),
    connected: (ref) => told.push(`+${names[ref]}`),
    disconnected: (ref) => told.push(`-${names[ref]}`),
    final: (ref) => told.push(`final ${names[ref]}`),
    finalityConflict: (final, heavier) => told.push(`conflict ${names[final]} ${names[heavier]}`),
  });
  return {
    registry,
    refs,
    chain,
    executed,
    read: () => {
      const all = told;
      told = [];
      return all;
    },
    arrive(step) {
      const ref = refs.get(step.replace(/^[hb]:/, ''))!;
      if (!step.startsWith('b:')) chain.addHeader(ref);
      if (!step.startsWith('h:') && chain.addBody(ref)) chain.advanceFinal();
      return names[chain.head];
    },
  };
}

describe('head after each arrival', () => {
  test.each<[title: string, tree: string, arrivals: string, invalid?: string]>([
    ['a chain grows', 'g-a1-a2', 'a1=a1 a2=a2'],
    ['on equal work the first seen stays', 'g-a1, g-b1', 'b1=b1 a1=b1'],
    ['more work wins, not more rounds', 'g-a1-a2, g-b1!-b2', 'a1=a1 a2=a2 b1=a2 b2=b2'],
    ['equal work by a shorter branch does not win', 'g-a1-a2, g-b1!', 'a1=a1 a2=a2 b1=a2'],
    ['bodies out of order: nothing moves until the branch is whole', 'g-a1-a2-a3', 'a3=g a2=g a1=a3'],
    ['a gap hides the heavier branch, filling it shows it', 'g-a1, g-b1-b2-b3', 'a1=a1 b1=a1 b3=a1 b2=b3'],
    ['two branches complete at once: the heavier', 'g-a1-a2, a1-b2!', 'a2=g b2=g a1=b2'],
    ['two equal branches complete at once: whose end was here first', 'g-a1-a2, a1-b2', 'b2=g a2=g a1=b2'],
    ['and the other way round', 'g-a1-a2, a1-b2', 'a2=g b2=g a1=a2'],
    ['headers alone move no full node', 'g-a1-a2', 'h:a1=g h:a2=g b:a1=a1 b:a2=a2'],
    ['invalid end: its parent is still better than the head', 'g-a1, g-b1-b2-b3', 'a1=a1 b3=a1 b2=a1 b1=b2', 'b3'],
    ['invalid branch: the next best is taken', 'g-a1, g-b1-b2-b3, g-c1-c2', 'a1=a1 c2=a1 b3=a1 b2=a1 b1=a1 c1=c2', 'b1'],
    ['nothing on an invalid round is ever chosen', 'g-a1, g-b1-b2-b3-b4-b5', 'a1=a1 b1=a1 b2=a1 b3=a1 b4=a1 b5=a1', 'b2'],
    ['descendants known before the verdict fall with it', 'g-a1, g-b1-b2-b3', 'a1=a1 b3=a1 b2=a1 b1=a1', 'b1'],
    ['an invalid sibling does not taint', 'g-a1-a2, a1-b2-b3', 'a1=a1 b2=a1 a2=a2 b3=a2', 'b2'],
  ])('%s', (_, tree, arrivals, invalid) => {
    const drawn = draw(tree, invalid);
    const steps = arrivals.split(' ').map((step) => step.split('='));
    expect(steps.map(([step]) => `${step}=${drawn.arrive(step)}`)).toEqual(steps.map((step) => step.join('=')));
    expect(new Set(drawn.executed).size).toBe(drawn.executed.length); // never twice
  });
});

test('verdicts, then what is left (newest first), then what is joined (oldest first)', () => {
  const drawn = draw('g-a1-a2, g-b1-b2-b3');
  for (const step of ['a1', 'a2', 'b1', 'b2']) drawn.arrive(step);
  drawn.read();
  drawn.arrive('b3');
  expect(drawn.read()).toEqual(['verdict b1 ok', 'verdict b2 ok', 'verdict b3 ok', '-a2', '-a1', '+b1', '+b2', '+b3']);
  const { from, abandoned, connected } = drawn.chain.lastMove;
  const named = (refs: readonly RoundRef[]): string => refs.map((ref) => drawn.registry.rounds[ref].hash).join(' ');
  expect([named([from]), named(abandoned), named(connected)]).toEqual(['a2', 'a2 a1', 'b1 b2 b3']);
});

test('final is 12 below the head, oldest told first; a heavier branch that leaves it is reported and never followed', () => {
  const drawn = draw(`g-${Array.from({ length: 14 }, (_, i) => `a${i + 1}`).join('-')}, a1-b2!-b3!-b4!-b5!-b6!-b7!-b8!, a2-c3!-c4!-c5!-c6!-c7!-c8!-c9!`);
  for (let i = 1; i <= 12; i++) drawn.arrive(`a${i}`);
  expect(drawn.read().filter((line) => line.startsWith('final'))).toEqual([]);
  drawn.arrive('a14');
  drawn.arrive('a13');
  expect(drawn.read().filter((line) => line.startsWith('final'))).toEqual(['final a1', 'final a2']);
  for (let i = 2; i <= 7; i++) expect(drawn.arrive(`b${i}`)).toBe('a14');
  expect(drawn.read()).toEqual([]);
  expect(drawn.arrive('b8')).toBe('a14'); // work 2 + 28 over 28: leaves a2
  expect(drawn.read()).toEqual(['conflict a2 b8']);
  expect(drawn.executed.filter((name) => name.startsWith('b'))).toEqual([]);
  for (const step of ['c3', 'c4', 'c5', 'c6', 'c7', 'c8']) expect(drawn.arrive(step)).toBe('a14');
  expect(drawn.arrive('c9')).toBe('c9'); // contains a2: followed
});

test('a light node follows the most work by headers, reports conflicts, and keeps its final', () => {
  const drawn = draw('g-a1-a2-a3-a4, g-b1!-b2!, a1-c2!-c3!', '', 2);
  const consider = (name: string): string => {
    drawn.chain.addHeader(drawn.refs.get(name)!);
    if (drawn.chain.considerHeader(drawn.refs.get(name)!)) drawn.chain.advanceFinal();
    return drawn.registry.rounds[drawn.chain.head].hash;
  };
  expect(['a1', 'b1', 'a2', 'a3'].map(consider)).toEqual(['a1', 'b1', 'b1', 'a3']);
  drawn.read();
  expect(['b2', 'c2', 'c3'].map(consider)).toEqual(['a3', 'a3', 'c3']);
  expect(drawn.read()).toEqual(['conflict a1 b2']);
});

/** Random trees and orders: the head is one of the heaviest valid, whole branches, whatever the order. */
test('any order of arrival ends on a heaviest branch whose rounds are all valid', () => {
  const nodes = fc.array(fc.record({ parent: fc.nat(), heavy: fc.boolean(), bad: fc.integer({ min: 0, max: 5 }) }), { minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(nodes, fc.infiniteStream(fc.nat()), (shape, picks) => {
      const parents = shape.map(({ parent }, i) => (i === 0 ? 0 : parent % (i + 1)));
      const tree = shape.map(({ heavy }, i) => `${parents[i] === 0 ? 'g' : `r${parents[i]}`}-r${i + 1}${heavy ? '!' : ''}`).join(', ');
      const bad = shape.flatMap((node, i) => (node.bad === 0 ? [`r${i + 1}`] : []));
      const drawn = draw(tree, bad.join(' '));
      const { rounds } = drawn.registry;
      const order = shape.map((_, i) => i + 1);
      for (let i = order.length - 1; i > 0; i--) {
        const j = picks.next().value % (i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      const valid = [0];
      const arrived = new Set([0]);
      for (const ref of order) {
        drawn.arrive(`r${ref}`);
        arrived.add(ref);
        const fine = (at: RoundRef): boolean => at === 0 || (arrived.has(at) && !bad.includes(rounds[at].hash) && fine(rounds[at].parent));
        valid.splice(0, valid.length, ...rounds.map((round) => round.ref).filter(fine));
        const most = valid.map((at) => rounds[at].work).reduce((x, y) => (x > y ? x : y));
        expect(valid).toContain(drawn.chain.head);
        expect(rounds[drawn.chain.head].work).toBe(most);
      }
      const candidates = drawn.chain.candidates();
      expect(candidates).toContain(drawn.chain.head);
      for (const ref of candidates) expect(rounds[ref].work <= rounds[drawn.chain.head].work).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('ten thousand rounds at once need no deep call stack', () => {
  const length = 10_000;
  const drawn = draw(`g-${Array.from({ length }, (_, i) => `a${i + 1}`).join('-')}`);
  for (let i = length; i > 1; i--) drawn.arrive(`a${i}`);
  expect(drawn.arrive('a1')).toBe(`a${length}`);
  drawn.chain.markInvalid(1);
  expect(drawn.chain.isInvalid(length)).toBe(true);
});
