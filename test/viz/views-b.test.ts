/**
 * What the views of forks, ledgers, tokens, invariants, nodes, the explorer and the comparison compute: small tables worked
 * out by hand, brute force on random ones, and a real run's own events and summary.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { bestChain, contestsOf, standing, type Contest } from '../../sim/report/views/contests.ts';
import { ArrivalComparison, figureDifferences, firstDifferentHappening, firstParting, happenings } from '../../sim/report/views/difference.ts';
import { forksFinding } from '../../sim/report/views/fork-words.ts';
import { forkTree } from '../../sim/report/views/fork-tree.ts';
import { closeness, standingOf } from '../../sim/report/views/headroom.ts';
import { crossings, ledgerLanes } from '../../sim/report/views/ledger-lanes.ts';
import { lookup, type Found, type Searched } from '../../sim/report/views/lookup.ts';
import { nodeFilter } from '../../sim/report/views/node-filter.ts';
import { emptyDelays, fillDelays, nodeCounts, orderBy } from '../../sim/report/views/node-facts.ts';
import { rewardRates } from '../../sim/report/views/reward-rates.ts';
import { poolFinding, tokensText, treasuryFinding } from '../../sim/report/views/token-words.ts';
import { tokenFlow, type TokenFlow } from '../../sim/report/views/token-flow.ts';
import { runScenario } from '../../sim/run.ts';
import { columnsOf, EVENT_SHAPES, hexAt, SHAPES, type EventTables, type EventType, type Table } from '../../sim/trace/columns.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import { committed, loaded } from '../scenario/helpers.ts';

const S = 1_000_000;

/** Rounds from lines `index parent number work seconds canonical`. */
function roundsOf(...lines: readonly (readonly [parent: number, number: number, work: number, seconds: number, canonical: 0 | 1])[]): { rounds: Table<'rounds'>; workRank: number[] } {
  const rows = lines.map(([parent, number, work, seconds, canonical], round) => ({
    round, hash: round.toString(16).padStart(64, '0'), parent, number, foundAtUs: seconds * S, node: round % 3, time: seconds, bits: 1, work: String(work), transactions: 1, bytes: 1,
    subsidy: '5', fees: '7', treasury: String(1000 - 5 * number), rewardPool: String(100 - number), canonical: canonical === 1,
  }));
  return { rounds: columnsOf(SHAPES.rounds, rows), workRank: lines.map(([, , work]) => work) };
}

/**
 *     0 ─ 1 ─ 3 ─ 5 ─ 6 ─ 9        best chain, by index
 *         ├── 2 ─ 4                lost, two rounds deep, with a side branch 7
 *         │   └── 7
 *         └ … 5 ─ 8                lost, one round, off the best chain at 5
 */
const TREE = roundsOf([-1, 0, 1, 0, 1], [0, 1, 2, 10, 1], [1, 2, 3, 20, 0], [1, 2, 3, 21, 1], [2, 3, 4, 30, 0], [3, 3, 4, 32, 1], [5, 4, 5, 40, 1], [2, 3, 4, 41, 0], [5, 4, 5, 42, 0], [6, 5, 6, 50, 1]);

describe('contests', () => {
  const contests = contestsOf(TREE.rounds, TREE.workRank);

  it('are one per losing side, with the rounds of the best chain that it lost to', () => {
    expect([...bestChain(TREE.rounds)]).toEqual([0, 1, 3, 5, 6, 9]);
    expect(contests).toEqual([
      { base: 1, losers: [2, 4, 7], winners: [3, 5, 6], depth: 2, fromUs: 20 * S, toUs: 41 * S },
      { base: 5, losers: [8], winners: [6, 9], depth: 1, fromUs: 40 * S, toUs: 50 * S },
    ]);
  });

  it('say who stood on the losing side, and when: first seen wins, more work wins, ancestors must be there', () => {
    const NEVER = -1;
    // Node 0 sees 2 first and leaves for 6; node 1 sees 3 first and never joins; node 2 gets 4 before its parent 2; node 3 gets nothing.
    const arrivals = new Map<number, number[]>([[2, [0, 5, 15, NEVER]], [3, [5, 0, NEVER, NEVER]], [4, [1, 1, 1, NEVER]], [5, [9, 1, NEVER, NEVER]], [6, [2, 3, NEVER, NEVER]], [7, [1, 1, 1, NEVER]]].map(([round, seconds]) => [round as number, (seconds as number[]).map((s) => (s === NEVER ? NEVER : s * S))]));
    const stood = standing(contests[0], { ...TREE, arrivals, powerPpm: [500_000, 300_000, 200_000, 0], finalityDepth: 12, endUs: 60 * S });
    expect([...stood.members]).toEqual([0, 1, 2]);
    // Node 1 leaves 3 for 4 (more work) at 31 s, and comes back with 6.
    expect([...stood.cameUs].map((us) => us / S)).toEqual([20, 31, 35]);
    expect([...stood.wentUs].map((us) => us / S)).toEqual([42, 43, Infinity]);
    expect([...stood.atUs].map((us) => us / S)).toEqual([20, 31, 35, 42, 43]);
    expect([...stood.nodes]).toEqual([1, 2, 3, 2, 1]);
    expect([...stood.powerPpm]).toEqual([500_000, 800_000, 1_000_000, 500_000, 200_000]);
    expect([stood.peakNodes, stood.peakPowerPpm, stood.peakAtUs / S, stood.overUs / S, stood.left]).toEqual([3, 1_000_000, 35, 60, 1]);
  });

  it('keep a node on its side once a round there is final', () => {
    // It holds 2 and 4 first, then the heavier 3, 5, 6: with a depth of 1 round 2 is final under 4.
    const arrivals = new Map([[2, [0]], [4, [0]], [3, [15 * S]], [5, [10 * S]], [6, [5 * S]], [7, [-1]]]);
    const left = (finalityDepth: number): number => standing(contests[0], { ...TREE, arrivals, powerPpm: [1], finalityDepth, endUs: 60 * S }).left;
    expect([left(1), left(2)]).toEqual([1, 0]);
  });

  it('agree with a node that takes arrivals one by one', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: -1, max: 60 }), { minLength: 3, maxLength: 3 }), { minLength: 10, maxLength: 10 }), (seconds) => {
      for (const contest of contests) {
        const arrivals = new Map(seconds.map((row, round) => [round, row.map((s) => (s < 0 ? -1 : s * S + round))]));
        const stood = standing(contest, { ...TREE, arrivals, powerPpm: [1, 1, 1], finalityDepth: 12, endUs: 200 * S });
        for (let node = 0; node < 3; node++) {
          const spells = slowly(contest, (round) => arrivals.get(round)![node]);
          const at = stood.members.indexOf(node);
          expect(at < 0 ? undefined : [stood.cameUs[at], stood.wentUs[at]]).toEqual(spells);
        }
      }
    }));
  });
});

/** When a node first came to the losing side and last left it: every arrival delivered in order, the head chosen anew each time. */
function slowly({ base, losers, winners }: Contest, arrival: (round: number) => number): [number, number] | undefined {
  const { rounds, workRank } = TREE;
  const arriving = [...losers, ...winners].filter((round) => arrival(round) >= 0).map((round) => ({ round, atUs: rounds.foundAtUs[round] + arrival(round) })).sort((a, b) => a.atUs - b.atUs || a.round - b.round);
  const held = new Set([base]);
  let head = base;
  let came: number | undefined;
  let went = Infinity;
  for (const { round, atUs } of arriving) {
    held.add(round);
    const complete = (r: number): boolean => r === base || (r > base && held.has(r) && complete(rounds.parent[r]));
    // Of several that become complete at once, the heaviest is the head in the end; equal ones are taken by index.
    const before = head;
    for (const candidate of [...held].sort((a, b) => a - b)) if (complete(candidate) && (head === base || workRank[candidate] > workRank[head])) head = candidate;
    const [was, is] = [losers.includes(before), losers.includes(head)];
    if (is && !was) {
      came ??= atUs;
      went = Infinity;
    }
    if (was && !is) went = atUs;
  }
  return came === undefined ? undefined : [came, went];
}

describe('the tree of rounds', () => {
  const contests = contestsOf(TREE.rounds, TREE.workRank);
  const tree = forkTree(TREE.rounds, contests);

  it('folds straight runs, gives every other round a column, and branches lanes of their own', () => {
    expect(tree.stretches.map(({ kind, rounds, column, columns }) => [kind, rounds, column, columns])).toEqual([['straight', [0, 1], 0, 2], ['episode', [2, 3, 4, 5, 6, 7, 8, 9], 2, 8]]);
    expect([...tree.column]).toEqual([0.5, 0.5, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...tree.lane]).toEqual([0, 0, 1, 0, 1, 0, 0, 2, 1, 0]);
    expect(tree.lanes).toBe(3);
  });

  it('never lets two rounds stand in one place', () => {
    const places = [2, 3, 4, 5, 6, 7, 8, 9].map((round) => `${tree.column[round]} ${tree.lane[round]}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it('is one straight run where nothing competed', () => {
    const line = roundsOf([-1, 0, 1, 0, 1], [0, 1, 2, 10, 1], [1, 2, 3, 20, 1]);
    expect(forkTree(line.rounds, contestsOf(line.rounds, line.workRank)).stretches).toEqual([{ kind: 'straight', rounds: [0, 1, 2], fromUs: 0, toUs: 20 * S, column: 0, columns: 2, contests: [] }]);
  });
});

describe('ledger lanes', () => {
  const blocks = columnsOf(SHAPES.ledgerBlocks, [0, 1, 2, 3, 5].flatMap((round) => LEDGERS.map((ledger, i) => ({ round, ledger, number: round, hash: 'ab'.repeat(32), transactions: round * (i + 1), gasUsed: 100 * round, stateRoot: 'ab'.repeat(32) }))));
  const lanes = ledgerLanes(TREE.rounds, blocks, 3);

  it('sum blocks of the best chain by column and in all', () => {
    expect([lanes.columns, lanes.roundsPerColumn, [...lanes.first], [...lanes.last]]).toEqual([3, 2, [1, 5, 9], [3, 6, 9]]);
    expect([...lanes.transactions.subarray(0, 3)]).toEqual([1 + 3, 5, 0]); // round 2 is lost
    expect(lanes.totals[1]).toEqual({ ledger: 'asset', blocks: 4, transactions: 2 * (1 + 3 + 5), gasUsed: 900 });
  });

  it('count what crossed by column and pair, each transaction once', () => {
    const leg = (round: number, home: string, ...touched: string[]) => ({ round, transaction: 'cd'.repeat(32), kind: 'atomic', home, touched });
    const legs = columnsOf(SHAPES.legs, [leg(1, 'asset', 'main'), leg(3, 'asset', 'main', 'ccos'), leg(2, 'asset', 'main'), leg(9, 'ccoin', 'main')]);
    const { arcs, matrix, operations } = crossings(legs, lanes);
    expect(arcs).toEqual([{ column: 0, from: 1, to: 0, count: 2 }, { column: 0, from: 1, to: 5, count: 1 }, { column: 2, from: 4, to: 0, count: 1 }]);
    expect([matrix[1 * 6 + 0], matrix[4 * 6 + 0], operations]).toEqual([2, 1, 3]);
  });
});

describe('tokens', () => {
  it('follow the best chain', () => {
    const flow = tokenFlow(TREE.rounds)!;
    expect([flow.treasury.map(Number), flow.rewardPool.map(Number), flow.subsidies.map(Number), flow.fees.at(-1)]).toEqual([[1000, 995, 990, 985, 980, 975], [100, 99, 98, 97, 96, 95], [5, 10, 15, 20, 25, 30], 42n]);
  });

  const flowOf = (treasury: readonly bigint[], rewardPool: readonly bigint[], subsidies: readonly bigint[]): TokenFlow => ({ rounds: Int32Array.of(0, 1), atUs: Float64Array.of(0, 365 * 86_400e6), treasury, rewardPool, subsidies, fees: [0n, 0n] });
  const T = 100_000_000n;
  it.each([
    [treasuryFinding(flowOf([100n * T, 90n * T], [T, T], [0n, 10n * T])), 'The treasury lost 10 of 100 STR: it paid 10 STR of subsidies'],
    [treasuryFinding(flowOf([100n * T, 95n * T], [T, T], [0n, 10n * T])), 'The treasury lost 5 of 100 STR: it paid 10 STR of subsidies, and took in 5 STR more than it gave out otherwise'],
    [poolFinding(flowOf([T, T], [100n * T, 75n * T], [0n, 0n])), '25 of 100 CCOS were paid as rewards; at this rate the pool lasts another 3 years'],
    [poolFinding(flowOf([T, T], [100n * T, 0n], [0n, 0n])), 'The CCOS pool is empty: all 100 CCOS are paid out'],
    [poolFinding(flowOf([T, T], [100n * T, 100n * T], [0n, 0n])), 'No CCOS reward was paid: the pool still holds 100 CCOS'],
    [tokensText(123_456_789_999n), '1,234.56'], // cut, not rounded
    [tokensText(-1n), '−0.00'],
  ])('%s', (said, expected) => expect(said).toBe(expected));

  // 751 rates; distances by hand: all at one end is 1 − 1/751, one of each is 0.
  it.each([
    ['none', [], [], 'none', 0],
    ['one of each rate', Array.from({ length: 751 }, (_, i) => 250 + i), Array<number>(751).fill(1), 'uniform', 0],
    ['all at the lower end', [250], [100], 'not-uniform', 1 - 1 / 751],
    ['only three', [300, 400, 500], [1, 1, 1], 'too-few', 1 - 251 / 751],
    ['one above the limit', [300, 1_001], [99, 1], 'not-uniform', 0.99 - 51 / 751],
  ])('%s', (_, lower, counts, verdict, distance) => {
    const rates = rewardRates({ lower, counts });
    expect(rates.verdict).toBe(verdict);
    expect(rates.distance).toBeCloseTo(distance, 12);
    expect(rates.bins.length).toBe(15);
    expect(rates.bins.reduce((sum, bin) => sum + bin.count, rates.outside)).toBe(rates.count);
    expect(rates.bins.reduce((sum, bin) => sum + bin.expected, 0)).toBeCloseTo(rates.count, 9);
    expect(rates.bins.every((bin, i) => bin.from === (i === 0 ? 250 : rates.bins[i - 1].to + 1)) && rates.bins[14].to === 1_000).toBe(true);
  });
});

describe('headroom', () => {
  it('ranks the nearest first and knows its minute', () => {
    const rows = [
      { id: 'L10', title: 'gas', evaluated: 5, byConstruction: 0, violations: 0, headroom: 0.9, headroomPpmByMinute: [950_000, -1, 900_000, 900_000] },
      { id: 'S1', title: 'agreement', evaluated: 5, byConstruction: 0, violations: 0 },
      { id: 'M3', title: 'bounds', evaluated: 5, byConstruction: 0, violations: 0, headroom: 0.25 },
    ];
    expect(closeness(columnsOf(SHAPES.invariants, rows)).map(({ id, minute }) => [id, minute])).toEqual([['M3', -1], ['L10', 2]]);
  });
  it.each([[1, 9, 9, 'violated'], [0, 1, 9, 'independent'], [0, 0, 9, 'by-construction'], [0, 0, 0, 'not-exercised']])('%s violations, %s and %s evaluations: %s', (violations, evaluated, byConstruction, expected) =>
    expect(standingOf({ violations, evaluated, byConstruction })).toBe(expected));
});

describe('nodes', () => {
  it('know what they found, kept and left', () => {
    const events = eventsOf([
      { type: 'reorg', atUs: 1, node: 1, from: 2, to: 3, depth: 1, connected: 2 }, { type: 'reorg', atUs: 2, node: 1, from: 2, to: 3, depth: 4, connected: 5 },
      { type: 'ban', atUs: 3, node: 0, peer: 2, reason: 'x' }, { type: 'node-state', atUs: 4, node: 2, state: 'down', reason: 'crash' }, { type: 'node-state', atUs: 5, node: 2, state: 'active', reason: '' },
    ]);
    const counts = nodeCounts(3, TREE.rounds, events);
    expect(Object.fromEntries(Object.entries(counts).map(([name, column]) => [name, [...(column as Int32Array)]]))).toEqual({
      found: [4, 3, 3], kept: [4, 1, 1], reorgs: [0, 2, 0], deepest: [0, 4, 0], bans: [1, 0, 0], banned: [0, 0, 1], outages: [0, 0, 1],
    });
  });

  it('have the median of their delays, own finds left out', () => {
    const delays = emptyDelays(2);
    fillDelays(delays, [[0, 0], [0, 5], [0, 7], [0, -1], [9, 0]], [-1, 0, 0, 0, 1], 0, 2);
    expect([[...delays.medianUs], [...delays.worstUs], [...delays.missed]]).toEqual([[9, 5], [9, 7], [0, 1]]);
  });

  it.each([
    ['', [0, 1, 2]], ['mining', [0, 1]], ['MINING europe', [0]], ['node 2', [2]], ['2', [2]], ['median>5', [1, 2]], ['median > 5 mining', [1]], ['power=0', [2]], ['power>=10 median<=5', [0]], ['height>1', []], ['<b>', []],
  ])('filter by %j', (text, expected) => {
    const nodes = [{ words: 'mining europe active', median: 5, power: 50 }, { words: 'mining japan active', median: 6, power: 10 }, { words: 'light europe standby', median: 9, power: 0 }];
    const keep = nodeFilter(text);
    expect([0, 1, 2].filter((at) => keep(at, { words: nodes[at].words, figure: (name) => ({ median: nodes[at].median, power: nodes[at].power })[name] }))).toEqual(expected);
  });

  it('sort as a stable sort does, pinned first', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 5 })), fc.constantFrom('up' as const, 'down' as const), fc.integer({ min: 0, max: 9 }), (keys, direction, pin) => {
      const pinned = new Set(pin < keys.length ? [pin] : []);
      const order = [...orderBy(keys, direction, pinned, (at) => keys[at] !== 3)];
      const rest = keys.map((_, at) => at).filter((at) => !pinned.has(at) && keys[at] !== 3).sort((a, b) => (direction === 'up' ? keys[a] - keys[b] : keys[b] - keys[a]) || a - b);
      expect(order).toEqual([...pinned, ...rest]);
    }));
  });
});

describe('looking things up', () => {
  const hex = (start: string, width: number): string => start.padEnd(width, '0');
  const tables: Searched = {
    nodes: 20,
    rounds: { count: 3, number: Float64Array.of(0, 7, 7), canonical: Uint8Array.of(1, 0, 1), hash: columnsOf({ h: 'hex' } as const, [{ h: hex('aa11', 64) }, { h: hex('aa12', 64) }, { h: hex('bb', 64) }]).h },
    blocks: { count: 1, hash: columnsOf({ h: 'hex' } as const, [{ h: hex('aa1c', 64) }]).h },
    transactions: { count: 1, id: columnsOf({ h: 'hex' } as const, [{ h: hex('cc01', 64) }]).h, sender: columnsOf({ h: 'hex' } as const, [{ h: hex('aa1d', 40) }]).h },
    legs: { count: 2, transaction: columnsOf({ h: 'hex' } as const, [{ h: hex('cc01', 64) }, { h: hex('cc02', 64) }]).h },
    domains: { count: 3, name: columnsOf({ n: 'text' } as const, [{ n: 'shop-7' }, { n: '7' }, { n: '7up' }]).n, owner: columnsOf({ h: 'hex' } as const, [{ h: hex('aa1d', 40) }, { h: hex('dd', 40) }, { h: hex('ee', 40) }]).h },
  };
  const name = (one: Found): string => `${one.what} ${'round' in one ? one.round : 'row' in one ? one.row : 'node' in one ? one.node : one.account.slice(0, 4)}`;
  it.each([
    ['7', ['round 2', 'round 1', 'node 7', 'domain 1', 'domain 2', 'domain 0']],
    [' Round 7 ', ['round 2', 'round 1']],
    ['node 7', ['node 7']],
    ['node 70', []],
    ['aa11', ['round 0']],
    ['aa1', []], // three digits are too few, and no name has them
    ['AA12', ['round 1']],
    ['aa1d', ['address aa1d']],
    ['cc0', []],
    ['cc01', ['transaction 0']],
    ['cc02', ['leg 1']],
    [`zk13str_${hex('aa1d', 40)}_0000`, ['address aa1d']],
    ['shop', ['domain 0']],
    ['', []],
    ['<b>', []],
  ])('%j', (query, expected) => expect(lookup(query, tables, 50).map(name)).toEqual(expected));
  it('stops at what was asked for', () => expect(lookup('7', tables, 2).map(name)).toEqual(['round 2', 'round 1']));
});

describe('two runs', () => {
  it('differ in figures', () => {
    expect(figureDifferences({ a: { x: 1, y: 'same', z: [1] }, gone: true }, { a: { x: 3, y: 'same', z: [2] }, new: null })).toEqual([
      { path: 'a.x', a: '1', b: '3', change: 2, share: 2 },
      { path: 'a.z', a: '[1]', b: '[2]', change: undefined, share: undefined },
      { path: 'gone', a: 'true', b: undefined, change: undefined, share: undefined },
      { path: 'new', a: undefined, b: 'null', change: undefined, share: undefined },
    ]);
  });

  const chain = (...hashes: readonly string[]): Table<'checkpoints'> => columnsOf(SHAPES.checkpoints, hashes.map((hash, i) => ({ event: (i + 1) * 10, atUs: i * S, hash: hash.repeat(32) })));
  it.each([
    ['the same', chain('aa', 'bb'), chain('aa', 'bb'), undefined],
    ['from the beginning', chain('aa'), chain('bb'), { after: 0, afterUs: 0, by: 10, byUs: 0 }],
    ['later', chain('aa', 'bb', 'cc'), chain('aa', 'bb', 'dd'), { after: 20, afterUs: S, by: 30, byUs: 2 * S }],
    ['one is longer', chain('aa'), chain('aa', 'bb'), { after: 10, afterUs: 0, by: undefined, byUs: undefined }],
  ])('part: %s', (_, a, b, expected) => expect(firstParting(a, b)).toEqual(expected));

  it('differ in arrivals: the largest of a cell, never a mean', () => {
    const comparison = new ArrivalComparison(2, 3, 1, 2);
    comparison.take(1, [1, 2, 3], [1, 9, 1]);
    comparison.take(2, [4, -1, 6], [4, 5, -1]);
    const difference = comparison.result();
    expect(difference).toMatchObject({ columns: 1, rows: 2, pairs: 4, differing: 2, onlyOne: 2, most: { laterUs: 7, number: 1, node: 1 } });
    expect([...difference.laterUs]).toEqual([7, -2]);
  });
});

const eventsOf = (trace: RunRecord['trace']): EventTables => Object.fromEntries(Object.entries(EVENT_SHAPES).map(([type, shape]) => [type, columnsOf(shape, trace.filter((event) => event.type === (type as EventType)))])) as unknown as EventTables;

describe('a real run with a partition', () => {
  let record: RunRecord;
  let summary: Summary;
  let rounds: Table<'rounds'>;
  let workRank: Float64Array;
  beforeAll(() => {
    const { scenario } = loaded(committed.find(([name]) => name === 'reorg.yaml')![1]);
    const hash = scenarioHash(scenario, bestCrypto());
    record = runScenario(scenario, { crypto: bestCrypto() });
    summary = summarize(record, scenario, { hash, version: 't', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: 'r' });
    rounds = columnsOf(SHAPES.rounds, record.rounds);
    workRank = Float64Array.from(record.rounds, ({ work }) => Number(BigInt(work) / 1_000n));
  }, 180_000);

  it('has contests that lost exactly the stale rounds, and reorganisations as nodes told them', () => {
    const contests = contestsOf(rounds, workRank);
    expect(contests.reduce((sum, { losers }) => sum + losers.length, 0)).toBe(summary.virtual.staleRounds);
    expect(Math.max(...contests.map(({ depth }) => depth))).toBe(summary.virtual.reorgs.depthMax);
    const { nodes, deltaUs } = record.arrivals;
    const powerPpm = record.nodes.map((node) => node.hashPowerPpm);
    const reorgs = record.trace.filter((event) => event.type === 'reorg');
    let told = 0;
    for (const contest of contests) {
      const arrivals = new Map([...contest.losers, ...contest.winners].map((round) => [round, deltaUs.subarray(round * nodes, (round + 1) * nodes)]));
      const stood = standing(contest, { rounds, workRank, arrivals, powerPpm, finalityDepth: 40, endUs: record.endUs });
      expect(stood.left).toBe(0);
      for (const { node, atUs } of reorgs.filter(({ from }) => contest.losers.includes(from))) {
        const at = stood.members.indexOf(node);
        expect(at, `node ${node} left, so it was there`).toBeGreaterThanOrEqual(0);
        // What it holds and what it has executed lie some virtual milliseconds apart.
        expect(Math.abs(stood.wentUs[at] - atUs)).toBeLessThan(S);
        told++;
      }
    }
    expect(told).toBe(reorgs.length);
    const cut = contests.reduce((deepest, one) => (one.depth > deepest.depth ? one : deepest));
    const arrivals = new Map([...cut.losers, ...cut.winners].map((round) => [round, deltaUs.subarray(round * nodes, (round + 1) * nodes)]));
    expect(standing(cut, { rounds, workRank, arrivals, powerPpm, finalityDepth: 40, endUs: record.endUs }).peakPowerPpm).toBeCloseTo(500_000, -3); // half was cut off
  });

  it('has lanes, legs, tokens and rewards that add up to its summary', () => {
    const lanes = ledgerLanes(rounds, columnsOf(SHAPES.ledgerBlocks, record.ledgerBlocks), 40);
    for (const { ledger, ...figures } of lanes.totals) expect(figures).toEqual(summary.virtual.ledgers[ledger]);
    expect(crossings(columnsOf(SHAPES.legs, record.legs), lanes).operations).toBe(summary.virtual.crossLedger.operations);
    const flow = tokenFlow(rounds)!;
    const { STR, CCOS } = summary.virtual.tokens;
    expect([flow.treasury, flow.subsidies, flow.fees, flow.rewardPool].map((column) => String(column.at(-1)))).toEqual([STR['treasury'], STR['subsidies'], STR['fees'], CCOS['rewardPool']]);
    expect(String(flow.rewardPool[0] - flow.rewardPool.at(-1)!)).toBe(CCOS['rewarded']);
    const rates = rewardRates(record.histograms.find(({ name }) => name === 'ccos.reward.rate')!);
    expect(rates.count).toBeGreaterThan(100);
    expect(rates).toMatchObject({ outside: 0, verdict: 'uniform' });
  });

  it('keeps names as its rounds left them, and headroom by minute', () => {
    expect(record.domains!.length).toBeGreaterThan(10);
    for (const { registered, changed, changes } of record.domains!) expect(rounds.canonical[registered] + rounds.canonical[changed] === 2 && registered <= changed && changes > 0).toBe(true);
    const near = closeness(columnsOf(SHAPES.invariants, record.invariants));
    expect(near.length).toBeGreaterThan(3);
    for (const { headroom, ppmByMinute, minute } of near) expect(ppmByMinute[minute]).toBe(Math.floor(headroom * 1_000_000));
  });

  it('does not differ from itself, and differs from a copy where it was changed', () => {
    const told = happenings(eventsOf(record.trace), rounds);
    expect(told.length).toBe(record.trace.length);
    expect(firstDifferentHappening(told, told)).toBeUndefined();
    const changed = record.trace.map((event, i) => (i === 60 && event.type === 'round-found' ? event : i === 61 ? { ...event, atUs: event.atUs + 1 } : event));
    const difference = firstDifferentHappening(told, happenings(eventsOf(changed), rounds));
    expect(difference === undefined || difference.a!.atUs !== difference.b!.atUs || difference.a!.text !== difference.b!.text).toBe(true);
    expect(hexAt(rounds.hash, 1)).toBe(record.rounds[1].hash);
  });
});

describe('a real run whose partition outlasts finality', () => {
  it('has as many nodes on the losing side at its end as say so themselves', () => {
    const { scenario } = loaded(committed.find(([name]) => name === 'canary.yaml')![1]);
    const record = runScenario(scenario, { crypto: bestCrypto() });
    const rounds = columnsOf(SHAPES.rounds, record.rounds);
    const workRank = Float64Array.from(record.rounds, ({ work }) => Number(BigInt(work) / 1_000n));
    const { nodes, deltaUs } = record.arrivals;
    const [contest] = contestsOf(rounds, workRank);
    const arrivals = new Map([...contest.losers, ...contest.winners].map((round) => [round, deltaUs.subarray(round * nodes, (round + 1) * nodes)]));
    const stood = standing(contest, { rounds, workRank, arrivals, powerPpm: record.nodes.map((node) => node.hashPowerPpm), finalityDepth: scenario.params.finalityDepth, endUs: record.endUs });
    const there = record.nodes.filter(({ head }) => contest.losers.includes(head)).length;
    expect(there).toBeGreaterThan(5);
    expect(stood.left).toBe(there);
    expect(forksFinding([contest], [stood])).toMatch(new RegExp(`up to 50 % of the hash power followed it, and ${there} nodes were still on it when the run ended$`));
  }, 180_000);
});
