/**
 * The contract between the frame and a view. A view is a module with `mount`; `views/index.ts` lists it with its name, key
 * and question, and imports it when it is first shown.
 *
 * The frame owns run, time, selection, theme and address; a view draws them and asks for changes through `context.store`.
 * A view never reads the clock, never keeps what the store has, and leaves nothing behind after `destroy`.
 */
import type { State, Store } from '../state/store.ts';
import type { Panel, PanelOptions } from '../draw/panel.ts';
import type { RunData, RunSource } from '../data/run-data.ts';

/** A line of `views/index.ts`. */
export interface ViewEntry {
  /** In the address, e.g. `propagation`. */
  readonly id: string;
  /** One character, digit or letter, that opens it. Taken by the frame: c t [ ] / ? and those of moving. */
  readonly key: string;
  /** On its tab. */
  readonly title: string;
  /** The question it answers, as in the design note. */
  readonly question: string;
  /** Shown without a run (the live view). */
  readonly standalone?: boolean;
  readonly load: () => Promise<ViewModule>;
}

export interface ViewModule {
  /** Fills `host` for `context.run`. May be async work inside: show `panel.loading()` meanwhile. */
  mount(host: HTMLElement, context: ViewContext): MountedView;
}

export interface ViewContext {
  readonly store: Store;
  /** The run when mounting; undefined only in a standalone view. A live run's later versions come with `update`. */
  readonly run: RunData | undefined;
  /** Aborted when the view goes: give it to addEventListener and look at it after every await. */
  readonly signal: AbortSignal;
  /** Shows a run that no folder holds, in all views: a simulation in this page. */
  open(source: RunSource): void;
  /** A panel inside `host`, or inside another element of the view (`parent`). Goes with the view. */
  panel(options: PanelOptions, parent?: HTMLElement): Panel;
}

export interface MountedView {
  /**
   * Called after mounting, and then at most once per frame when the state changed; `before` is undefined at the first call.
   * Another run mounts anew; another version of the same live run comes here. Compare what you need: `if (state.timeUs !== before?.timeUs) …`. At most 8 ms.
   */
  update(state: State, before: State | undefined): void;
  /** Beyond what `signal` and the panels end by themselves. */
  destroy?(): void;
}
