/** Verdict, run picker, filter, selection, theme: what is shown, and out of what. */
import { hexAt, textAt } from '../../sim/trace/columns.ts';
import { clock, shortHash, words } from '../draw/format.ts';
import { h } from '../draw/dom.ts';
import { THEMES } from '../state/address.ts';
import type { RunEntry, State, Store, Theme } from '../state/store.ts';

export interface Header {
  readonly element: HTMLElement;
  /** What is selected; stands in the rail, where it pushes nothing about. */
  readonly chips: HTMLElement;
  readonly filter: HTMLInputElement;
  update(state: State, before: State | undefined): void;
}

export interface HeaderActions {
  copy(): void;
  keys(): void;
  choose(): void;
}

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: 'As system', light: 'Light', dark: 'Dark', contrast: 'High contrast' };

export function makeHeader(store: Store, actions: HeaderActions): Header {
  const verdict = h('span', { class: 'verdict', role: 'status' });
  const picker = h('select', { 'aria-label': 'run', onchange: (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    if (value === CHOOSE) {
      picker.value = store.get().runKey;
      actions.choose();
    } else store.set({ runKey: value, timeUs: 0, selection: {}, playing: false });
  } });
  const title = h('h1', {}, 'Stratus');
  const question = h('p', { class: 'question' });
  const filter = h('input', { type: 'search', placeholder: 'Filter ( / )', 'aria-label': 'filter', spellcheck: 'false', autocomplete: 'off', oninput: () => store.set({ filter: filter.value }) });
  const theme = h('select', { class: 'theme', 'aria-label': 'theme', title: 'theme', onchange: () => store.set({ theme: theme.value as Theme }) }, ...THEMES.map((name) => h('option', { value: name }, THEME_NAMES[name])));
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': 'selection' });
  const button = (text: string, hint: string, onclick: () => void): HTMLElement => h('button', { type: 'button', class: 'quiet', title: hint, 'aria-label': hint, onclick }, text);
  const element = h('header', { class: 'bar' },
    h('div', { class: 'brand' }, verdict, h('div', { class: 'naming' }, title, question)),
    h('div', { class: 'controls' }, filter, picker, theme, button('Copy', 'copy address and replay line (c)', actions.copy), button('?', 'list of keys (?)', actions.keys)));

  const update = (state: State, before: State | undefined): void => {
    if (state.runs !== before?.runs || state.runKey !== before.runKey) fillPicker(picker, state);
    if (state.run !== before?.run || state.problem !== before?.problem || state.runKey !== before?.runKey) {
      const facts = state.run?.facts;
      title.textContent = facts ? facts.scenario.name : 'Stratus';
      question.textContent = facts ? facts.scenario.question : state.problem ? '' : state.runKey === '' ? 'No run is open' : 'Opening …';
      document.title = facts ? `${facts.scenario.name} · ${facts.seed} · Stratus` : 'Stratus';
      showVerdict(verdict, state);
    }
    if (filter.value !== state.filter) filter.value = state.filter;
    if (theme.value !== state.theme) theme.value = state.theme;
    if (state.selection !== before?.selection || state.run !== before?.run) chips.replaceChildren(...chipsOf(state, store));
  };
  return { element, chips, filter, update };
}

const VERDICTS: Readonly<Record<string, { readonly sign: string; readonly word: string }>> = {
  pass: { sign: '✓', word: 'Pass' },
  fail: { sign: '✕', word: 'Fail' },
  inconclusive: { sign: '?', word: 'Inconclusive' },
};

function showVerdict(element: HTMLElement, { run }: State): void {
  element.hidden = !run;
  if (!run) return;
  const verdict = run.summary ? VERDICTS[run.summary.verdict] : undefined;
  element.dataset['verdict'] = run.summary?.verdict ?? 'live';
  element.replaceChildren(h('span', { 'aria-hidden': 'true' }, verdict?.sign ?? '●'), ` ${verdict?.word ?? 'Live'}`);
  element.title = run.summary ? `exit code ${run.summary.exitCode}` : 'a simulation in this page';
}

const CHOOSE = ':choose';

function fillPicker(picker: HTMLSelectElement, { runs, runKey }: State): void {
  const label = ({ scenario, seed, verdict, started }: RunEntry): string => [scenario, `seed ${seed}`, verdict, started.slice(5, 16).replace('T', ' ')].filter((part) => part !== '' && part !== 'seed ').join(' · ');
  const known = runs.some(({ key }) => key === runKey);
  picker.replaceChildren(
    ...(known ? [] : [h('option', { value: runKey }, runKey === '' ? 'no run' : runKey)]),
    ...runs.map((run) => h('option', { value: run.key }, label(run))),
    h('option', { value: CHOOSE }, 'Open a run folder …'),
  );
  picker.value = runKey;
}

function chipsOf({ selection, run }: State, store: Store): HTMLElement[] {
  const { node, round, transaction, ledger } = selection;
  const chip = (name: string, text: string, leave: () => void): HTMLElement =>
    h('span', { class: 'chip' }, h('span', {}, text), h('button', { type: 'button', class: 'quiet', 'aria-label': `deselect ${name}`, title: 'deselect (Esc for all)', onclick: leave }, '×'));
  const nodeText = node !== undefined && run ? `node ${node} · ${textAt(run.nodes.kind, node)} · ${words(textAt(run.nodes.region, node))}` : `node ${node}`;
  const roundText = round !== undefined && run ? `round ${run.rounds.number[round]} · ${shortHash(hexAt(run.rounds.hash, round)).slice(0, 8)} · ${clock(run.rounds.foundAtUs[round])}` : `round ${round}`;
  return [
    ...(node === undefined ? [] : [chip('node', nodeText, () => store.select({ node: undefined }))]),
    ...(round === undefined ? [] : [chip('round', roundText, () => store.select({ round: undefined }))]),
    ...(transaction === undefined ? [] : [chip('transaction', `tx ${shortHash(transaction)}`, () => store.select({ transaction: undefined }))]),
    ...(ledger === undefined ? [] : [chip('ledger', `ledger ${ledger}`, () => store.select({ ledger: undefined }))]),
  ];
}
