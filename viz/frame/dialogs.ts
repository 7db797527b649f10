/** The list of keys, and the short tour on the first visit. */
import { h } from '../draw/dom.ts';
import type { ViewEntry } from '../views/view.ts';
import { remember, remembered } from './theme.ts';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Space', 'play, pause'],
  ['← →', 'step the cursor; with Shift ten steps'],
  ['Home End', 'begin and end of the run'],
  ['[ ]', 'previous and next event'],
  ['t', 'tables in place of drawings, and back'],
  ['/', 'filter'],
  ['c', 'copy the address and the line that replays the run up to the cursor'],
  ['Esc', 'deselect'],
  ['?', 'this list'],
];

/** `show` opens the list; closing it gives focus back. */
export function keysDialog(views: readonly ViewEntry[]): { readonly element: HTMLDialogElement; show(): void } {
  const row = ([keys, what]: readonly [string, string]): HTMLElement => h('tr', {}, h('th', { scope: 'row' }, ...keys.split(' ').flatMap((key, i) => [i > 0 && ' ', h('kbd', {}, key)])), h('td', {}, what));
  const element = h('dialog', { class: 'sheet', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('div', { class: 'two' }, h('table', {}, h('tbody', {}, ...KEYS.map(row))), h('table', {}, h('tbody', {}, ...views.map(({ key, title }) => row([key, title]))))),
    h('form', { method: 'dialog' }, h('button', { type: 'submit' }, 'Close')));
  closeOutside(element);
  return { element, show: () => element.open || element.showModal() };
}

const closeOutside = (dialog: HTMLDialogElement): void => dialog.addEventListener('click', (event) => {
  if (event.target === dialog) dialog.close();
});

const TOUR_KEY = 'stratus.tour';
const TOUR: readonly (readonly [at: string, title: string, text: string])[] = [
  ['.bar', 'What ran, and how it ended', 'Verdict, scenario and question. The list opens other runs; what you select stands beside it.'],
  ['.tabs', 'One question each', 'Every view answers one question about the same run. The letter or digit opens it.'],
  ['.rail', 'One cursor for all views', 'Faults, forks, reorganisations, activations and violations on one line of time. Space plays, [ and ] go from event to event.'],
  ['main', 'Every title is a finding', 'Each drawing says in words what it shows. t gives the same data as tables; SVG, PNG and CSV save it. ? lists all keys.'],
];

/** Shows the tour unless it was seen. A small card beside each part; nothing is locked. */
export function offerTour(root: HTMLElement): void {
  if (remembered(TOUR_KEY) !== undefined) return;
  const title = h('h2', { id: 'tour-title' });
  const text = h('p');
  const next = h('button', { type: 'button', class: 'primary' }, 'Next');
  const skip = h('button', { type: 'button', class: 'quiet' }, 'Skip');
  const card = h('section', { class: 'tour', 'aria-labelledby': 'tour-title' }, title, text, h('div', { class: 'tour-buttons' }, skip, next));
  let step = -1;
  const done = (): void => {
    remember(TOUR_KEY, 'seen');
    root.querySelectorAll('.toured').forEach((element) => element.classList.remove('toured'));
    card.remove();
  };
  const advance = (): void => {
    step++;
    const stop = TOUR[step];
    if (!stop) return done();
    root.querySelectorAll('.toured').forEach((element) => element.classList.remove('toured'));
    root.querySelector(stop[0])?.classList.add('toured');
    card.dataset['at'] = stop[0].replace('.', '');
    [title.textContent, text.textContent] = [`${stop[1]}`, stop[2]];
    next.textContent = step === TOUR.length - 1 ? 'Done' : `Next (${step + 1} of ${TOUR.length})`;
  };
  next.addEventListener('click', advance);
  skip.addEventListener('click', done);
  card.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    done();
  });
  root.append(card);
  advance();
}

/** A line at the edge of the page that goes by itself. */
export function makeToast(): { readonly element: HTMLElement; say(text: string): void } {
  const element = h('div', { class: 'toast', role: 'status', 'aria-live': 'polite' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    element,
    say(text) {
      element.textContent = text;
      element.classList.add('shown');
      clearTimeout(timer);
      timer = setTimeout(() => element.classList.remove('shown'), 4_000);
    },
  };
}
