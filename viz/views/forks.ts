/** Who was on which branch, how deep? The tree of rounds with its quiet parts folded, and each contest by itself. */
import { contestsOf, standing, type Contest, type Standing } from '../../sim/report/views/contests.ts';
import { forksFinding, standingFinding, weightiest } from '../../sim/report/views/fork-words.ts';
import { forkTree, type ForkTree } from '../../sim/report/views/fork-tree.ts';
import { counted, percentText, regionText } from '../../sim/report/views/words.ts';
import { textAt } from '../../sim/trace/columns.ts';
import { problemOf } from '../data/problem.ts';
import { h, s } from '../draw/dom.ts';
import { tableOf, type TableData } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { areaMark, lineMark, plotOn, roof, thin, type Plot } from './charts/plot.ts';
import { onPointer, timeAxis } from './charts/time.ts';
import { drawTree, treeSize, type TreePicture } from './forks-tree.ts';
import './chains.css';
import { latest } from './latest.ts';
import { rowKeys, wideDrawing } from './wide.ts';
import type { MountedView, ViewContext } from './view.ts';

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  let contests: readonly Contest[] = [];
  let stood: (Standing | undefined)[] = [];
  let tree: ForkTree | undefined;
  let picture: TreePicture | undefined;
  let chosen = -1;

  // ── the tree ────────────────────────────────────────────────────────────────────────────────────────────────────

  const treePanel = context.panel({
    id: 'tree', height: 220, label: 'Tree of rounds. With the drawing focused, arrows go from round to round.',
    table: () => roundTable(),
    draw(surface) {
      if (!tree) return;
      picture = drawTree(surface, { run, tree, contests, stood });
      picture.cursor(store.get().timeUs);
      picture.select(store.get().selection.round);
    },
  });
  const wide = wideDrawing(treePanel, 'tree of rounds: arrows go from round to round');
  treePanel.legend([
    { label: 'best chain', color: 'var(--c1)', mark: 'dot' },
    { label: 'lost round', color: 'var(--c5)', mark: 'ring' },
    { label: 'thickness: hash power behind the branch at its peak', color: 'var(--strong-line)', mark: 'line' },
    { label: 'reorganisations, and nodes that made them', color: 'var(--c4)', mark: 'dash' },
  ]);
  onPointer(treePanel, signal, {
    click(x, y) {
      const round = picture?.roundAt(x, y);
      if (round !== undefined) pick(round);
    },
  });
  rowKeys(treePanel.body, signal, (step) => {
    if (!tree) return;
    const order = tree.stretches.flatMap(({ kind, rounds }) => (kind === 'episode' ? rounds : [rounds[0], rounds[rounds.length - 1]]));
    const at = order.indexOf(store.get().selection.round ?? -1);
    pick(order[Math.min(order.length - 1, Math.max(0, at + step))]);
  });
  const pick = (round: number): void => store.set({ selection: { ...store.get().selection, round }, timeUs: run.rounds.foundAtUs[round] });

  function roundTable(): TableData {
    const { rounds } = run;
    const lostTo = new Map(contests.flatMap(({ losers }, at) => losers.map((round): [number, number] => [round, at])));
    return {
      columns: [
        { name: 'round', number: true }, { name: 'hash' }, { name: 'parent' }, { name: 'found (s, virtual)', number: true }, { name: 'finder', number: true },
        { name: 'on the best chain' }, { name: 'transactions', number: true }, { name: 'power behind its branch (%)', number: true },
      ],
      rows: rounds.count,
      cell(round, column) {
        const contest = lostTo.get(round);
        const power = contest === undefined ? undefined : stood[contest]?.peakPowerPpm;
        return [
          rounds.number[round], picture?.hash(round) ?? '', rounds.parent[round] < 0 ? '' : (picture?.hash(rounds.parent[round]) ?? ''), rounds.foundAtUs[round] / 1e6,
          rounds.node[round] < 0 ? undefined : rounds.node[round], rounds.canonical[round] === 1 ? 'yes' : 'lost', rounds.transactions[round], power === undefined ? undefined : power / 10_000,
        ][column];
      },
      onRow: pick,
    };
  }

  // ── one contest ─────────────────────────────────────────────────────────────────────────────────────────────────

  let plot: Plot | undefined;
  let line: SVGLineElement | undefined;
  const contestPanel = context.panel({
    id: 'contest', span: 'half', height: 250,
    table() {
      const one = stood[chosen];
      return tableOf(
        [{ name: 'time (s, virtual)', number: true }, { name: 'nodes on the losing side', number: true }, { name: 'their hash power (%)', number: true }],
        one ? [...one.atUs].map((us, i) => [us / 1e6, one.nodes[i], one.powerPpm[i] / 10_000]) : [],
      );
    },
    draw(surface) {
      const one = stood[chosen];
      if (!one || one.atUs.length === 0) return;
      const [fromUs, toUs] = [one.atUs[0], one.overUs];
      const pad = Math.max(1_000, (toUs - fromUs) * 0.06);
      const most = roof(Math.max(one.peakNodes / run.nodes.count, one.peakPowerPpm / 1e6));
      plot = plotOn(
        surface, timeAxis(Math.max(0, fromUs - pad), Math.min(run.facts.endUs, toUs + pad)),
        { from: 0, to: Math.min(1, most), label: 'of all nodes, of all hash power', text: percentText },
      );
      const nodes = stepPath(one, plot, (i) => one.nodes[i] / run.nodes.count);
      const power = stepPath(one, plot, (i) => one.powerPpm[i] / 1e6);
      line = s('line', { class: 'crosshair', y1: plot.top, y2: plot.bottom });
      plot.marks.append(
        areaMark(`${nodes}V${plot.bottom}H${plot.x(fromUs)}Z`, thin('var(--c5)', 22)), lineMark(nodes, 'var(--c5)', 1.8),
        lineMark(power, 'var(--ink)', 1.8, '6 3'),
      );
      plot.over.append(line);
      surface.svg.classList.add('pick');
      placeLine(store.get().timeUs);
    },
  });
  contestPanel.legend([{ label: 'nodes on the losing side', color: 'var(--c5)', mark: 'fill' }, { label: 'their hash power', color: 'var(--ink)', mark: 'dash' }]);
  onPointer(contestPanel, signal, { drag: (x) => plot && store.set({ timeUs: plot.xAt(x) }) });
  function placeLine(timeUs: number): void {
    if (!plot || !line) return;
    const x = plot.x(timeUs).toFixed(1);
    line.setAttribute('x1', x);
    line.setAttribute('x2', x);
  }

  const membersPanel = context.panel({ id: 'members', span: 'half', table: () => memberTable() });
  const membersHost = h('div');
  membersPanel.body.prepend(membersHost);
  function memberTable(): TableData {
    const one = stood[chosen];
    return {
      columns: [
        { name: 'node', number: true }, { name: 'kind' }, { name: 'region' }, { name: 'hash power (%)', number: true },
        { name: 'came (s, virtual)', number: true }, { name: 'left (s, virtual)', number: true },
      ],
      rows: one?.members.length ?? 0,
      cell(row, column) {
        const node = one!.members[row];
        return [
          node, textAt(run.nodes.kind, node), regionText(textAt(run.nodes.region, node)), run.nodes.hashPowerPpm[node] / 10_000, one!.cameUs[row] / 1e6,
          one!.wentUs[row] / 1e6,
        ][column];
      },
      onRow: (row) => store.select({ node: one!.members[row] }),
    };
  }

  // ── all contests ────────────────────────────────────────────────────────────────────────────────────────────────

  let depths: Plot | undefined;
  const contestsPanel = context.panel({
    id: 'contests', height: 190, label: 'Depth of each lost branch over time',
    table: () => ({
      ...tableOf(
        [
          { name: 'base round', number: true }, { name: 'began (s, virtual)', number: true }, { name: 'rounds lost', number: true },
          { name: 'depth', number: true }, { name: 'nodes at most', number: true }, { name: 'hash power at most (%)', number: true },
          { name: 'over (s, virtual)', number: true }, { name: 'still there at the end', number: true },
        ],
        contests.map((contest, i) => [
          run.rounds.number[contest.base], contest.fromUs / 1e6, contest.losers.length, contest.depth, stood[i]?.peakNodes,
          stood[i] && stood[i].peakPowerPpm / 10_000, stood[i] && stood[i].overUs / 1e6, stood[i]?.left,
        ]),
      ),
      onRow: choose,
    }),
    draw(surface) {
      const deepest = Math.max(...contests.map(({ depth }) => depth), 1);
      depths = plotOn(surface, timeAxis(0, run.facts.endUs), { from: 0, to: deepest + 0.5, label: 'depth (rounds)', ticks: wholes(deepest) });
      contests.forEach((contest, i) => {
        const [x, y] = [depths!.x(run.rounds.foundAtUs[contest.losers[0]]), depths!.y(contest.depth)];
        const toX = depths!.x(stood[i]?.overUs ?? contest.toUs);
        const title = s('title', {}, `from round ${run.rounds.number[contest.base]}: ${counted(contest.losers.length, 'round')} lost, depth ${contest.depth}`);
        depths!.marks.append(
          s('line', { x1: x, x2: x, y1: depths!.bottom, y2: y, stroke: 'var(--c5)', 'stroke-width': i === chosen ? 3 : 1.5 }),
          s('line', { x1: x, x2: Math.max(toX, x + 1), y1: y, y2: y, stroke: 'var(--c5)', 'stroke-width': 3 }),
          s(
            'circle', { cx: x, cy: y, r: i === chosen ? 6.5 : 4.5, fill: i === chosen ? 'var(--c5)' : 'var(--panel)', stroke: 'var(--c5)', 'stroke-width': 2 },
            title,
          ),
        );
        if (i === chosen) depths!.over.append(s('text', { class: 'halo', x: Math.min(x + 10, depths!.right - 80), y: y - 8 }, 'shown above'));
      });
    },
  });
  onPointer(contestsPanel, signal, {
    click(x, y) {
      if (!depths || contests.length === 0) return;
      const far = contests.map(({ losers, depth }) => (depths!.x(run.rounds.foundAtUs[losers[0]]) - x) ** 2 + (depths!.y(depth) - y) ** 2);
      choose(far.indexOf(Math.min(...far)));
    },
  });
  const choose = (at: number): void => store.set({ selection: { ...store.get().selection, round: contests[at].losers[0] }, timeUs: contests[at].fromUs });

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  let first = true;
  const refresh = latest(async () => {
    run = store.get().run ?? run;
    contests = contestsOf(run.rounds, run.workRank);
    stood = contests.map(() => undefined);
    tree = forkTree(run.rounds, contests);
    if (contests.length === 0) return nothing();
    contestsPanel.finding(
      `${counted(contests.length, 'branch', 'branches')} lost; depths and how long somebody stayed on each`,
      'each stem is one contest, at the finding of its first lost round; a click shows it above; virtual time',
    );
    contestsPanel.redraw();
    showTree();
    if (first) {
      wide.reveal(tree.column[contests[weightiest(contests, stood)].losers[0]] / tree.columns);
      contestPanel.loading('Reading who held which round …');
      membersPanel.finding('Nodes on the losing side');
    }
    try {
      for (const [i, contest] of contests.entries()) {
        const sides = [...contest.losers, ...contest.winners];
        const rows = await Promise.all(sides.map((round) => run.arrivals(round)));
        if (signal.aborted) return;
        stood[i] = standing(
          contest,
          { rounds: run.rounds, workRank: run.workRank, arrivals: new Map(sides.map((round, k) => [round, rows[k]])), powerPpm: run.nodes.hashPowerPpm, finalityDepth: run.facts.parameters.finalityDepth, endUs: run.facts.endUs },
        );
      }
    } catch (problem) {
      if (!signal.aborted && run === store.get().run) contestPanel.fail(problemOf(problem, 'forks'));
      return;
    }
    showTree();
    contestsPanel.redraw();
    first = false;
    chosen = -1;
    show(store.get().selection.round);
  });

  function nothing(): void {
    const found = run.rounds.count - 1;
    treePanel.finding(found === 0 ? 'No round was found' : `No fork: all ${counted(found, 'round')} stand on one branch`, 'virtual time');
    treePanel.empty(
      found === 0 ? 'The run ended before its first round.' : 'No two miners found a round at nearly the same time, and nothing cut the network in two.',
      'scenarios/reorg.yaml cuts off half of the power for five minutes: stratus run scenarios/reorg.yaml',
    );
    for (const panel of [contestPanel, membersPanel, contestsPanel]) panel.element.hidden = true;
  }

  function showTree(): void {
    for (const panel of [contestPanel, membersPanel, contestsPanel]) panel.element.hidden = false;
    treePanel.finding(
      forksFinding(contests, stood),
      `found rounds in order, quiet stretches folded; times are virtual; ${counted(run.events.reorg.count, 'reorganisation')} by single nodes`,
    );
    wide.fit(treeSize(tree!));
    treePanel.redraw();
  }

  function show(round: number | undefined): void {
    const at = contests.findIndex(({ losers, winners }) => round !== undefined && (losers.includes(round) || winners.includes(round)));
    const next = at >= 0 ? at : chosen >= 0 ? chosen : weightiest(contests, stood);
    if (next === chosen || !contests[next]) return;
    chosen = next;
    const one = stood[chosen];
    const base = run.rounds.number[contests[chosen].base];
    if (!one) return;
    const { title, below } = standingFinding(contests[chosen], one, run.nodes.count, base);
    contestPanel.finding(title, below);
    if (one.members.length === 0) contestPanel.empty(
      'Nobody but the finder’s own record knows of this branch: no node held it as its head.', 'Choose another one below.',
    );
    else contestPanel.redraw();
    membersPanel.finding(
      `${counted(one.members.length, 'node')} had ${one.members.length === 1 ? 'its' : 'their'} head on the losing side${one.left > 0 ? `; ${counted(one.left, 'node')} still had it when the run ended` : ''}`,
      'a row selects its node; times are virtual',
    );
    virtualTable(membersHost, memberTable(), 'nodes on the losing side');
    contestsPanel.redraw();
  }

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) refresh();
      if (state.timeUs !== before?.timeUs) {
        picture?.cursor(state.timeUs);
        placeLine(state.timeUs);
      }
      if (before && state.selection.round !== before.selection.round) {
        picture?.select(state.selection.round);
        if (stood.length > 0 && stood.every((one) => one !== undefined)) show(state.selection.round);
        if (tree && state.selection.round !== undefined) wide.reveal(tree.column[state.selection.round] / tree.columns, true);
      }
    },
  };
}

const wholes = (most: number): number[] => {
  const step = Math.max(1, Math.ceil(most / 5));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
};

/** Steps: each value holds until the next time. */
function stepPath({ atUs, overUs }: Standing, plot: Plot, value: (i: number) => number): string {
  let path = `M${plot.x(atUs[0]).toFixed(1)},${plot.bottom}`;
  atUs.forEach((us, i) => (path += `H${plot.x(us).toFixed(1)}V${plot.y(value(i)).toFixed(1)}`));
  return `${path}H${plot.x(overUs).toFixed(1)}`;
}
