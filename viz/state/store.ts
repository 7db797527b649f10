/**
 * The state of the page: one run, one time cursor, one selection. All that the address keeps, and what follows from it.
 * A state never changes; `set` makes the next one, and those who subscribed hear of it once per frame.
 */
import type { Moment, Problem, RunData } from '../data/run-data.ts';

/** One of each may be selected; views show what they know. Indices as in the trace. */
export interface Selection {
  readonly node?: number | undefined;
  readonly round?: number | undefined;
  /** Id, hex. */
  readonly transaction?: string | undefined;
  readonly ledger?: string | undefined;
}

export type Theme = 'system' | 'light' | 'dark' | 'contrast';

/** A run that can be opened, as the picker lists it. `url` ends in '/'. */
export interface RunEntry {
  readonly key: string;
  readonly url: string;
  readonly scenario: string;
  readonly seed: string;
  readonly verdict: string;
  /** ISO 8601, when it was started; '' where unknown. */
  readonly started: string;
}

export interface State {
  readonly runs: readonly RunEntry[];
  /** The run that is shown, its name while it loads, and why it cannot be shown. */
  readonly runKey: string;
  readonly run: RunData | undefined;
  readonly problem: Problem | undefined;
  /** The second run of Compare. */
  readonly otherKey: string;
  readonly other: RunData | undefined;
  readonly otherProblem: Problem | undefined;
  readonly view: string;
  /** The cursor, µs, 0 … endUs. */
  readonly timeUs: number;
  /** Nodes at about `timeUs`: comes shortly after it; `moment.atUs` says for when it is. */
  readonly moment: Moment | undefined;
  readonly playing: boolean;
  /** Virtual seconds per real second. */
  readonly speed: number;
  readonly selection: Selection;
  readonly filter: string;
  readonly theme: Theme;
  /** Tables in place of drawings (`t`). */
  readonly tables: boolean;
  /** Choices of the view that is shown, e.g. `{ by: 'region' }`; part of the address. Names: letters. */
  readonly options: Readonly<Record<string, string>>;
}

export interface Store {
  get(): State;
  /** Changes what is given; `timeUs` is kept within the run, a selection within what there is. */
  set(change: Partial<State>): void;
  /** Merges into the selection; `undefined` takes something out. Selecting what is selected already leaves it. */
  select(change: Selection): void;
  /** Sets one option of the shown view; `undefined` takes it out. */
  option(name: string, value: string | undefined): void;
  /** Once per frame after changes; `before` is the state of the last call. Returns how to stop. */
  subscribe(listener: (state: State, before: State) => void): () => void;
}

export const INITIAL: State = {
  runs: [], runKey: '', run: undefined, problem: undefined, otherKey: '', other: undefined, otherProblem: undefined, view: 'overview', timeUs: 0, moment: undefined,
  playing: false, speed: 60, selection: {}, filter: '', theme: 'system', tables: false, options: {},
};

/** `later` calls back before the next frame is drawn: requestAnimationFrame in a page, anything in a test. */
export function makeStore(initial: State, later: (callback: () => void) => void): Store {
  let state = initial;
  let told = initial;
  let waiting = false;
  const listeners = new Set<(state: State, before: State) => void>();
  const tell = (): void => {
    waiting = false;
    const before = told;
    told = state;
    if (before !== state) for (const listener of listeners) listener(state, before);
  };
  const set = (change: Partial<State>): void => {
    const next = within({ ...state, ...change });
    if (same(next, state)) return;
    state = next;
    if (waiting) return;
    waiting = true;
    later(tell);
  };
  const withOption = (name: string, value: string | undefined): Readonly<Record<string, string>> => {
    const { [name]: _, ...others } = state.options;
    return value === undefined ? others : { ...others, [name]: value };
  };
  return {
    get: () => state,
    set,
    select: (change) => set({ selection: { ...state.selection, ...change } }),
    option: (name, value) => set({ options: withOption(name, value) }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The state with its cursor and its selection inside the run. */
function within(state: State): State {
  const { run } = state;
  if (!run) return state;
  const timeUs = Math.min(Math.max(0, Math.round(state.timeUs)), run.facts.endUs);
  const { node, round } = state.selection;
  const selection = { ...state.selection, node: inside(node, run.nodes.count), round: inside(round, run.rounds.count) };
  const kept = selection.node === node && selection.round === round ? state.selection : selection;
  return timeUs === state.timeUs && kept === state.selection ? state : { ...state, timeUs, selection: kept };
}

const inside = (index: number | undefined, count: number): number | undefined => (index !== undefined && Number.isInteger(index) && index >= 0 && index < count ? index : undefined);

const same = (a: State, b: State): boolean => (Object.keys(a) as (keyof State)[]).every((key) => Object.is(a[key], b[key]) || (key === 'selection' && sameSelection(a.selection, b.selection)));

const sameSelection = (a: Selection, b: Selection): boolean => a.node === b.node && a.round === b.round && a.transaction === b.transaction && a.ledger === b.ledger;
