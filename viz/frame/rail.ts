/** The event rail: the whole run on one line of time, what happened on it, and the one cursor. */
import { h, s } from '../draw/dom.ts';
import { clock, count, duration } from '../draw/format.ts';
import { LANES, marksOf, stopAfter, stopBefore, stopsOf, type Lane, type Mark } from '../state/rail.ts';
import type { RunData } from '../data/run-data.ts';
import type { State, Store } from '../state/store.ts';
import { stepUs } from './cursor.ts';

export interface Rail {
  readonly element: HTMLElement;
  update(state: State, before: State | undefined): void;
  /** To the previous (−1) or next (1) event. */
  jump(direction: -1 | 1): void;
  step(direction: -1 | 1, far: boolean): void;
}

const SPEEDS = [1, 10, 60, 300, 1_800];
const LANE_NAMES: Readonly<Record<Lane, string>> = { fault: 'fault', fork: 'fork', reorg: 'reorganisation', activation: 'activation', violation: 'violation' };
const LANE_PX = 9;
const TOP_PX = 6;
/** Space under the lanes for the times. */
const AXIS_PX = 16;
/** Marks on one lane nearer to each other than this are drawn as one. */
const APART_PX = 3;

/** `chips`: what is selected, shown beside the legend. */
export function makeRail(store: Store, chips: HTMLElement): Rail {
  const playButton = h('button', { type: 'button', class: 'play', title: 'play or pause (Space)', 'aria-label': 'play', onclick: () => store.set({ playing: !store.get().playing }) }, '▶');
  const time = h('output', { class: 'time', 'aria-live': 'off' });
  const total = h('span', { class: 'total' });
  const speed = h('select', { 'aria-label': 'speed', title: 'virtual seconds per second', onchange: () => store.set({ speed: Number(speed.value) }) }, ...SPEEDS.map((value) => h('option', { value }, `${value.toLocaleString('en')}×`)));
  const svg = s('svg', { 'aria-hidden': 'true' });
  const cursor = h('div', { class: 'cursor', 'aria-hidden': 'true' });
  const tip = h('div', { class: 'tip', hidden: true });
  const track = h('div', { class: 'track', role: 'slider', tabindex: '0', 'aria-label': 'time cursor', 'aria-valuemin': '0' }, svg, cursor, tip);
  const legend = h('p', { class: 'rail-legend' });
  const jumpButton = (direction: -1 | 1, text: string, hint: string): HTMLElement => h('button', { type: 'button', class: 'quiet', title: hint, 'aria-label': hint, onclick: () => jump(direction) }, text);
  const element = h('footer', { class: 'rail' },
    h('div', { class: 'transport' }, jumpButton(-1, '⟨', 'previous event ( [ )'), playButton, jumpButton(1, '⟩', 'next event ( ] )'), h('div', { class: 'clock' }, time, total), speed),
    h('div', { class: 'timeline' }, track, h('div', { class: 'rail-foot' }, legend, chips)));

  let marks: readonly Mark[] = [];
  let stops: readonly number[] = [];
  let width = 0;
  let endUs = 1;
  const xOf = (us: number): number => (us / endUs) * width;

  const jump = (direction: -1 | 1): void => {
    const { timeUs } = store.get();
    const stop = direction < 0 ? stopBefore(stops, timeUs) : stopAfter(stops, timeUs);
    if (stop === undefined) return;
    const mark = marks.find(({ fromUs }) => fromUs === stop);
    store.set({ timeUs: stop, playing: false });
    if (mark) store.select(mark.selection);
  };
  const step = (direction: -1 | 1, far: boolean): void => store.set({ timeUs: store.get().timeUs + direction * stepUs(endUs) * (far ? 10 : 1), playing: false });

  const pointTo = (event: PointerEvent): void => {
    const box = track.getBoundingClientRect();
    store.set({ timeUs: ((event.clientX - box.left) / Math.max(1, box.width)) * endUs, playing: false });
  };
  track.addEventListener('pointerdown', (event) => {
    track.setPointerCapture(event.pointerId);
    pointTo(event);
  });
  track.addEventListener('pointermove', (event) => {
    if (track.hasPointerCapture(event.pointerId)) pointTo(event);
    showTip(event.clientX - track.getBoundingClientRect().left, event.clientY - track.getBoundingClientRect().top);
  });
  track.addEventListener('pointerleave', () => (tip.hidden = true));

  const showTip = (x: number, y: number): void => {
    const lane = LANES[Math.floor((y - TOP_PX) / LANE_PX)];
    const near = marks.filter((mark) => xOf(mark.fromUs) - APART_PX <= x && xOf(mark.toUs) + APART_PX >= x);
    const best = near.find((mark) => mark.lane === lane) ?? near[0];
    tip.hidden = !best;
    if (!best) return;
    tip.textContent = `${clock(best.fromUs)}  ${best.label}${best.toUs > best.fromUs ? `, for ${duration(best.toUs - best.fromUs)}` : ''}`;
    tip.classList.toggle('left', x > width / 2);
    tip.style.transform = `translateX(${Math.round(x)}px)`;
  };
  const draw = (run: RunData): void => {
    svg.setAttribute('viewBox', `0 0 ${Math.max(1, width)} ${TOP_PX + LANES.length * LANE_PX + AXIS_PX}`);
    const { window: measured } = run.facts;
    const bottom = TOP_PX + LANES.length * LANE_PX;
    const shade = (from: number, to: number): SVGElement[] => (to > from ? [s('rect', { class: 'outside', x: xOf(from), y: 0, width: Math.max(0, xOf(to) - xOf(from)), height: bottom })] : []);
    const lanes = LANES.flatMap((lane, i) => {
      const y = TOP_PX + i * LANE_PX;
      let free = -Infinity;
      const drawn: SVGElement[] = [s('line', { class: 'lane', x1: 0, x2: width, y1: y + LANE_PX / 2, y2: y + LANE_PX / 2 })];
      for (const mark of marks) {
        if (mark.lane !== lane) continue;
        const [x1, x2] = [xOf(mark.fromUs), xOf(mark.toUs)];
        if (x2 < free) continue;
        free = x2 + APART_PX;
        drawn.push(lane === 'violation'
          ? s('path', { class: `mark ${lane}`, d: `M${x1} ${y - 0.5}l5 5l-5 5l-5 -5z` })
          : s('rect', { class: `mark ${lane}`, x: x1 - (x2 - x1 < 2 ? 1 : 0), y: y + 1.5, width: Math.max(2, x2 - x1), height: LANE_PX - 3, rx: 1.5 }));
      }
      return drawn;
    });
    svg.replaceChildren(...shade(0, measured.fromUs), ...shade(measured.toUs, endUs), ...lanes, ...ticks(bottom));
  };
  const ticks = (bottom: number): SVGElement[] => {
    const wanted = Math.max(2, Math.floor(width / 110));
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map((seconds) => seconds * 1e6);
    const every = steps.find((us) => endUs / us <= wanted) ?? endUs;
    return Array.from({ length: Math.floor(endUs / every) + 1 }, (_, i) => i * every).flatMap((us) => {
      const x = xOf(us);
      const anchor = x < 20 ? 'start' : x > width - 20 ? 'end' : 'middle';
      return [s('line', { class: 'tick', x1: x, x2: x, y1: bottom, y2: bottom + 3 }), s('text', { class: 'tick', x, y: bottom + 13, 'text-anchor': anchor }, clock(us).replace(/\.\d+$/, ''))];
    });
  };
  const place = (timeUs: number): void => {
    cursor.style.transform = `translateX(${xOf(Math.min(timeUs, endUs))}px)`;
    time.textContent = clock(timeUs);
    track.setAttribute('aria-valuenow', String(Math.round(timeUs / 1_000)));
    track.setAttribute('aria-valuetext', `${clock(timeUs)} of ${clock(endUs)}`);
  };
  new ResizeObserver(() => {
    width = track.clientWidth;
    const { run, timeUs } = store.get();
    if (run) draw(run);
    place(timeUs);
  }).observe(track);

  const update = (state: State, before: State | undefined): void => {
    const { run } = state;
    if (run !== before?.run) {
      element.classList.toggle('inactive', !run);
      endUs = Math.max(1, run?.facts.endUs ?? 1);
      marks = run ? marksOf(run) : [];
      stops = stopsOf(marks);
      track.setAttribute('aria-valuemax', String(Math.round(endUs / 1_000)));
      total.textContent = run ? ` / ${clock(endUs).replace(/\.000$/, '')}` : '';
      legend.replaceChildren(...(run ? legendOf(marks) : ['The events of a run will stand here.']));
      if (run) draw(run);
      else svg.replaceChildren();
    }
    if (run !== before?.run || state.timeUs !== before?.timeUs) place(state.timeUs);
    if (state.playing !== before?.playing) {
      playButton.textContent = state.playing ? '❚❚' : '▶';
      playButton.setAttribute('aria-label', state.playing ? 'pause' : 'play');
    }
    if (Number(speed.value) !== state.speed && SPEEDS.includes(state.speed)) speed.value = String(state.speed);
  };
  return { element, update, jump, step };
}

function legendOf(marks: readonly Mark[]): (Node | string)[] {
  return LANES.map((lane) => h('span', { class: `lane-name ${lane}` }, h('span', { class: `swatch-mark ${lane}`, 'aria-hidden': 'true' }), named(marks.filter((mark) => mark.lane === lane).length, lane)));
}

const named = (number: number, lane: Lane): string => `${count(number)} ${LANE_NAMES[lane]}${number === 1 ? '' : 's'}`;
