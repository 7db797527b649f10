/** The dashboard: puts the frame together and starts it. */
import { LIVE_KEY } from './data/run-data.ts';
import { h } from './draw/dom.ts';
import { followCursor, playCursor } from './frame/cursor.ts';
import { keysDialog, makeToast, offerTour } from './frame/dialogs.ts';
import { makeHeader } from './frame/header.ts';
import { listenKeys } from './frame/keys.ts';
import { makeNav } from './frame/nav.ts';
import { makeRail } from './frame/rail.ts';
import { chosenFiles, droppedFiles, loadRunList, manageRuns } from './frame/runs.ts';
import { makeStage } from './frame/stage.ts';
import { calmMotion, followTheme } from './frame/theme.ts';
import { addressOf, readAddress, replayLine } from './state/address.ts';
import { INITIAL, makeStore } from './state/store.ts';
import { VIEWS } from './views/index.ts';

/** The cursor's place is written into the address when it has stood still so long. */
const ADDRESS_AFTER_MS = 200;
const VIEW_IDS = VIEWS.map(({ id }) => id);
const store = makeStore({ ...INITIAL, ...readAddress(location.hash, VIEW_IDS), runKey: '', otherKey: '' }, (callback) => void requestAnimationFrame(callback));
const runs = manageRuns(store);

const folderInput = h('input', { type: 'file', webkitdirectory: true, multiple: true, hidden: true, 'aria-label': 'run folder', onchange: () => folderInput.files && openFiles(chosenFiles(folderInput.files)) });
const choose = (): void => folderInput.click();
const toast = makeToast();
const keys = keysDialog(VIEWS);
const header = makeHeader(store, { copy: () => void copy(), keys: keys.show, choose });
const nav = makeNav(store, VIEWS);
const stage = makeStage(store, VIEWS, choose, runs.openSource);
const rail = makeRail(store, header.chips);
const skip = h('a', { class: 'skip', href: '#main', onclick: (event: Event) => {
  event.preventDefault();
  stage.element.focus();
} }, 'To the view');
document.body.replaceChildren(skip, header.element, nav.element, stage.element, rail.element, toast.element, keys.element, folderInput);

const parts = [header, nav, stage, rail];
followTheme(store, /[#&]theme=/.test(location.hash));
followCursor(store);
playCursor(store, calmMotion);
store.subscribe((state, before) => {
  for (const part of parts) part.update(state, before);
  if (state.playing && state.view === before.view) return;
  if (state.timeUs === before.timeUs) return writeAddress();
  clearTimeout(writing); // browsers refuse a page that changes its address at every frame
  writing = setTimeout(writeAddress, ADDRESS_AFTER_MS);
});
for (const part of parts) part.update(store.get(), undefined);

let written = location.hash;
let writing: ReturnType<typeof setTimeout> | undefined;
/** Steps of the cursor replace the address; another run or view can be gone back from. */
function writeAddress(): void {
  const state = store.get();
  if (state.runKey === '' && wanted.runKey !== '') return;
  const next = addressOf(state);
  if (next === written) return;
  const [place, before] = [readAddress(next, VIEW_IDS), readAddress(written, VIEW_IDS)];
  const another = written !== '' && (place.view !== before.view || place.runKey !== before.runKey);
  written = next;
  history[another ? 'pushState' : 'replaceState'](null, '', next);
}
window.addEventListener('popstate', () => {
  written = location.hash;
  store.set(readAddress(location.hash, VIEW_IDS));
});

function openFiles(files: Parameters<typeof runs.openFiles>[0]): void {
  const problem = runs.openFiles(files);
  if (!problem) return;
  if (store.get().run) toast.say(`${problem.what} ${problem.remedy}`);
  else store.set({ problem });
}

async function copy(): Promise<void> {
  writeAddress();
  const { run, timeUs } = store.get();
  const text = run ? `${location.href}\n${replayLine(run.facts, timeUs)}` : location.href;
  try {
    await navigator.clipboard.writeText(text);
    toast.say('Address and replay line copied');
  } catch {
    toast.say('This browser does not let the page copy; the address bar has the address');
  }
}

listenKeys(document, {
  ' ': () => store.set({ playing: !store.get().playing && store.get().run !== undefined }),
  ArrowLeft: (event) => rail.step(-1, event.shiftKey),
  ArrowRight: (event) => rail.step(1, event.shiftKey),
  Home: () => store.set({ timeUs: 0, playing: false }),
  End: () => store.set({ timeUs: Infinity, playing: false }),
  '[': () => rail.jump(-1),
  ']': () => rail.jump(1),
  t: () => store.set({ tables: !store.get().tables }),
  '/': () => header.filter.focus(),
  '?': keys.show,
  c: () => void copy(),
  Escape: () => store.set({ selection: {} }),
  ...Object.fromEntries(VIEWS.map(({ id, key }) => [key, () => store.set({ view: id, options: {} })])),
});

document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(openFiles);
});

/** What the address asked for when the page was opened; runs can be opened once the list of them is here. */
const wanted = readAddress(location.hash, VIEW_IDS);
const list = await loadRunList();
// A simulation ended with the page that it ran in: its address leads to the view where it can be started again.
const gone = wanted.runKey === LIVE_KEY;
const runKey = gone ? '' : wanted.runKey || (list[0]?.key ?? '');
store.set({ runs: list, runKey, otherKey: wanted.otherKey, timeUs: wanted.timeUs, selection: wanted.selection, ...(gone && { view: 'live' }) });
offerTour(document.body);
