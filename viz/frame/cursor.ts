/** The time cursor: what nodes were at it, and playing. */
import type { Store } from '../state/store.ts';

/** Asks for the nodes at the cursor, one question at a time: while one is under way only the latest next one waits. */
export function followCursor(store: Store): void {
  let asking = false;
  const ask = async (): Promise<void> => {
    const { run, timeUs, moment } = store.get();
    if (asking || !run || (moment && moment.atUs === timeUs)) return;
    asking = true;
    try {
      const next = await run.moment(timeUs);
      if (store.get().run === run) store.set({ moment: next });
    } catch {
      // The view that needs arrivals says what is wrong with them.
      failedFor = run;
    } finally {
      asking = false;
    }
    if (failedFor !== store.get().run) void ask();
  };
  let failedFor: unknown;
  store.subscribe((state, before) => {
    if (state.run !== before.run && state.run?.key !== before.run?.key) store.set({ moment: undefined });
    if (state.run !== before.run || state.timeUs !== before.timeUs) void ask();
  });
}

/** With reduced motion the cursor moves in steps of this much real time. */
const STEP_MS = 500;
/** A page that slept does not jump. */
const FRAME_MAX_MS = 250;

/** Moves the cursor while `playing`, and stops at the end. */
export function playCursor(store: Store, calm: () => boolean): void {
  let last: number | undefined;
  const frame = (now: number): void => {
    const { playing, run, timeUs, speed } = store.get();
    if (!playing || !run) {
      last = undefined;
      return;
    }
    const passed = now - (last ?? now);
    if (last === undefined || passed >= (calm() ? STEP_MS : 1)) {
      last = now;
      const next = timeUs + Math.min(passed, calm() ? STEP_MS * 2 : FRAME_MAX_MS) * 1_000 * speed;
      store.set(next >= run.facts.endUs && !run.live ? { timeUs: run.facts.endUs, playing: false } : { timeUs: next });
    }
    requestAnimationFrame(frame);
  };
  store.subscribe((state, before) => {
    if (!state.playing || before.playing) return;
    const { run, timeUs } = state;
    if (run && !run.live && timeUs >= run.facts.endUs) store.set({ timeUs: 0 });
    last = undefined;
    requestAnimationFrame(frame);
  });
}

/** Steps of the arrow keys: about a five-hundredth of the run, in round numbers of seconds. */
export function stepUs(endUs: number): number {
  const wanted = endUs / 500;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10);
}
