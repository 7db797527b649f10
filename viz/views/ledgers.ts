/** Six chains side by side, and what crossed between them. */
import { crossings, ledgerLanes, LEDGERS, type Crossings, type Lanes } from '../../sim/report/views/ledger-lanes.ts';
import { crossingsFinding, lanesFinding } from '../../sim/report/views/ledger-words.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import { hexAt, ledgersIn, textAt, type Table } from '../../sim/trace/columns.ts';
import { problemOf } from '../data/problem.ts';
import { h, s } from '../draw/dom.ts';
import { clock, count, shortHash } from '../draw/format.ts';
import { tableOf, type TableData } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { onPointer } from './charts/time.ts';
import { roundAt } from './charts/arrivals.ts';
import { drawArcs, drawLanes, LANES_HEIGHT, type LanePicture } from './ledgers-drawing.ts';
import './chains.css';
import { latest } from './latest.ts';
import { rowKeys } from './wide.ts';
import type { MountedView, ViewContext } from './view.ts';

/** Columns of the lanes: a bar is never narrower than its arcs need. */
const COLUMNS_WIDE = 64;
const COLUMNS_NARROW = 24;
/** While the cursor moves, tables of a round wait until it rests. */
const SETTLE_MS = 150;
const N = LEDGERS.length;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  let blocks: Table<'ledgerBlocks'> | undefined;
  let legs: Table<'legs'> | undefined;
  let lanes: (Lanes & { readonly columnsMax: number }) | undefined;
  let crossed: Crossings | undefined;
  let picture: LanePicture | undefined;
  let shownRound = -1;
  let settling = 0;

  // ── lanes ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const lanesPanel = context.panel({
    id: 'lanes', height: LANES_HEIGHT, label: 'Transactions and gas of six ledgers over time, and what crossed between them. With the drawing focused, arrows go from round to round.',
    table: () => laneTable(),
    draw(surface) {
      if (!blocks || !legs) return;
      const most = surface.width < 560 ? COLUMNS_NARROW : COLUMNS_WIDE;
      if (!lanes || lanes.columnsMax !== most) {
        lanes = { ...ledgerLanes(run.rounds, blocks, most), columnsMax: most };
        crossed = crossings(legs, lanes);
      }
      picture = drawLanes(surface, lanes, crossed!, run);
      picture.mark(shownRound);
    },
  });
  lanesPanel.legend([
    { label: 'transactions (bars, one scale for all)', color: 'var(--c1)' },
    { label: 'gas used (line, one scale for all)', color: 'var(--ink)', mark: 'line' },
    { label: 'crossed: from a transaction’s home (end) to a ledger it changed (dot)', color: 'var(--c4)', mark: 'dot' },
  ]);
  onPointer(lanesPanel, signal, {
    click(x) {
      const column = picture?.columnAt(x);
      if (lanes && column !== undefined) pick(lanes.first[column]);
    },
  });
  lanesPanel.body.tabIndex = 0;
  lanesPanel.body.setAttribute('role', 'group');
  lanesPanel.body.setAttribute('aria-label', 'ledgers: arrows go from round to round');
  rowKeys(lanesPanel.body, signal, (step) => {
    const next = Math.min(run.rounds.count - 1, Math.max(0, (shownRound < 0 ? 0 : shownRound) + step));
    pick(next);
  });
  const pick = (round: number): void => store.set({ selection: { ...store.get().selection, round }, timeUs: run.rounds.foundAtUs[round] });

  function laneTable(): TableData {
    const perRound = blocks && ledgerLanes(run.rounds, blocks, Number.POSITIVE_INFINITY);
    const columns = perRound?.columns ?? 0;
    return {
      columns: [
        { name: 'round', number: true }, { name: 'found (s, virtual)', number: true },
        ...LEDGERS.flatMap((ledger) => [{ name: `${ledger} (tx)`, number: true }, { name: `${ledger} (gas)`, number: true }]),
      ],
      rows: columns,
      cell(row, column) {
        if (column === 0) return run.rounds.number[perRound!.first[row]];
        if (column === 1) return perRound!.fromUs[row] / 1e6;
        const ledger = Math.floor((column - 2) / 2);
        return (column % 2 === 0 ? perRound!.transactions : perRound!.gasUsed)[ledger * columns + row];
      },
      onRow: (row) => pick(perRound!.first[row]),
    };
  }

  // ── crossings, totals ───────────────────────────────────────────────────────────────────────────────────────────

  const arcsPanel = context.panel({
    id: 'crossings', span: 'half', height: 330, label: 'Arcs between ledgers',
    table: () => tableOf(
      [{ name: 'home' }, { name: 'changed' }, { name: 'transactions', number: true }],
      crossed ? [...crossed.matrix].flatMap((n, key) => (n > 0 ? [[LEDGERS[Math.floor(key / N)], LEDGERS[key % N], n]] : [])) : [],
    ),
    draw: (surface) => crossed && drawArcs(surface, crossed.matrix),
  });
  const totalsPanel = context.panel({
    id: 'totals', span: 'half', height: 330, label: 'Totals by ledger',
    table: () => tableOf(
      [{ name: 'ledger' }, { name: 'blocks', number: true }, { name: 'transactions', number: true }, { name: 'gas used', number: true }],
      lanes?.totals.map((t) => [t.ledger, t.blocks, t.transactions, t.gasUsed]) ?? [],
    ),
    draw({ svg, width, height }) {
      if (!lanes) return;
      const [left, top] = [84, 22];
      const half = (width - left - 12) / 2;
      const row = (height - top - 6) / N;
      const [mostTx, mostGas] = [Math.max(1, ...lanes.totals.map((t) => t.transactions)), Math.max(1, ...lanes.totals.map((t) => t.gasUsed))];
      svg.replaceChildren(
        s('text', { class: 'unit', x: left, y: 12 }, 'transactions'),
        s('text', { class: 'unit', x: left + half + 12, y: 12 }, 'gas used'),
        ...lanes.totals.flatMap(({ ledger, transactions, gasUsed }, i) => {
          const y = top + i * row;
          const bar = (x: number, share: number, value: number): SVGElement[] => {
            const w = Math.max(1, share * (half - 12));
            const inside = w > 90;
            return [
              s('rect', { x, y: y + row * 0.2, width: w, height: row * 0.5, fill: `var(--ledger-${ledger})`, 'fill-opacity': 0.55 }),
              s(
                'text', { class: 'value halo', x: inside ? x + w - 5 : x + w + 5, y: y + row * 0.45, dy: '0.34em', 'text-anchor': inside ? 'end' : 'start' },
                count(value),
              ),
            ];
          };
          return [
            s('text', { class: 'strong', x: left - 8, y: y + row * 0.45, dy: '0.34em', 'text-anchor': 'end' }, ledger),
            ...bar(left, transactions / mostTx, transactions), ...bar(left + half + 12, gasUsed / mostGas, gasUsed),
          ];
        }),
      );
    },
  });

  // ── one round ───────────────────────────────────────────────────────────────────────────────────────────────────

  const blocksPanel = context.panel({ id: 'blocks', span: 'half', table: () => blockTable() });
  const blocksHost = h('div');
  blocksPanel.body.prepend(blocksHost);
  const legsPanel = context.panel({ id: 'legs', span: 'half', table: () => legTable() });
  const legsHost = h('div');
  legsPanel.body.prepend(legsHost);

  function blockTable(): TableData {
    const rows = blocks ? rowsOfRound(blocks, shownRound) : [];
    return {
      columns: [
        { name: 'ledger' }, { name: 'block', number: true }, { name: 'transactions', number: true }, { name: 'gas used', number: true },
        { name: 'of its limit' }, { name: 'hash' }, { name: 'state root' },
      ],
      rows: rows.length,
      cell(row, column) {
        const at = rows[row];
        return [
          textAt(blocks!.ledger, at), blocks!.number[at], blocks!.transactions[at], blocks!.gasUsed[at], percentText(blocks!.gasUsed[at] / run.facts.parameters.gasLimitPerLedger), hexAt(blocks!.hash, at),
          hexAt(blocks!.stateRoot, at),
        ][column];
      },
      onRow: (row) => store.select({ ledger: textAt(blocks!.ledger, rows[row]) }),
    };
  }

  function legTable(): TableData {
    const rows = legs ? rowsOfRound(legs, shownRound) : [];
    return {
      columns: [{ name: 'kind' }, { name: 'home' }, { name: 'changed' }, { name: 'transaction' }],
      rows: rows.length,
      cell(row, column) {
        const at = rows[row];
        return [textAt(legs!.kind, at), textAt(legs!.home, at), ledgersIn(legs!.touched[at]).join(', '), hexAt(legs!.transaction, at)][column];
      },
      onRow: (row) => store.set({ selection: { ...store.get().selection, transaction: hexAt(legs!.transaction, rows[row]) }, view: 'explorer', options: {} }),
    };
  }

  function showRound(round: number): void {
    if (!blocks || !legs) return;
    shownRound = round;
    const { number, foundAtUs, canonical, hash } = run.rounds;
    const rows = rowsOfRound(blocks, round);
    const transactions = rows.reduce((sum, at) => sum + blocks!.transactions[at], 0);
    blocksPanel.finding(
      `Round ${number[round]} holds ${counted(transactions, 'transaction')}${canonical[round] === 1 ? '' : ', and is lost'}`,
      `${shortHash(hexAt(hash, round))}, found at ${clock(foundAtUs[round])} (virtual); a row selects its ledger`,
    );
    virtualTable(blocksHost, blockTable(), `blocks of round ${number[round]}`);
    const crossings = rowsOfRound(legs, round).length;
    legsPanel.finding(
      crossings === 0 ? `Nothing crossed between ledgers in round ${number[round]}` : `${counted(crossings, 'transaction')} of round ${number[round]} changed another ledger than their own`,
      'a row opens its transaction in the explorer',
    );
    virtualTable(legsHost, legTable(), `crossings of round ${number[round]}`);
  }

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const refresh = latest(async () => {
    run = store.get().run ?? run;
    if (run.rounds.count < 2) {
      lanesPanel.finding('No round was found');
      lanesPanel.empty('The run ended before its first round.', 'Give the scenario more time: `run: { duration: … }`.');
      return;
    }
    if (!blocks) for (const panel of [lanesPanel, arcsPanel, totalsPanel]) panel.loading();
    try {
      const tables = await Promise.all([run.table('ledgerBlocks'), run.table('legs')]);
      if (signal.aborted) return;
      [blocks, legs] = tables;
    } catch (problem) {
      if (!signal.aborted && run === store.get().run) lanesPanel.fail(problemOf(problem, 'ledgers'));
      return;
    }
    if (blocks.count === 0) {
      for (const panel of [arcsPanel, totalsPanel, blocksPanel, legsPanel]) panel.element.hidden = true;
      lanesPanel.finding('No ledgers in this run');
      lanesPanel.empty(
        'The relay model passes rounds without content (docs/validation.md).',
        'scenarios/ledgers.yaml has transactions on all six: stratus run scenarios/ledgers.yaml',
      );
      return;
    }
    lanes = { ...ledgerLanes(run.rounds, blocks, COLUMNS_WIDE), columnsMax: COLUMNS_WIDE };
    crossed = crossings(legs, lanes);
    const perColumn = lanes.roundsPerColumn === 1 ? 'each column is one round' : `each column sums ${lanes.roundsPerColumn} rounds`;
    lanesPanel.finding(lanesFinding(lanes.totals), `final best chain; ${perColumn}; a click selects a round; virtual time`);
    arcsPanel.finding(crossingsFinding(crossed), 'transactions by home ledger and ledger changed, on the final best chain; gas and nonce aside');
    totalsPanel.finding(
      `${counted(lanes.totals[0].blocks, 'block')} on each ledger, ${counted(lanes.totals.reduce((sum, t) => sum + t.transactions, 0), 'transaction')} in all`,
      'on the final best chain, genesis block included',
    );
    for (const panel of [lanesPanel, totalsPanel]) panel.redraw();
    if (crossed.operations === 0) arcsPanel.empty(
      'No transaction changed another ledger than its own.', 'Sales, bridge transfers and atomic operations do: scenarios/ledgers.yaml',
    );
    else arcsPanel.redraw();
    showRound(store.get().selection.round ?? roundAt(run, store.get().timeUs));
  });

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) refresh();
      if (!before || !blocks) return;
      const round = Math.min(run.rounds.count - 1, state.selection.round ?? roundAt(run, state.timeUs));
      if (round === shownRound) return;
      picture?.mark(round);
      window.clearTimeout(settling);
      if (state.selection.round !== before.selection.round) return showRound(round);
      shownRound = round;
      settling = window.setTimeout(() => !signal.aborted && showRound(shownRound), SETTLE_MS);
    },
  };
}

const rowsOfRound = ({ count: rows, round }: { readonly count: number; readonly round: Int32Array }, wanted: number): number[] => {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (round[row] === wanted) found.push(row);
  return found;
};
