/**
 * From a run folder to what views read: columns hold what the files say, any moment equals a walk through everything before
 * it, and a folder that is broken, altered or foreign is refused in words.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { decodeArrivals, detFiles } from '../../sim/report/det.ts';
import { summarize } from '../../sim/report/summary.ts';
import { runScenario } from '../../sim/run.ts';
import { columnsOf, hexAt, listAt, SHAPES, textAt } from '../../sim/trace/columns.ts';
import { fileFolder, httpFolder } from '../../viz/data/folder.ts';
import { eachRow } from '../../viz/data/json-lines.ts';
import { openRun, type OpenedRun } from '../../viz/data/load.ts';
import { connectedTimes, countUntil, headTimeline, stateTimeline } from '../../viz/data/moments.ts';
import { isProblem } from '../../viz/data/problem.ts';
import { NODE_STATES, type LargeTable, type Problem } from '../../viz/data/run-data.ts';
import { coverRounds, emptyCoverage, gridOf } from '../../viz/data/spread.ts';
import { csvOf, tableOf } from '../../viz/draw/table.ts';
import { loaded } from '../scenario/helpers.ts';
import { resum, runFiles, type RunFiles } from './make-run.ts';

const blobs = (files: RunFiles): ReadonlyMap<string, Blob> => new Map([...files].map(([path, content]) => [path, new Blob([content as BlobPart])]));
const open = (files: RunFiles): Promise<OpenedRun> => openRun(fileFolder('made/', blobs(files)));
const text = (files: RunFiles, path: string): string => {
  const content = files.get(path)!;
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
};
const rowsOf = (files: RunFiles, path: string): Record<string, unknown>[] => text(files, path).trimEnd().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);

const FILES = runFiles({ nodes: 40, rounds: 60, violations: 3 });
const copy = (): RunFiles => new Map(FILES);

describe('columns', () => {
  it('hold what the files say', async () => {
    const { core, port } = await open(copy());
    expect(core.warnings).toEqual([]);
    const rounds = rowsOf(FILES, 'det/rounds.jsonl');
    expect(core.rounds.count).toBe(rounds.length);
    rounds.forEach((row, i) => {
      expect([hexAt(core.rounds.hash, i), core.rounds.parent[i], core.rounds.foundAtUs[i], String(core.rounds.subsidy[i]), core.rounds.canonical[i] === 1, textAt(core.rounds.work, i)])
        .toEqual([row['hash'], row['parent'], row['foundAtUs'], row['subsidy'], row['canonical'], row['work']]);
    });
    const nodes = rowsOf(FILES, 'det/nodes.jsonl');
    expect(nodes.map((_, i) => [textAt(core.nodes.kind, i), textAt(core.nodes.region, i), core.nodes.hashPowerPpm[i]])).toEqual(nodes.map((row) => [row['kind'], row['region'], row['hashPowerPpm']]));
    const events = rowsOf(FILES, 'det/events.jsonl').slice(1);
    const typed = (type: string): Record<string, unknown>[] => events.filter((row) => row['type'] === type);
    expect(Array.from(core.events.reorg.node)).toEqual(typed('reorg').map((row) => row['node']));
    expect(typed('fault').map((_, i) => Array.from(listAt(core.events.fault.nodes, i)))).toEqual(typed('fault').map((row) => row['nodes']));
    expect(core.violations.count).toBe(3);
    expect(core.liveness.count).toBe(0);
    const transactions = await port.table('transactions');
    expect(hexAt((transactions as unknown as { id: Parameters<typeof hexAt>[0] }).id, 5)).toBe(rowsOf(FILES, 'det/tx-sample.jsonl')[5]['id']);
    expect(await port.scenarioText()).toBe(text(FILES, 'det/scenario.resolved.yaml'));
  });

  it('work is ranked exactly, beyond what a number can tell apart', async () => {
    const files = copy();
    const rows = rowsOf(files, 'det/rounds.jsonl').map((row, i) => ({ ...row, work: `1${'0'.repeat(60)}${i % 3}` }));
    files.set('det/rounds.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { core } = await open(resum(files));
    expect(Array.from(core.workRank).slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('arrivals come by rounds, by nodes, and in whole', async () => {
    const { core, port } = await open(copy());
    const { deltaUs, nodes } = decodeArrivals(FILES.get('det/arrivals.bin') as Uint8Array)!;
    expect(await port.arrivals(7)).toEqual(deltaUs.slice(7 * nodes, 8 * nodes));
    expect(Array.from(await port.arrivalsOfNode(9))).toEqual(Array.from({ length: core.rounds.count }, (_, round) => deltaUs[round * nodes + 9]));
  });
});

/** Every large table of a folder, and everything else a view may ask for. */
async function askAll({ core, port }: OpenedRun): Promise<void> {
  for (const name of ['ledgerBlocks', 'legs', 'domains', 'transactions', 'links', 'messages'] satisfies LargeTable[]) await port.table(name);
  await port.coverage();
  await port.moment(core.facts.endUs / 2);
}

/** With numbers, and the branch of most work, of equal ones the first, as the best chain. */
function placed(shape: { count: number; parent: Int32Array; foundAtUs: Float64Array }) {
  const number = new Float64Array(shape.count);
  for (let round = 1; round < shape.count; round++) number[round] = number[shape.parent[round]] + 1;
  const canonical = new Uint8Array(shape.count);
  for (let at = number.indexOf(Math.max(...number)); at >= 0; at = shape.parent[at]) canonical[at] = 1;
  return { ...shape, number, canonical };
}

describe('any moment', () => {
  const rounds = fc.integer({ min: 1, max: 14 }).chain((count) => fc.record({
    count: fc.constant(count),
    parent: fc.tuple(...Array.from({ length: count }, (_, i) => (i === 0 ? fc.constant(-1) : fc.integer({ min: 0, max: i - 1 })))).map((list) => Int32Array.from(list)),
    foundAtUs: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: count, maxLength: count }).map((gaps) => Float64Array.from(gaps.map(((sum) => (gap) => (sum += gap))(0)))),
  }));

  it('heads: most work among what is held with all ancestors, first come first, and beside nothing that is final', () => {
    fc.assert(fc.property(rounds, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.integer({ min: -8, max: 120 })), fc.integer({ min: 0, max: 800 }), (shape, depth, nodes, stream, atUs) => {
      const table = placed(shape);
      const work = Array.from(table.parent).reduce<number[]>((list, parent) => [...list, parent < 0 ? 1 : list[parent] + 1], []);
      const deltaUs = Int32Array.from({ length: table.count * nodes }, () => Math.max(-1, stream.next().value as number));
      const expected = Array.from({ length: nodes }, (_, node) => {
        const connected = new Map<number, number>();
        for (let round = 0; round < table.count; round++) {
          const delta = deltaUs[round * nodes + node];
          const parent = table.parent[round];
          if (delta < 0 || (parent >= 0 && !connected.has(parent))) continue;
          const at = Math.max(table.foundAtUs[round] + delta, parent < 0 ? 0 : connected.get(parent)!);
          connected.set(round, at);
        }
        const branchOf = (round: number): number[] => (round < 0 ? [] : [...branchOf(table.parent[round]), round]);
        let head = -1;
        let final: number | undefined;
        for (const [round, at] of [...connected].sort(([a, x], [b, y]) => x - y || a - b)) {
          if (at > atUs || (head >= 0 && work[round] <= work[head]) || (final !== undefined && !branchOf(round).includes(final))) continue;
          head = round;
          final = branchOf(head).at(-1 - depth) ?? final;
        }
        return head;
      });
      expect(Array.from(headTimeline(table, nodes, Int32Array.from(work), deltaUs, depth).at(atUs))).toEqual(expected);
      expect(connectedTimes(table, nodes, deltaUs)).toHaveLength(table.count * nodes);
    }), { numRuns: 300 });
  });

  it('states: the last change before, over thousands of changes', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5_000 }), fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 5 }), (nodes, changes, times) => {
      const initial = columnsOf(SHAPES.nodes, Array.from({ length: nodes }, (_, node) => ({ initialState: NODE_STATES[node % 2] })));
      const rows = Array.from({ length: changes }, (_, i) => ({ atUs: i * 7 + (i % 3), node: (i * 31) % nodes, state: NODE_STATES[(i * 13) % NODE_STATES.length] }));
      const table = columnsOf({ atUs: 'number', node: 'index', state: 'text' } as const, rows);
      const timeline = stateTimeline(initial, table);
      for (const atUs of times) {
        const states = Array.from({ length: nodes }, (_, node) => NODE_STATES[node % 2] as string);
        for (const row of rows) if (row.atUs <= atUs) states[row.node] = row.state;
        expect(Array.from(timeline.at(atUs), (code) => NODE_STATES[code])).toEqual(states);
      }
    }), { numRuns: 60 });
  });

  it('of a real run: heads at its end are those that the nodes had', async () => {
    const { scenario } = loaded(`schema: stratus/scenario/v1
name: heads
question: Are heads told right, through a cut and a crash?
run: { seed: "5", duration: 20m, settle: 5m }
consensus: { roundInterval: 10s, finalityDepth: 60 }
network: { totalNodes: 16 }
nodes: { mining: { count: 8 } }
faults: { scheduled: [ { id: cut, at: 3m, for: 4m, kind: partition, share: 50% nodes }, { id: out, at: 9m, for: 2m, kind: crash, select: { share: 20% nodes } } ] }
beyond: true
`.replace(', share: 50% nodes', ', between: [[EUROPE], [NORTH_AMERICA, ASIA_PACIFIC, SOUTH_AMERICA, JAPAN, AUSTRALIA]]'));
    const record = runScenario(scenario, { crypto: bestCrypto() });
    const input = { hash: 'ab'.repeat(32), version: '0.1.0', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: '' };
    const files: RunFiles = new Map(detFiles(record, scenario, summarize(record, scenario, input)).map(([name, content]) => [`det/${name}`, content]));
    for (const path of ['manifest.json', 'summary.json']) files.set(path, path === 'summary.json' ? JSON.stringify(summarize(record, scenario, input)) : text(FILES, path));
    const { core, port } = await open(resum(files));
    expect(core.events.reorg.count).toBeGreaterThan(0);
    const moment = await port.moment(record.endUs);
    expect(Array.from(moment.heads)).toEqual(record.nodes.map(({ head }) => head));
    expect(moment.rounds).toBe(record.rounds.length);
  });

  it('counts until a time by halving', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (list, at) => {
      const times = list.sort((a, b) => a - b);
      expect(countUntil(times, at)).toBe(times.filter((time) => time <= at).length);
    }));
  });
});

describe('many as one', () => {
  const matrix = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([rounds, nodes]) => fc.tuple(fc.constant(rounds), fc.constant(nodes), fc.array(fc.integer({ min: -1, max: 50 }), { minLength: rounds * nodes, maxLength: rounds * nodes })));

  it('a cell holds the latest of its arrivals, and never as soon as one never came', () => {
    fc.assert(fc.property(matrix, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.boolean(), ([rounds, nodes, list], rows, columns, reversed) => {
      const order = reversed ? Int32Array.from({ length: nodes }, (_, i) => nodes - 1 - i) : undefined;
      const grid = gridOf(nodes, Int32Array.from(list), [0, rounds], order, rows, columns);
      expect([grid.rowStarts.at(-1), grid.columnStarts.at(-1)]).toEqual([nodes, rounds]);
      for (let row = 0; row < grid.rows; row++) for (let column = 0; column < grid.columns; column++) {
        const cells: number[] = [];
        for (let i = grid.rowStarts[row]; i < grid.rowStarts[row + 1]; i++) for (let round = grid.columnStarts[column]; round < grid.columnStarts[column + 1]; round++) cells.push(list[round * nodes + (order ? order[i] : i)]);
        expect(grid.values[row * grid.columns + column]).toBe(cells.includes(-1) ? -1 : Math.max(...cells));
      }
    }), { numRuns: 200 });
  });

  it('coverage is a quantile over all nodes, those that never had it included', () => {
    fc.assert(fc.property(matrix, ([rounds, nodes, list]) => {
      const coverage = emptyCoverage(rounds);
      for (let from = 0; from < rounds; from += 2) coverRounds(coverage, nodes, Int32Array.from(list), from, Math.min(rounds, from + 2));
      for (let round = 0; round < rounds; round++) {
        const times = list.slice(round * nodes, (round + 1) * nodes).map((delta) => (delta < 0 ? Infinity : delta)).sort((a, b) => a - b);
        expect([coverage.p50[round], coverage.p90[round], coverage.all[round]]).toEqual([times[Math.ceil(0.5 * nodes) - 1], times[Math.ceil(0.9 * nodes) - 1], times[nodes - 1]]);
      }
    }), { numRuns: 200 });
  });
});

describe('folders that are not as they should be', () => {
  const edit = (path: string, change: (content: string) => string) => (files: RunFiles): RunFiles => resum(files.set(path, change(text(files, path))));
  const row = (path: string, line: number, change: Record<string, unknown>) => edit(path, (content) => content.split('\n').map((old, i) => (i === line ? JSON.stringify({ ...(JSON.parse(old) as object), ...change }) : old)).join('\n'));
  const without = (path: string) => (files: RunFiles): RunFiles => {
    files.delete(path);
    return files;
  };
  const arrivals = (change: (bytes: Uint8Array) => Uint8Array) => (files: RunFiles): RunFiles => resum(files.set('det/arrivals.bin', change((files.get('det/arrivals.bin') as Uint8Array).slice())));

  it.each<[string, (files: RunFiles) => RunFiles, Problem['code'], RegExp]>([
    ['nothing at all', () => new Map(), 'not-a-run', /run folder/],
    ['somebody’s photos', () => new Map([['manifest.json', '{"name":"app","icons":[]}']]), 'not-a-run', /run folder/],
    ['a manifest that is half a manifest', edit('manifest.json', (content) => content.slice(0, 40)), 'not-a-run', /run folder/],
    ['a later format', edit('manifest.json', (content) => content.replace('manifest/v1', 'manifest/v9')), 'unknown-version', /v9/],
    ['a run of before det/run.json', without('det/run.json'), 'unknown-version', /older/],
    ['no rounds', without('det/rounds.jsonl'), 'not-found', /rounds\.jsonl/],
    ['no summary figures', edit('summary.json', (content) => content.replace('"virtual"', '"virtuous"')), 'malformed', /virtual/],
    ['rounds cut in the middle of a line', edit('det/rounds.jsonl', (content) => content.slice(0, -30)), 'truncated', /last line/],
    ['an empty list of nodes', edit('det/nodes.jsonl', () => ''), 'truncated', /no node/],
    ['a line that is not JSON', edit('det/nodes.jsonl', (content) => content.replace('{"node":3', '{node:3')), 'malformed', /nodes\.jsonl:4/],
    ['a line that is a list', edit('det/nodes.jsonl', (content) => content.replace(/^.*\n/, '[1,2]\n')), 'malformed', /not an object/],
    ['a number that is a text', row('det/rounds.jsonl', 2, { foundAtUs: '<script>alert(1)</script>' }), 'malformed', /foundAtUs should be a number/],
    ['a round that is its own parent', row('det/rounds.jsonl', 5, { parent: 5 }), 'malformed', /cannot have round 5 as its parent/],
    ['rows out of order', row('det/rounds.jsonl', 5, { round: 6 }), 'malformed', /round should be 5/],
    ['a hash that is none', row('det/rounds.jsonl', 5, { hash: 'zz' }), 'malformed', /a hash/],
    ['an amount above 2^64', row('det/rounds.jsonl', 5, { subsidy: '99999999999999999999' }), 'malformed', /an amount/],
    ['a finder that does not exist', row('det/rounds.jsonl', 5, { node: 99_999 }), 'malformed', /99999 of 40/],
    ['work that is no number', row('det/rounds.jsonl', 5, { work: 'much' }), 'malformed', /work/],
    ['an event about a node that does not exist', edit('det/events.jsonl', (content) => content.replace(/"type":"reorg","atUs":(\d+),"node":\d+/, '"type":"reorg","atUs":$1,"node":4000')), 'malformed', /does not exist/],
    ['events that run backwards', edit('det/events.jsonl', (content) => content.replace(/"atUs":\d{9,}/, '"atUs":1')), 'malformed', /at or after/],
    ['another trace version', edit('det/events.jsonl', (content) => content.replace('trace/v1', 'trace/v7')), 'unknown-version', /v7/],
    ['text that is no text', (files) => resum(files.set('det/nodes.jsonl', Uint8Array.of(0xff, 0xfe, 0x0a))), 'malformed', /UTF-8/],
    ['arrivals cut short', arrivals((bytes) => bytes.slice(0, 400)), 'truncated', /need/],
    ['arrivals of another run', arrivals((bytes) => {
      bytes[8] ^= 1;
      return bytes;
    }), 'malformed', /rounds/],
    ['arrivals that are something else', arrivals((bytes) => bytes.fill(0x50)), 'malformed', /STRARRV1/],
    ['no arrivals', without('det/arrivals.bin'), 'not-found', /arrivals\.bin/],
  ])('%s', async (_name, change, code, words) => {
    const problem: unknown = await open(change(copy())).then(askAll).catch((thrown: unknown) => thrown);
    if (!isProblem(problem)) throw new Error(`no problem, but ${String(problem)}`);
    expect(problem.code).toBe(code);
    expect(`${problem.what} ${problem.where}`).toMatch(words);
    expect(problem.remedy).toMatch(/\w{3,}.*\.$/);
  });

  it('an altered file is shown with a warning that names it', async () => {
    const files = copy();
    files.set('det/nodes.jsonl', text(files, 'det/nodes.jsonl').replace('"cpuUs":', '"cpuUs":1'));
    const { core } = await open(files);
    expect(core.warnings.map(({ code, where }) => `${code} ${where}`)).toEqual(['altered made/det/nodes.jsonl']);
  });

  it('what opening does not read is looked at later', async () => {
    const files = copy();
    const bytes = (files.get('det/arrivals.bin') as Uint8Array).slice();
    bytes[bytes.length - 1] ^= 1;
    files.set('det/arrivals.bin', bytes).set('det/links.jsonl', text(files, 'det/links.jsonl').replace('"bytes":', '"bytes":1'));
    files.set('det/SHA256SUMS', `${text(files, 'det/SHA256SUMS')}${'0'.repeat(64)}  ../../../etc/passwd\n`);
    const { core, verifyRest } = await open(files);
    expect(core.warnings).toEqual([]);
    expect((await verifyRest()).map(({ where }) => where)).toEqual(['made/det/links.jsonl', 'made/det/arrivals.bin']);
    expect(await (await open(copy())).verifyRest()).toEqual([]);
  });

  it('a file larger than a browser can take is refused by its size', async () => {
    const huge = { size: 300 << 20, arrayBuffer: () => Promise.reject(new Error('read all the same')), slice: () => huge } as unknown as Blob;
    const files = new Map(blobs(copy())).set('det/links.jsonl', huge);
    const { port } = await openRun(fileFolder('made/', files));
    await expect(port.table('links')).rejects.toMatchObject({ code: 'too-large' });
  });

  it('any flipped, cut or doubled byte gives a run or a problem, never anything else', async () => {
    const paths = [...FILES.keys()];
    await fc.assert(fc.asyncProperty(fc.constantFrom(...paths), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.constantFrom('flip', 'cut', 'double'), async (path, at, how) => {
      const original = FILES.get(path)!;
      const content = typeof original === 'string' ? new TextEncoder().encode(original) : original.slice();
      const i = Math.floor(at * content.length);
      if (how === 'flip') content[i] ^= 0x15;
      const next = how === 'cut' ? content.slice(0, i) : how === 'double' ? new Uint8Array(Buffer.concat([content.subarray(0, i + 1), content.subarray(i)])) : content;
      const outcome: unknown = await open(copy().set(path, next)).then(askAll, (thrown: unknown) => thrown).catch((thrown: unknown) => thrown);
      expect(outcome === undefined || isProblem(outcome)).toBe(true);
    }), { numRuns: 120 });
  });
});

describe('over HTTP', () => {
  const answer = (status: number, body: BodyInit | null = '', headers: Record<string, string> = {}): typeof fetch => () => Promise.resolve(new Response(body, { status, headers }));

  it.each<[string, typeof fetch, Problem['code']]>([
    ['no server', () => Promise.reject(new TypeError('connection refused')), 'unreachable'],
    ['no file', answer(404), 'not-found'],
    ['a server in trouble', answer(503), 'unreachable'],
    ['a declared size beyond the limit', answer(200, 'x', { 'content-length': '99999' }), 'too-large'],
    ['more bytes than declared', answer(200, 'x'.repeat(200), { 'content-length': '10' }), 'too-large'],
    ['a connection that breaks', answer(200, new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })), 'truncated'],
  ])('%s', async (_name, ask, code) => {
    await expect(httpFolder('http://127.0.0.1/run/', ask).read('det/x', 100)).rejects.toMatchObject({ code });
  });

  it('takes the part from a server without ranges too', async () => {
    const whole = httpFolder('http://127.0.0.1/', answer(200, 'abcdef'));
    const ranged = httpFolder('http://127.0.0.1/', answer(206, 'cd', { 'content-range': 'bytes 2-3/6' }));
    for (const folder of [whole, ranged]) {
      const { bytes, size } = await folder.readPart('x', 2, 4);
      expect([new TextDecoder().decode(bytes), size]).toEqual(['cd', 6]);
    }
  });
});

it('rows are found wherever the slices fall', () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => ({ i, pad: 'ü'.repeat((i * 7_919) % 1_500) }));
  const bytes = new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const seen: unknown[] = [];
  eachRow(bytes, 'x', (row, line) => {
    expect(line).toBe(seen.length + 1);
    seen.push(row);
  });
  expect(seen).toEqual(rows);
});

it('CSV quotes what must be quoted, and no name is a formula', () => {
  expect(csvOf(tableOf(['a', 'b'], [['x,"y"\n', 1n], ['=1+1', undefined], ['@x', -2]]))).toBe('a,b\r\n"x,""y""\n",1\r\n\'=1+1,\r\n\'@x,-2\r\n');
});
