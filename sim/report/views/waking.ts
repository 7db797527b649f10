/**
 * Which nodes woke, why, and whether it helped (D15): states over virtual time, load against capacity, and each activation
 * with its reason. A node that is not awake yet adds no capacity.
 */
import { listAt, textAt, type EventTables } from '../../trace/columns.ts';
import type { NodeState } from '../../trace/events.ts';
import { figure, grouped, lengthText, millis } from '../format.ts';
import type { SpreadColumns } from './presence.ts';
import { partsNamed, type SeriesPart } from './series.ts';
import { counted } from './words.ts';

/** What questions about states ask of a run. */
export interface StateColumns {
  readonly nodes: Pick<SpreadColumns['nodes'], 'count' | 'initialState'>;
  readonly states: SpreadColumns['states'];
}
export type Activations = Pick<EventTables['activation'], 'count' | 'atUs' | 'offeredMilliTpms' | 'required' | 'active' | 'activated'>;

/** From the least to the most noteworthy: where several nodes or moments share a pixel, the last of these that occurs shows. */
export const STATE_ORDER: readonly NodeState[] = ['standby', 'active', 'booting', 'syncing', 'paused', 'down'];

/** The states of every node: those of node n begin at `atUs[i]` and are `STATE_ORDER[state[i]]`, for i from `from[n]` to `from[n + 1] − 1`, in order. */
export interface StateSpans {
  readonly from: Int32Array;
  readonly atUs: Float64Array;
  readonly state: Uint8Array;
}

const codeOf = (state: string): number => Math.max(0, (STATE_ORDER as readonly string[]).indexOf(state));

export function stateSpans({ nodes, states }: StateColumns): StateSpans {
  const from = new Int32Array(nodes.count + 1).fill(1, 1);
  for (let i = 0; i < states.count; i++) from[states.node[i] + 1]++;
  for (let node = 0; node < nodes.count; node++) from[node + 1] += from[node];
  const atUs = new Float64Array(nodes.count + states.count);
  const state = new Uint8Array(nodes.count + states.count);
  const next = from.slice();
  for (let node = 0; node < nodes.count; node++) state[next[node]++] = codeOf(textAt(nodes.initialState, node));
  const codes = states.state.values.map(codeOf);
  for (let i = 0; i < states.count; i++) {
    const at = next[states.node[i]]++;
    atUs[at] = states.atUs[i];
    state[at] = codes[states.state.codes[i]];
  }
  return { from, atUs, state };
}

/** Nodes per state at the end of each step: `counts[step × STATE_ORDER.length + state]`. Their sum is the number of nodes at every step. */
export function stateCounts({ from, atUs, state }: StateSpans, stepUs: number, steps: number): Int32Array {
  const states = STATE_ORDER.length;
  const counts = new Int32Array(steps * states);
  // Differences first, summed up at the end: each change is counted once, whatever the number of steps.
  for (let node = 0; node + 1 < from.length; node++) {
    for (let i = from[node]; i < from[node + 1]; i++) {
      const step = Math.max(0, Math.ceil(atUs[i] / stepUs) - 1);
      if (step >= steps) break;
      counts[step * states + state[i]]++;
      if (i > from[node]) counts[step * states + state[i - 1]]--;
    }
  }
  for (let i = states; i < counts.length; i++) counts[i] += counts[i - states];
  return counts;
}

/** One state per node and bin of time, `out[y × width + x]` an index into `STATE_ORDER`, for rows y of `order`; in bins of several states or nodes the most noteworthy. */
export function stateRaster({ from, atUs, state }: StateSpans, order: Int32Array, fromUs: number, toUs: number, width: number, height: number, out: Uint8Array): void {
  out.fill(0, 0, width * height);
  const perUs = width / (toUs - fromUs);
  for (let row = 0; row < order.length; row++) {
    const node = order[row];
    const base = Math.floor((row * height) / order.length) * width;
    for (let i = from[node]; i < from[node + 1]; i++) {
      const ends = i + 1 < from[node + 1] ? atUs[i + 1] : Number.POSITIVE_INFINITY;
      if (ends <= fromUs || atUs[i] >= toUs) continue;
      const last = Math.min(width, Math.ceil((ends - fromUs) * perUs));
      for (let x = Math.max(0, Math.floor((atUs[i] - fromUs) * perUs)); x < last; x++) if (state[i] > out[base + x]) out[base + x] = state[i];
    }
  }
}

/** State of a node at a moment. */
export function stateAt({ from, atUs, state }: StateSpans, node: number, us: number): NodeState {
  let i = from[node];
  while (i + 1 < from[node + 1] && atUs[i + 1] <= us) i++;
  return STATE_ORDER[state[i]];
}

export interface LoadStep {
  readonly atUs: number;
  /** Offered, tx/ms. */
  readonly offered: number;
  readonly active: number;
  /** Active nodes × the capacity of each, tx/ms. */
  readonly capacity: number;
}

/** Load and capacity in cells of `cellUs` (a multiple of the series' step); capacity is that at the cell's end. */
export function loadAgainstCapacity(series: readonly SeriesPart[], capacityMilliTpms: number, cellUs: number): LoadStep[] {
  const active = partsNamed(series, 'nodes.active')[0];
  if (active === undefined) return [];
  const per = Math.max(1, Math.round(cellUs / active.stepUs));
  const offered = partsNamed(series, 'tx.offered');
  return Array.from({ length: Math.ceil(active.values.length / per) }, (_, cell) => {
    const last = Math.min(active.values.length, (cell + 1) * per);
    let sum = 0;
    for (const { values } of offered) for (let i = cell * per; i < Math.min(last, values.length); i++) sum += values[i];
    const nodes = active.values[last - 1];
    return { atUs: cell * per * active.stepUs, offered: (sum * 1_000) / ((last - cell * per) * active.stepUs), active: nodes, capacity: (nodes * capacityMilliTpms) / 1_000 };
  });
}

export interface Waking {
  readonly atUs: number;
  /** Load of the last tick, tx/ms. */
  readonly offered: number;
  readonly required: number;
  readonly active: number;
  readonly woken: readonly number[];
  /** µs until the last of the woken was active; undefined where one never was. */
  readonly readyUs: number | undefined;
}

/** Every tick of the rule that woke nodes. */
export function wakings(ticks: Activations, spans: StateSpans): Waking[] {
  const active = codeOf('active');
  const readyAt = (node: number, since: number): number | undefined => {
    for (let i = spans.from[node]; i < spans.from[node + 1]; i++) if (spans.state[i] === active && spans.atUs[i] >= since) return spans.atUs[i];
    return undefined;
  };
  const result: Waking[] = [];
  for (let i = 0; i < ticks.count; i++) {
    const woken = [...listAt(ticks.activated, i)];
    if (woken.length === 0) continue;
    const atUs = ticks.atUs[i];
    let readyUs: number | undefined = 0;
    for (const node of woken) {
      const ready = readyAt(node, atUs);
      readyUs = ready === undefined || readyUs === undefined ? undefined : Math.max(readyUs, ready - atUs);
    }
    result.push({ atUs, offered: ticks.offeredMilliTpms[i] / 1_000, required: ticks.required[i], active: ticks.active[i], woken, readyUs });
  }
  return result;
}

/** Why these nodes were woken, and what came of it. `perNode`: declared capacity, tx/ms. */
export const wakingReason = ({ offered, required, active, woken, readyUs }: Waking, perNode: number): string =>
  `${figure(offered)} tx/ms offered, at ${figure(perNode)} a node: ${counted(required, 'node')} required, ${grouped(active)} active; ${grouped(woken.length)} woken, ${readyUs === undefined ? 'not all became active' : `active ${millis(readyUs / 1_000)} later`}`;

/** What the activation says, in a sentence; `asleep`: nodes that stood by at the start. */
export function wakingFinding(asleep: number, nodes: number, events: readonly Waking[], steps: readonly LoadStep[]): string {
  const woken = events.reduce((sum, event) => sum + event.woken.length, 0);
  const short = steps.filter((step) => step.offered > step.capacity).length;
  const cellUs = steps.length > 1 ? steps[1].atUs - steps[0].atUs : 0;
  const covered = steps.every((step) => step.offered === 0) ? 'no load was offered' : short === 0 ? 'capacity covered the load throughout' : `load exceeded capacity for ${lengthText(short * cellUs)} in all`;
  if (asleep === 0) return `All ${counted(nodes, 'node')} were active from the start; ${covered}`;
  if (woken === 0) return `None of ${counted(asleep, 'sleeping node')} woke; ${covered}`;
  return `${grouped(woken)} of ${counted(asleep, 'sleeping node')} woke, from ${lengthText(events[0].atUs)} to ${lengthText(events[events.length - 1].atUs)}; ${covered}`;
}
