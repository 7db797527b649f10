/** The address is the state: run, time, view, selection, theme in the fragment, in a fixed order, readable. */
import { INITIAL, type Selection, type State, type Theme } from './store.ts';

/** What the address holds. */
export type Addressed = Pick<State, 'runKey' | 'otherKey' | 'view' | 'timeUs' | 'selection' | 'filter' | 'theme' | 'tables' | 'options'>;

export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];
/** Longer texts are no addresses of ours. */
const LENGTH_MAX = 200;

/** `#run=…&view=…&t=SECONDS&node=…`; what is as at the start is left out. */
export function addressOf(state: Addressed): string {
  const { selection } = state;
  const entries: [string, string | undefined][] = [
    ['run', state.runKey || undefined],
    ['vs', state.otherKey || undefined],
    ['view', state.view],
    ['t', secondsText(state.timeUs)],
    ['node', selection.node?.toString()],
    ['round', selection.round?.toString()],
    ['tx', selection.transaction],
    ['ledger', selection.ledger],
    ['filter', state.filter || undefined],
    ['theme', state.theme === INITIAL.theme ? undefined : state.theme],
    ['tables', state.tables ? '1' : undefined],
    ...Object.entries(state.options).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]): [string, string] => [`o.${name}`, value]),
  ];
  const params = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) params.set(name, value);
  return `#${params.toString()}`;
}

/** What an address says; what it does not say, or says wrongly, is as at the start. `views` are the ids that exist. */
export function readAddress(fragment: string, views: readonly string[]): Addressed {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (name: string): string | undefined => {
    const value = params.get(name);
    return value === null || value.length > LENGTH_MAX ? undefined : value;
  };
  const index = (name: string): number | undefined => (/^\d{1,9}$/.test(text(name) ?? '') ? Number(text(name)) : undefined);
  const theme = text('theme') as Theme | undefined;
  const view = text('view') ?? '';
  const selection: Selection = {
    node: index('node'), round: index('round'), transaction: /^[0-9a-f]{1,64}$/.test(text('tx') ?? '') ? text('tx') : undefined, ledger: /^[a-z]{1,20}$/.test(text('ledger') ?? '') ? text('ledger') : undefined,
  };
  const options = [...params.entries()].filter(([name, value]) => /^o\.[a-zA-Z]{1,20}$/.test(name) && value.length <= LENGTH_MAX).map(([name, value]): [string, string] => [name.slice(2), value]);
  return {
    runKey: text('run') ?? '', otherKey: text('vs') ?? '', view: views.includes(view) ? view : (views[0] ?? INITIAL.view), timeUs: microseconds(text('t')), selection, filter: text('filter') ?? '',
    theme: theme && THEMES.includes(theme) ? theme : INITIAL.theme, tables: text('tables') === '1', options: Object.fromEntries(options),
  };
}

/** `12.5`, at most six decimals: exact, since times are whole microseconds. */
export const secondsText = (us: number): string => (us / 1e6).toFixed(6).replace(/\.?0+$/, '');

const microseconds = (seconds: string | undefined): number => (/^\d{1,9}(\.\d{1,6})?$/.test(seconds ?? '') ? Math.round(Number(seconds) * 1e6) : 0);

/** The moment that `stratus replay` takes: repeats the run up to the cursor. */
export const replayLine = (run: { readonly scenario: { readonly hash: string }; readonly seed: string; readonly version: string }, timeUs: number): string =>
  `stratus replay s1.${run.scenario.hash.slice(0, 12)}.${run.seed}.${run.version}@${secondsText(timeUs)}s`;
