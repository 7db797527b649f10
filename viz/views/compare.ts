/** What changed between A, the run that is shown, and B? */
import {
  ArrivalComparison, figureDifferences, firstDifferentHappening, firstParting, happenings, type ArrivalDifference, type FigureDifference,
  type Happening, type HappeningDifference,
} from '../../sim/report/views/difference.ts';
import { arrivalsFinding, figuresFinding, partingFinding, signedPercent } from '../../sim/report/views/difference-words.ts';
import { bestChain } from '../../sim/report/views/contests.ts';
import { counted } from '../../sim/report/views/words.ts';
import { problemOf } from '../data/problem.ts';
import type { RunData } from '../data/run-data.ts';
import { h } from '../draw/dom.ts';
import { clock, duration } from '../draw/format.ts';
import type { TableData } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { differenceRamp, drawDifference, SIDES, type DifferencePicture, type Side } from './compare-drawing.ts';
import { latest } from './latest.ts';
import { onPointer } from './charts/time.ts';
import './explorer.css';
import './compare.css';
import type { MountedView, ViewContext } from './view.ts';

/** Cells of the picture at most: finer than screens are wide. */
const COLUMNS_MAX = 1_000;
const ROWS_MAX = 500;
/** Rounds read together. */
const AT_ONCE = 12;
/** Happenings shown before and after the first that differs. */
const AROUND = 6;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let [run, other] = [context.run!, store.get().other];

  // ── choosing the other run ──────────────────────────────────────────────────────────────────────────────────────

  const select = h('select', { 'aria-label': 'run to compare with (B)', onchange: () => store.set({ otherKey: select.value }) });
  const parting = context.panel({ id: 'parting', table: () => aroundTable() });
  parting.tools.append(h('label', { class: 'compare-pick' }, 'B, to compare with: ', select));
  const partingHost = h('div');
  parting.body.prepend(partingHost);
  function fillSelect(): void {
    const { runs, otherKey, runKey } = store.get();
    select.replaceChildren(
      h('option', { value: '' }, 'choose a run …'),
      ...runs.filter(({ key }) => key !== runKey).map(({ key, scenario, seed, verdict }) => h(
        'option', { value: key }, `${scenario || key} · seed ${seed} · ${verdict} (${key.slice(0, 16)})`,
      )),
    );
    select.value = otherKey;
  }

  // ── first difference ────────────────────────────────────────────────────────────────────────────────────────────

  let told: readonly [readonly Happening[], readonly Happening[]] = [[], []];
  let first: HappeningDifference | undefined;

  /** What happened around the first difference, side by side. */
  function aroundTable(): TableData {
    const from = Math.max(0, (first?.same ?? 0) - AROUND);
    const rows = Array.from({ length: first ? 2 * AROUND : 0 }, (_, i) => from + i).filter((i) => i < Math.max(told[0].length, told[1].length));
    return {
      columns: [{ name: 'same?' }, { name: 'A (virtual)' }, { name: 'what happened in A' }, { name: 'B (virtual)' }, { name: 'what happened in B' }],
      rows: rows.length,
      cell(row, column) {
        const at = rows[row];
        const [a, b] = [told[0][at], told[1][at]];
        const same = a?.atUs === b?.atUs && a?.text === b?.text;
        return [
          at === first?.same ? '≠ first' : same ? '=' : '≠', a ? clock(a.atUs) : '', a?.text ?? 'nothing more', b ? clock(b.atUs) : '',
          b?.text ?? 'nothing more',
        ][column];
      },
      onRow: (row) => store.set({ timeUs: (told[0][rows[row]] ?? told[1][rows[row]]).atUs }),
    };
  }

  // ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────

  let figures: readonly FigureDifference[] = [];
  const figurePanel = context.panel({ id: 'figures', span: 'half', table: () => figureTable() });
  const figureHost = h('div', { class: 'compare-figures' });
  figurePanel.body.prepend(figureHost);
  const figureTable = (): TableData => ({
    columns: [{ name: 'figure' }, { name: 'A', number: true }, { name: 'B', number: true }, { name: 'B − A', number: true }, { name: 'of A', number: true }],
    rows: figures.length,
    cell(row, column) {
      const { path, a, b, change, share } = figures[row];
      const number = (text: string | undefined): string | number | undefined => (text !== undefined && change !== undefined ? Number(text) : text);
      return [
        path, number(a), number(b), change === undefined ? undefined : Math.round(change * 1e9) / 1e9, share === undefined ? undefined : signedPercent(share),
      ][column];
    },
  });

  // ── arrivals ────────────────────────────────────────────────────────────────────────────────────────────────────

  let arrivals: ArrivalDifference | undefined;
  let picture: DifferencePicture | undefined;
  const readout = h('p', { class: 'readout' }, POINT);
  const matrix = context.panel({
    id: 'arrivals', span: 'half', height: 380, label: 'Difference of arrivals, nodes by rounds',
    table: () => cellTable(),
    draw(surface) {
      if (!arrivals) return;
      picture = drawDifference(surface, arrivals, side());
    },
  });
  matrix.tools.append(readout);
  let mostText = '';
  /** Only what is earlier or only what is later, where that was chosen: the other way to tell the two apart. */
  const side = (): Side => SIDES.find((name) => name === store.get().options['side']);
  const showLegend = (): void => {
    const item = (name: NonNullable<Side>, color: string, more: string) => ({
      label: `B ${name}${more}, up to ${mostText}`, color, pressed: side() === name, onclick: () => store.option('side', side() === name ? undefined : name),
    });
    matrix.legend([item('earlier', 'var(--c1)', ''), { label: 'the same', color: 'var(--sunken)' }, item('later', 'var(--c5)', ' (striped where there is room)')]);
  };
  const cellTable = (): TableData => {
    const { columns = 0, rows = 0, roundsPerColumn = 1, nodesPerRow = 1 } = arrivals ?? {};
    return {
      columns: [{ name: 'round', number: true }, { name: 'node', number: true }, { name: 'B later by (ms)', number: true }],
      rows: columns * rows,
      cell(at, column) {
        const later = arrivals!.laterUs[at];
        return [1 + (at % columns) * roundsPerColumn, Math.floor(at / columns) * nodesPerRow, later / 1e3][column];
      },
      onRow: (at) => pick(1 + (at % columns) * roundsPerColumn, Math.floor(at / columns) * nodesPerRow),
    };
  };
  const pick = (number: number, node: number): void => {
    const round = bestChain(run.rounds)[number];
    if (round !== undefined) store.set({ selection: { ...store.get().selection, round, node }, timeUs: run.rounds.foundAtUs[round] });
  };
  onPointer(matrix, signal, {
    leave: () => (readout.textContent = POINT),
    over(x, y) {
      const cell = picture?.cellAt(x, y);
      if (!cell || !arrivals) return;
      const later = arrivals.laterUs[cell.row * arrivals.columns + cell.column];
      const [round, node] = [1 + cell.column * arrivals.roundsPerColumn, cell.row * arrivals.nodesPerRow];
      const span = (from: number, by: number): string => (by === 1 ? String(from) : `${from} to ${from + by - 1}`);
      const late = Number.isNaN(later) ? 'nothing to compare' : later === 0 ? 'the same' : `B ${duration(Math.abs(later))} ${later > 0 ? 'later' : 'earlier'}`;
      readout.textContent = `round ${span(round, arrivals.roundsPerColumn)}, node ${span(node, arrivals.nodesPerRow)}: ${late}`;
    },
    click(x, y) {
      const cell = picture?.cellAt(x, y);
      if (cell && arrivals) pick(1 + cell.column * arrivals.roundsPerColumn, cell.row * arrivals.nodesPerRow);
    },
  });

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  function nothingYet(): void {
    const { otherKey, otherProblem, runs } = store.get();
    partingHost.replaceChildren();
    for (const panel of [figurePanel, matrix]) panel.element.hidden = true;
    if (otherProblem) {
      parting.finding('B cannot be shown');
      return parting.fail(otherProblem);
    }
    if (otherKey !== '') {
      parting.finding(`Opening ${otherKey} …`);
      return parting.loading();
    }
    parting.finding('Two runs side by side: A is the one that is shown, B is still to be chosen');
    if (runs.length < 2) parting.empty('Only one run is known here.', 'Run the scenario with another seed, then open both: stratus view reports/A reports/B');
    else parting.empty('Choose B above.', 'Another seed shows what is chance, another version what a change did.');
  }

  const refresh = latest(async () => {
    [run, other] = [store.get().run ?? run, store.get().other];
    fillSelect();
    const [a, b] = [run, other];
    if (!b) return nothingYet();
    const current = (): boolean => !signal.aborted && store.get().otherKey === b.key;
    for (const panel of [figurePanel, matrix]) panel.element.hidden = false;
    if (!arrivals) {
      parting.loading('Comparing …');
      matrix.finding('When nodes had rounds');
      matrix.loading('Reading arrivals of both runs …');
    }
    figures = a.summary && b.summary ? figureDifferences(comparable(a), comparable(b)) : [];
    figurePanel.finding(figuresFinding(figures), 'exact figures of simulated time; wall figures are noise and left out');
    if (figures.length === 0) figurePanel.empty(
      a.summary && b.summary ? 'The virtual parts of both summaries are the same.' : 'A live run has no summary yet.', 'See below whether arrivals differ.',
    );
    else {
      figurePanel.redraw();
      virtualTable(figureHost, figureTable(), 'figures that differ');
    }
    try {
      const [chainA, chainB] = await Promise.all([a.table('checkpoints'), b.table('checkpoints')]);
      if (!current()) return;
      told = [happenings(a.events, a.rounds), happenings(b.events, b.rounds)];
      first = firstDifferentHappening(told[0], told[1]);
      const parted = firstParting(chainA, chainB);
      const inputs = a.facts.scenario.hash === b.facts.scenario.hash && a.facts.seed === b.facts.seed && a.facts.version === b.facts.version;
      const why = !inputs ? 'Their inputs differ, so they may' : parted ? 'Same scenario, seed and version: this should not be' : 'Same scenario, seed and version';
      parting.finding(partingFinding(parted === undefined && first === undefined, parted, first), `A: ${nameOf(a)}; B: ${nameOf(b)}. ${why}; stratus diff A B finds the very event`);
      if (first) virtualTable(partingHost, aroundTable(), 'around the first difference');
      else partingHost.replaceChildren();
      if (first) parting.redraw();
      else parting.empty(`${counted(told[0].length, 'noteworthy event')} and all ${counted(chainA.count, 'checkpoint')} are the same.`);
      arrivals = await compareArrivals(a, b, current);
      if (!current() || !arrivals) return;
    } catch (problem) {
      if (current() && a === store.get().run && b === store.get().other) matrix.fail(problemOf(problem, 'compare'));
      return;
    }
    matrix.finding(
      arrivalsFinding(arrivals),
      `rounds of both best chains by number, ${counted(Math.min(a.nodes.count, b.nodes.count), 'node')} by number${arrivals.roundsPerColumn * arrivals.nodesPerRow > 1 ? '; a cell shows its largest difference' : ''}`,
    );
    const ramp = differenceRamp(arrivals);
    mostText = duration(ramp.mostUs);
    showLegend();
    if (arrivals.pairs === 0) matrix.empty('The two runs have no round and node in common.', 'Compare runs of the same scenario.');
    else matrix.redraw();
  });

  /** Arrivals of both best chains, a few rounds at a time. */
  async function compareArrivals(a: RunData, b: RunData, current: () => boolean): Promise<ArrivalDifference | undefined> {
    const chains = [bestChain(a.rounds), bestChain(b.rounds)] as const;
    const numbers = Math.min(chains[0].length, chains[1].length) - 1;
    const comparison = new ArrivalComparison(numbers, Math.min(a.nodes.count, b.nodes.count), COLUMNS_MAX, ROWS_MAX);
    for (let from = 1; from <= numbers; from += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, numbers + 1 - from) }, (_, i) => from + i);
      const rows = await Promise.all(batch.map((number) => Promise.all([a.arrivals(chains[0][number]), b.arrivals(chains[1][number])])));
      if (!current()) return undefined;
      batch.forEach((number, i) => comparison.take(number, ...rows[i]));
    }
    return comparison.result();
  }

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run || state.other !== before.other || state.otherKey !== before.otherKey || state.otherProblem !== before.otherProblem) {
        if (state.otherKey !== before?.otherKey) arrivals = undefined;
        return refresh();
      }
      if (state.runs !== before.runs) fillSelect();
      if (state.options['side'] !== before.options['side'] && arrivals) {
        showLegend();
        matrix.redraw();
      }
    },
  };
}

const POINT = 'point at a cell; a click selects its round and node';

const nameOf = ({ facts: { scenario, seed, version } }: RunData): string => `${scenario.name}, seed ${seed}, version ${version}`;

/** The virtual part of a summary, lists of things with ids as things by id. */
function comparable({ summary }: RunData): object {
  const { scenario, seed, version, fidelity, verdict, exitCode, virtual, invariants, sometimes, thresholds, faults, hash } = summary!;
  const { name, hash: scenarioHash } = scenario;
  const byName = (rows: readonly object[], key: string): object => Object.fromEntries(rows.map((row) => [
    String((row as Record<string, unknown>)[key]).replaceAll('.', '·'), row,
  ]));
  return {
    scenario: { name, hash: scenarioHash.slice(0, 16) }, seed, version, fidelity, verdict, exitCode, ...virtual,
    invariants: byName(invariants, 'id'), sometimes: byName(sometimes, 'id'), thresholds: byName(thresholds, 'expr'), faults: byName(faults, 'id'), traceHash: hash.trace.slice(0, 16),
  };
}
