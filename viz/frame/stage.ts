/** Where views stand: loads and mounts the one that is chosen, and says what to do where there is nothing to show. */
import { h } from '../draw/dom.ts';
import { makePanel, type PanelHost } from '../draw/panel.ts';
import { problemOf } from '../data/problem.ts';
import type { Problem } from '../data/run-data.ts';
import type { State, Store } from '../state/store.ts';
import type { MountedView, ViewContext, ViewEntry } from '../views/view.ts';

export interface Stage {
  readonly element: HTMLElement;
  update(state: State, before: State | undefined): void;
}

interface Mounted {
  readonly id: string;
  /** Key of the run it was mounted for. */
  readonly runKey: string | undefined;
  readonly end: AbortController;
  view: MountedView | undefined;
}

export function makeStage(store: Store, views: readonly ViewEntry[], choose: () => void, open: ViewContext['open']): Stage {
  const element = h('main', { id: 'main', tabindex: '-1' });
  let mounted: Mounted | undefined;
  const looks = new Set<() => void>();

  const leave = (): void => {
    mounted?.end.abort();
    mounted?.view?.destroy?.();
    mounted = undefined;
  };
  const note = (kind: string, ...children: Node[]): void => {
    leave();
    element.replaceChildren(h('div', { class: `stage-note ${kind}`, role: kind === 'problem' ? 'alert' : 'status' }, ...children));
  };
  const warningsOf = (warnings: readonly Problem[]): HTMLElement[] =>
    warnings.length === 0 ? [] : [h('div', { class: 'warnings', role: 'alert' }, ...warnings.map(({ what, where, remedy }) => h('p', {}, h('strong', {}, what), ` ${where}. ${remedy}`)))];

  const mount = async (entry: ViewEntry, state: State): Promise<void> => {
    leave();
    const own: Mounted = { id: entry.id, runKey: state.run?.key, end: new AbortController(), view: undefined };
    mounted = own;
    const body = h('div', { class: 'view', 'data-view': entry.id });
    const warnings = h('div', { class: 'warnings-host' }, ...warningsOf(state.run?.warnings ?? []));
    element.replaceChildren(h('div', { class: 'view-head' }, h('h2', {}, entry.title), h('p', {}, entry.question)), warnings, body);
    element.scrollTop = 0;
    try {
      const module = await entry.load();
      if (own.end.signal.aborted) return;
      const { signal } = own.end;
      const host: PanelHost = {
        fileName: (id) => `${store.get().runKey || 'run'}-${entry.id}-${id}`.replace(/[^\w.-]+/g, '-'),
        tables: () => store.get().tables,
        onLook(listener, until) {
          looks.add(listener);
          until.addEventListener('abort', () => looks.delete(listener));
        },
        signal,
      };
      own.view = module.mount(body, {
        store, run: store.get().run, signal, open,
        panel(options, parent = body) {
          const panel = makePanel(options, host);
          parent.append(panel.element);
          return panel;
        },
      });
      own.view.update(store.get(), undefined);
    } catch (thrown) {
      if (!own.end.signal.aborted) showProblem(problemOf(thrown, entry.title));
    }
  };
  const showProblem = ({ what, where, remedy }: Problem): void =>
    note('problem', h('h2', {}, what), h('p', { class: 'where' }, where), h('p', {}, remedy), h('p', {}, h('button', { type: 'button', onclick: choose }, 'Open a run folder …')));

  const update = (state: State, before: State | undefined): void => {
    if (state.theme !== before?.theme || state.tables !== before.tables) for (const look of looks) look();
    const entry = views.find(({ id }) => id === state.view);
    if (state.problem) {
      if (state.problem !== before?.problem) showProblem(state.problem);
      return;
    }
    if (!entry) return;
    if (!state.run && entry.standalone !== true) {
      if (state.runKey !== '') {
        if (state.runKey !== before?.runKey || before.run || before.problem) note('loading', h('p', {}, `Opening ${state.runKey} …`));
      } else if (before === undefined || before.runKey !== '' || before.view !== state.view || before.runs !== state.runs) welcome();
      return;
    }
    if (mounted?.id !== entry.id || mounted.runKey !== state.run?.key || (before?.problem && !state.problem)) return void mount(entry, state);
    if (state.run?.warnings !== before?.run?.warnings) element.querySelector('.warnings-host')?.replaceChildren(...warningsOf(state.run?.warnings ?? []));
    if (before) guarded(() => mounted?.view?.update(state, before));
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      showProblem(problemOf(thrown, store.get().view));
    }
  };
  const welcome = (): void => {
    const live = views.find(({ standalone }) => standalone === true);
    note('empty',
      h('h2', {}, 'Open a run'),
      h('p', {}, 'Drop a run folder on this page (the folder that stratus run wrote into reports/), or choose one.'),
      h('p', {}, h('button', { type: 'button', class: 'primary', onclick: choose }, 'Choose a run folder …'), ...(live ? [' ', h('button', { type: 'button', onclick: () => store.set({ view: live.id }) }, 'Simulate one here')] : [])),
      h('p', { class: 'quiet-text' }, 'No run yet? In the project: npx stratus run scenarios/smoke.yaml, then npx stratus view.'));
  };
  return { element, update };
}
