/** What was checked, and how near was failure? */
import { closeness, standingOf, type Closeness, type Standing } from '../../sim/report/views/headroom.ts';
import { closenessFinding, watchedFinding } from '../../sim/report/views/invariant-words.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import { textAt } from '../../sim/trace/columns.ts';
import { h, s } from '../draw/dom.ts';
import { clock, count } from '../draw/format.ts';
import { tableOf, type TableData } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { colourOf, DASHES, lineMark, thin, type Plot } from './charts/plot.ts';
import { timeChart } from './charts/time.ts';
import './chains.css';
import type { MountedView, ViewContext } from './view.ts';

const STANDING: Readonly<Record<Standing, { readonly sign: string; readonly text: string; readonly colour: string; readonly tone: string }>> = {
  violated: { sign: '✕', text: 'violated', colour: 'var(--bad)', tone: 'bad' },
  independent: { sign: '✓', text: 'held, checked independently', colour: 'var(--good)', tone: 'good' },
  'by-construction': { sign: '≡', text: 'held by construction only', colour: 'var(--warn)', tone: 'warn' },
  'not-exercised': { sign: '–', text: 'never had anything to check', colour: 'var(--muted)', tone: 'muted' },
};
const ROW_PX = 19;
/** Headroom is drawn as used share of the bound, from a millionth (headroom is recorded in such) to all of it. */
const LEAST_USED = 1e-6;
/** Lines of the headroom chart: the nearest to failing. */
const LINES = 6;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;
  let near: readonly Closeness[] = [];

  const standingAt = (row: number): Standing => standingOf({ evaluated: run.invariants.evaluated[row], byConstruction: run.invariants.byConstruction[row], violations: run.invariants.violations[row] });

  // ── headroom over time ──────────────────────────────────────────────────────────────────────────────────────────

  const headroom = timeChart(context, {
    id: 'headroom', height: 270, run: () => run,
    y: () => ({ from: LEAST_USED, to: 1, log: true, label: 'used of the bound (log; 100 %: it fails)', text: (share) => `${share * 100 >= 1 ? share * 100 : (share * 100).toPrecision(1)} %` }),
    draw(plot) {
      const places: Place[] = [];
      lines().forEach((row, i) => {
        const colour = colourOf(i);
        let path = '';
        let end = Number.NEGATIVE_INFINITY;
        row.ppmByMinute.forEach((ppm, minute) => {
          if (ppm < 0) return;
          const [x0, x1, y] = [plot.x(minute * MINUTE_US), plot.x(Math.min(run.facts.endUs, (minute + 1) * MINUTE_US)), plot.y(used(ppm))];
          path += `${end < x0 - 0.5 ? 'M' : 'L'}${x0.toFixed(1)},${y.toFixed(1)}H${x1.toFixed(1)}`;
          end = x1;
        });
        if (row.minute < 0) return;
        const [x, y] = [plot.x(Math.min(run.facts.endUs, (row.minute + 0.5) * MINUTE_US)), plot.y(used(row.ppmByMinute[row.minute]))];
        plot.marks.append(lineMark(path, colour, 2, DASHES[i % DASHES.length]));
        plot.over.append(s('circle', { cx: x, cy: y, r: 4, fill: colour, stroke: 'var(--panel)', 'stroke-width': 1.5 }));
        places.push({ x, y, text: row.id });
      });
      plot.marks.append(s('line', { x1: plot.left, x2: plot.right, y1: plot.y(1), y2: plot.y(1), stroke: 'var(--bad)', 'stroke-width': 2 }));
      plot.over.append(s('text', { class: 'alarm halo', x: (plot.left + plot.right) / 2, y: plot.y(1) + 13, 'text-anchor': 'middle' }, 'violated'));
      labelPlaces(plot, places);
    },
    readout: (us) => lines().flatMap(({ id, ppmByMinute }) => {
      const ppm = ppmByMinute[Math.floor(us / MINUTE_US)];
      return ppm === undefined || ppm < 0 ? [] : [`${id} ${percentText(ppm / 1e6)}`];
    }).join(', ') || 'nothing compared',
    table: () => tableOf(
      ['invariant', 'what', { name: 'minute (virtual)', number: true }, { name: 'headroom (share of the bound)', number: true }],
      near.flatMap(({ id, title, ppmByMinute }) => [...ppmByMinute].flatMap((ppm, minute) => (ppm < 0 ? [] : [[id, title, minute + 1, ppm / 1e6]]))),
    ),
  });

  /** The nearest to failing of those that used anything of their bound. */
  const lines = (): readonly Closeness[] => near.filter((row) => row.headroom < 1).slice(0, LINES);

  // ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────

  const watched = context.panel({
    id: 'watched', height: 400, label: 'Evaluations of each invariant',
    table: () => watchedTable(),
    draw({ svg, width }) {
      const { invariants } = run;
      const narrow = width < 620;
      const left = narrow ? 66 : Math.min(470, width * 0.46);
      const right = 64;
      const most = Math.max(10, ...invariants.evaluated, ...invariants.byConstruction);
      const x = (n: number): number => left + (Math.log10(Math.max(1, n)) / Math.log10(most)) * (width - left - right);
      const rows = Array.from({ length: invariants.count }, (_, i) => i);
      const powers = Array.from(
        { length: Math.floor(Math.log10(most)) + 1 }, (_, i) => 10 ** i,
      ).filter((_, i, all) => i % Math.ceil(all.length / (narrow ? 3 : 7)) === 0);
      const bottom = 20 + rows.length * ROW_PX;
      svg.replaceChildren(
        s(
          'g', { class: 'axis' },
          ...powers.flatMap((n) => [
            s('line', { class: 'gridline', x1: x(n), x2: x(n), y1: 16, y2: bottom }), s('text', { x: x(n), y: 11, 'text-anchor': 'middle' }, count(n)),
          ]),
        ),
        ...rows.flatMap((row) => {
          const y = 20 + row * ROW_PX;
          const standing = standingAt(row);
          const { sign, text, tone } = STANDING[standing];
          const [id, title] = [textAt(invariants.id, row), textAt(invariants.title, row)];
          const [independent, shared] = [invariants.evaluated[row], invariants.byConstruction[row]];
          const told = s(
            'title', {},
            `${id}: ${title}. ${text}: ${count(independent)} independent, ${count(shared)} by construction, ${counted(invariants.violations[row], 'violation')}`,
          );
          return [
            s('text', { x: 8, y: y + 8, dy: '0.32em', class: `strong tone-${tone}` }, sign),
            s('text', { class: 'strong', x: 24, y: y + 8, dy: '0.32em' }, id),
            ...(narrow ? [] : [s('text', { x: 58, y: y + 8, dy: '0.32em' }, fitted(title, left - 66))]),
            s(
              'rect',
              { x: left, y: y + 2, width: independent > 0 ? Math.max(2, x(independent) - left) : 0, height: 7, fill: standing === 'violated' ? 'var(--bad)' : 'var(--c1)' },
              told,
            ),
            s(
              'rect',
              { x: left, y: y + 10, width: shared > 0 ? Math.max(2, x(shared) - left) : 0, height: 4, fill: thin('var(--c2)', 70), stroke: 'var(--c2)', 'stroke-width': 0.8 },
            ),
            s(
              'text', { x: width - 4, y: y + 8, dy: '0.32em', 'text-anchor': 'end', class: Number.isNaN(invariants.headroom[row]) ? undefined : 'value' },
              Number.isNaN(invariants.headroom[row]) ? '' : percentText(invariants.headroom[row]),
            ),
          ];
        }),
        s('text', { class: 'unit', x: width - 4, y: 11, 'text-anchor': 'end' }, 'headroom'),
        s('text', { class: 'unit', x: left, y: bottom + 14 }, 'evaluations (log)'),
      );
    },
  });
  watched.legend([
    { label: 'independent evaluations', color: 'var(--c1)' }, { label: 'by construction (two nodes share what is compared)', color: 'var(--c2)' },
    ...Object.values(STANDING).map(({ sign, text, colour }) => ({ label: `${sign} ${text}`, color: colour, mark: 'dot' as const })),
  ]);
  const drawing = watched.body.querySelector<HTMLElement>('.drawing')!;

  function watchedTable(): TableData {
    const { invariants } = run;
    return {
      columns: [
        { name: 'invariant' }, { name: 'what' }, { name: 'standing' }, { name: 'independent', number: true }, { name: 'by construction', number: true },
        { name: 'violations', number: true }, { name: 'headroom (share of the bound)', number: true },
      ],
      rows: invariants.count,
      cell: (row, column) => [
        textAt(invariants.id, row), textAt(invariants.title, row), STANDING[standingAt(row)].text, invariants.evaluated[row], invariants.byConstruction[row], invariants.violations[row],
        Number.isNaN(invariants.headroom[row]) ? undefined : invariants.headroom[row],
      ][column],
    };
  }

  // ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────

  const findings = context.panel({ id: 'findings', table: () => findingTable() });
  const findingsHost = h('div');
  findings.body.prepend(findingsHost);

  function findingTable(): TableData {
    const { violations, liveness } = run;
    const broken = violations.count;
    return {
      columns: [
        { name: 'invariant' }, { name: 'when (s, virtual)', number: true }, { name: 'event', number: true }, { name: 'node', number: true },
        { name: 'round', number: true }, { name: 'expected' }, { name: 'seen' },
      ],
      rows: broken + liveness.count,
      cell(row, column) {
        if (row >= broken) {
          const at = row - broken;
          return [
            textAt(liveness.invariant, at), liveness.atUs[at] / 1e6, liveness.event[at], undefined, undefined,
            `in time after fault ${textAt(liveness.after, at)}`, textAt(liveness.reason, at),
          ][column];
        }
        const index = (value: number): number | undefined => (value < 0 ? undefined : value);
        return [
          textAt(violations.invariant, row), violations.atUs[row] / 1e6, violations.event[row], index(violations.node[row]), index(violations.round[row]),
          textAt(violations.expected, row), textAt(violations.seen, row),
        ][column];
      },
      onRow(row) {
        if (row >= broken) return store.set({ timeUs: liveness.atUs[row - broken] });
        const [node, round] = [violations.node[row], violations.round[row]];
        store.set({ timeUs: violations.atUs[row], selection: { ...store.get().selection, ...(node >= 0 && { node }), ...(round >= 0 && { round }) } });
      },
    };
  }

  function load(): void {
    const { invariants, violations, liveness } = run;
    near = closeness(invariants);
    watched.finding(watchedFinding(invariants), 'virtual; “independent”: the compared values come from separate computations');
    if (invariants.count === 0) watched.empty(
      'The scenario watched nothing.', 'Leave out `invariants: always` to watch all, or name some; `stratus list invariants` shows them.',
    );
    else {
      drawing.style.height = `${20 + invariants.count * ROW_PX + 22}px`;
      watched.redraw();
    }
    headroom.panel.finding(
      closenessFinding(near, run.facts.endUs),
      `share of each bound that was used, largest within each minute of virtual time; a dot marks where it was nearest${near.length > lines().length ? `; the ${lines().length} nearest of ${near.length}` : ''}`,
    );
    headroom.panel.legend(lines().map(({ id, title, headroom: left }, i) => ({ label: `${id} ${title}: ${percentText(left)} left`, color: colourOf(i), mark: DASHES[i % DASHES.length] === '' ? ('line' as const) : ('dash' as const) })));
    if (near.length === 0) headroom.panel.empty(
      'No invariant that has a bound was exercised in this run.',
      'L10 (gas), M3 (pools and queues) and L11 (rewards) have one: scenarios/smoke.yaml exercises all three.',
    );
    else if (near.every(({ ppmByMinute }) => ppmByMinute.length === 0)) headroom.panel.empty(
      'This run was recorded before headroom was kept per minute; the smallest of the run stands below.', 'Run the scenario again.',
    );
    else headroom.panel.redraw();
    const shown = violations.count + liveness.count;
    const all = invariants.violations.reduce((sum, n) => sum + n, 0);
    findings.finding(
      shown === 0 ? 'Nothing was violated, and everything came in time' : `${counted(all, 'violation')}${liveness.count > 0 ? `, and ${counted(liveness.count, 'thing')} did not come in time` : ''}`,
      shown === 0 ? '' : `the first ${counted(shown, 'one', 'ones')} in full; a row goes to its moment (first at ${clock(Math.min(...violations.atUs, ...liveness.atUs))})`,
    );
    if (shown === 0) findings.empty(
      'Each invariant above held whenever it was asked.', 'scenarios/canary.yaml breaks S1 on purpose: stratus run scenarios/canary.yaml',
    );
    else {
      findings.redraw();
      virtualTable(findingsHost, findingTable(), 'violations');
    }
  }

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        load();
      }
      if (state.timeUs !== before?.timeUs) headroom.cursor(state.timeUs);
    },
  };
}

const MINUTE_US = 60_000_000;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Names beside their dots, moved up where two would lie over each other. */
function labelPlaces(plot: Plot, places: readonly Place[]): void {
  const taken: Place[] = [];
  for (const { x, y, text } of [...places].sort((a, b) => b.y - a.y)) {
    let at = y - 8;
    while (taken.some((other) => Math.abs(other.x - x) < 30 && Math.abs(other.y - at) < 13)) at -= 6;
    if (at < plot.top + 10) at = y + 16;
    taken.push({ x, y: at, text });
    plot.over.append(s('text', { class: 'strong halo', x: Math.min(x, plot.right - 14), y: at, 'text-anchor': 'middle' }, text));
  }
}

const used = (ppm: number): number => Math.max(LEAST_USED, 1 - ppm / 1e6);

/** Cut to about that many pixels. */
const fitted = (text: string, px: number): string => {
  const most = Math.max(4, Math.floor(px / 5.9));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
};
