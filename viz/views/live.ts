/** What happens if I do this now? A simulation in this page: choose, start, change the world, save what was done. */
import { lengthText, sizeText } from '../../sim/report/format.ts';
import { counted } from '../../sim/report/views/words.ts';
import { REGIONS } from '../../sim/scenario/types.ts';
import { save } from '../draw/export.ts';
import { h } from '../draw/dom.ts';
import { clock, count, duration, figure, words } from '../draw/format.ts';
import { tableOf } from '../draw/table.ts';
import type { Editor } from '../live/editor.ts';
import { drawHeads, headsFinding, headsTable } from '../live/heads.ts';
import { liveSession } from '../live/session.ts';
import { LIVE_KEY } from '../data/run-data.ts';
import type { Act, Checked, ScenarioFile, Status, Step, TextProblem } from '../live/messages.ts';
import type { MountedView, ViewContext } from './view.ts';
import '../live/live.css';

const SPEEDS = [1, 10, 60, 300, Infinity];
/** How long what is done by hand lasts, µs; Infinity: until it is ended. */
const LENGTHS = [10e6, 30e6, 60e6, 300e6, Infinity];
const CHECK_AFTER_MS = 250;
const FIRST = 'smoke';

export function mount(host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  const session = liveSession();
  session.follow(store);
  const { worker, choice } = session;
  const said = (element: HTMLElement, text: string): void => {
    if (element.textContent !== text) element.textContent = text;
  };
  const button = (text: string, hint: string, onclick: () => void, className?: string): HTMLButtonElement => h('button', { type: 'button', title: hint, class: className, onclick }, text);
  const labelled = (text: string, control: HTMLElement): HTMLElement => {
    control.setAttribute('aria-label', text);
    return h('label', { class: 'live-field' }, h('span', {}, text), control);
  };

  // ── scenario ────────────────────────────────────────────────────────────────────────────────────────────────────

  const left = h('div', { class: 'span-half live-column' });
  const right = h('div', { class: 'span-half live-column' });
  host.append(left, right);
  let editor: Editor | undefined;
  let checked: Checked | undefined;
  let files: readonly ScenarioFile[] = [];

  const scenarioPanel = context.panel({ id: 'scenario', table: () => tableOf(['what', 'value'], factsOf(checked)) }, left);
  const picker = h('select', { onchange: () => pick(picker.value) });
  const seed = h('input', { type: 'text', size: 8, maxlength: 64, placeholder: 'as written', spellcheck: 'false', autocomplete: 'off', oninput: () => {
    choice.seed = seed.value.trim();
    soon();
  } });
  const startButton = button('Start', 'begin this scenario from its start', () => void start(true), 'primary');
  const prepareButton = button('Start paused', 'set up the run, and wait at its start', () => void start(false));
  const editorHost = h('div', { class: 'live-editor' });
  const problemList = h('ul', { class: 'live-problems', 'aria-live': 'polite' });
  const cost = h('p', { class: 'live-cost' });
  scenarioPanel.tools.append(labelled('Scenario', picker), labelled('Seed', seed), startButton, prepareButton);
  scenarioPanel.body.prepend(editorHost, problemList, cost);
  scenarioPanel.finding('Loading the scenarios that come along …');

  function pick(name: string): void {
    const file = files.find((one) => one.name === name);
    if (!file) return;
    [choice.scenario, choice.text] = [file.name, file.text];
    editor?.replace(file.text);
    soon(0);
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function soon(ms = CHECK_AFTER_MS): void {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), ms);
  }

  async function check(): Promise<void> {
    const text = choice.text;
    const answer = await worker.check(text, choice.seed);
    if (signal.aborted || text !== choice.text) return;
    checked = answer;
    const problems = answer.ok ? [] : answer.problems;
    editor?.mark(problems);
    problemList.replaceChildren(...problems.map(problemItem));
    const runnable = answer.ok && answer.refusal === undefined;
    startButton.disabled = prepareButton.disabled = !runnable;
    cost.classList.toggle('refused', answer.ok && !runnable);
    if (!answer.ok) {
      scenarioPanel.finding(`${counted(problems.length, 'problem')} in the scenario`, 'the schema and cross checks of stratus validate');
      said(cost, '');
      return;
    }
    scenarioPanel.finding(answer.question, `${answer.name}, seed ${answer.seed}: ${count(answer.nodes)} nodes, ${lengthText(answer.endUs)} of virtual time`);
    said(cost, answer.refusal ?? `About ${figure(answer.cost.events)} events, ${figure(answer.cost.transactions)} transactions, ${sizeText(answer.cost.memoryBytes)}; here some ${duration(answer.cost.seconds * 1e6)} of real time. Estimates, good to a factor of three.`);
  }

  function problemItem({ from, line, column, problem, mend }: TextProblem): HTMLElement {
    const text = `${problem}${mend === '' ? '' : `: ${mend}`}`;
    if (from < 0) return h('li', {}, text);
    return h('li', {}, h('button', { type: 'button', class: 'quiet', title: 'show it in the editor', onclick: () => editor?.goTo(from) }, `Line ${line}, column ${column}`), ` ${text}`);
  }

  async function start(going: boolean): Promise<void> {
    await check();
    if (!checked?.ok || checked.refusal !== undefined) return;
    startButton.disabled = prepareButton.disabled = true;
    runPanel.finding('Setting up the run …', 'keys of accounts and nodes are made, genesis is signed');
    const problem = await session.make(choice.text, choice.seed);
    startButton.disabled = prepareButton.disabled = false;
    if (problem) return runPanel.fail(problem);
    context.open(session.source);
    if (going) void worker.run(choice.speed);
  }

  // ── run ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  const runPanel = context.panel({ id: 'run', table: () => tableOf(['what', 'value'], statusRows(session.status)) }, right);
  const goButton = button('Go on', 'go on, or pause', () => void (session.status?.phase === 'running' ? worker.pause() : worker.run(choice.speed)), 'primary');
  const speed = h('select', { onchange: () => {
    choice.speed = Number(speed.value);
    if (session.status?.phase === 'running') void worker.run(choice.speed);
  } }, ...SPEEDS.map((value) => h('option', { value }, value === Infinity ? 'as fast as it goes' : `${value}× real time`)));
  speed.value = String(choice.speed);
  const stepButtons = (['event', 'round', 'second'] as const).map((step: Step) => button(`+1 ${step}`, step === 'round' ? 'until the next round is found' : `one ${step} further, then wait`, () => void worker.step(step)));
  const bar = h('progress', { max: '1', value: '0', 'aria-label': 'virtual time passed' });
  const figures = h('dl', { class: 'live-figures' });
  runPanel.tools.append(goButton, labelled('Speed', speed), h('div', { class: 'live-steps', role: 'group', 'aria-label': 'step' }, ...stepButtons));
  runPanel.body.prepend(bar, figures);

  // ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const handPanel = context.panel({
    id: 'by-hand', table: () => tableOf(['id', 'kind', 'what', 'from (s)', 'to (s)'], (session.status?.faults ?? []).map(({ id, kind, what, atUs, endUs }) => [id, kind, what, atUs / 1e6, endUs / 1e6])),
  }, right);
  const region = h('select', {}, ...REGIONS.map((name) => h('option', { value: name }, words(name))));
  const node = h('input', { type: 'number', min: 0, step: 1, value: 0, class: 'live-node' });
  const length = h('select', {}, ...LENGTHS.map((us) => h('option', { value: us }, us === Infinity ? 'until I end it' : duration(us))));
  length.value = String(LENGTHS[2]);
  const forUs = (): number | undefined => (Number.isFinite(Number(length.value)) ? Number(length.value) : undefined);
  const doButtons = [
    button('Cut off', 'cut every link between this region and the others', () => void act({ kind: 'partition', regions: [region.value], forUs: forUs() })),
    button('Crash', 'the node loses what is not durable, and restarts at the end', () => void act({ kind: 'crash', nodes: [Number(node.value)], forUs: forUs() })),
    button('Pause', 'the node freezes with all it holds; what reaches it waits', () => void act({ kind: 'pause', nodes: [Number(node.value)], forUs: forUs() })),
  ];
  const handNote = h('p', { class: 'live-note', role: 'status' });
  const done = h('ul', { class: 'live-faults' });
  const saveButton = button('Save as a scenario', 'a file that gives the same trace hash on the command line', () => void saveScenario());
  handPanel.body.prepend(
    h('div', { class: 'live-acts' }, labelled('Region', region), doButtons[0], labelled('Node', node), doButtons[1], doButtons[2], labelled('Lasts', length)),
    handNote, done, h('div', { class: 'live-save' }, saveButton, h('span', { class: 'quiet-text' }, 'The file says when each of these began and ended; the command line then repeats this very run, event by event.')),
  );

  async function act(what: Act): Promise<void> {
    const wrong = await worker.act(what);
    said(handNote, wrong ?? '');
  }

  async function saveScenario(): Promise<void> {
    const file = await worker.saved();
    if (!file) return;
    save(new Blob([file.text], { type: 'application/yaml' }), file.fileName);
    said(handNote, `Saved ${file.fileName}. Repeat it: ${file.command}`);
  }

  function showFaults({ faults, virtualUs, phase }: Status): void {
    const over = phase === 'ended' || phase === 'failed';
    handPanel.finding(
      faults.length === 0 ? 'Nothing was done by hand yet' : `${counted(faults.length, 'thing was', 'things were')} done by hand, ${faults.filter(({ endUs }) => endUs > virtualUs).length} still in force`,
      'takes effect at the next whole millisecond of virtual time',
    );
    const shown = faults.map(({ id, what, atUs, endUs }) => `${id} ${what} ${atUs} ${endUs} ${endUs > virtualUs && !over}`).join('\n');
    if (done.dataset['shown'] === shown) return;
    done.dataset['shown'] = shown;
    done.replaceChildren(...faults.map(({ id, what, atUs, endUs }) => h('li', {},
      h('span', {}, `${clock(atUs)} ${regionWords(what)}${Number.isFinite(endUs) ? `, until ${clock(endUs)}` : ', until it is ended'}`),
      endUs > virtualUs && !over && h('button', { type: 'button', title: 'end it at the next whole millisecond', onclick: () => void worker.end(id) }, 'End now'))));
  }

  // ── heads ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const live = (): ViewContext['run'] => {
    const { run } = store.get();
    return run?.key === LIVE_KEY ? run : undefined;
  };
  const headsPanel = context.panel({ id: 'heads', height: 160, draw: (surface) => drawHeads(surface, live()), table: () => headsTable(live()) }, left);
  left.prepend(headsPanel.element);
  function showHeads(): void {
    const run = live();
    headsPanel.element.hidden = !run;
    if (!run) return;
    headsPanel.finding(headsFinding(run), `nodes of each region by the round they follow, at ${clock(run.facts.endUs)} (virtual); the other views show this run too`);
    headsPanel.redraw();
  }

  // ── all of it ───────────────────────────────────────────────────────────────────────────────────────────────────

  function show(): void {
    const { status } = session;
    const over = !status || status.phase === 'ended' || status.phase === 'failed';
    for (const control of [goButton, ...stepButtons, ...doButtons]) control.disabled = over;
    saveButton.disabled = !status;
    handPanel.element.hidden = !status;
    bar.hidden = !status;
    said(goButton, status?.phase === 'running' ? 'Pause' : 'Go on');
    if (!status) {
      runPanel.finding('No run yet', 'Start gives this page the very engine and simulator of the command line, in a worker of its own');
      figures.replaceChildren();
      return;
    }
    if (status.problem) return runPanel.fail(status.problem);
    runPanel.finding(runFinding(status), `${status.name}, seed ${status.seed}; ${status.backend}`);
    bar.value = status.endUs > 0 ? Math.min(1, status.virtualUs / status.endUs) : 0;
    bar.textContent = `${Math.round(100 * bar.value)} %`;
    const rows = statusRows(status);
    if (figures.children.length !== rows.length) figures.replaceChildren(...rows.map(([name]) => h('div', {}, h('dt', {}, name), h('dd'))));
    rows.forEach(([name, value], i) => {
      said(figures.children[i].firstElementChild as HTMLElement, name);
      said(figures.children[i].lastElementChild as HTMLElement, value);
    });
    showFaults(status);
  }

  async function begin(): Promise<void> {
    const [{ makeEditor }, list] = await Promise.all([import('../live/editor.ts'), worker.scenarios()]);
    if (signal.aborted) return;
    files = list;
    if (choice.text === '') {
      const first = list.find(({ name }) => name === FIRST) ?? list[0];
      [choice.scenario, choice.text] = [first.name, first.text];
    }
    picker.replaceChildren(...list.map(({ name, question }) => h('option', { value: name, title: question }, name)));
    picker.value = choice.scenario;
    seed.value = choice.seed;
    editor = makeEditor(editorHost, choice.text, 'scenario, YAML', () => {
      choice.text = editor!.text();
      soon();
    });
    await check();
  }

  const stop = session.subscribe(show);
  void begin().catch(() => scenarioPanel.finding('The editor could not be loaded', 'reload the page'));
  show();
  return {
    update(state, before) {
      if (state.run !== before?.run || state.theme !== before?.theme) showHeads();
      if (state.selection.node !== before?.selection.node && state.selection.node !== undefined) node.value = String(state.selection.node);
    },
    destroy() {
      stop();
      clearTimeout(timer);
      editor?.destroy();
    },
  };
}

const regionWords = (text: string): string => text.replace(/[A-Z]+(_[A-Z]+)*/g, (name) => words(name));

function runFinding({ phase, virtualUs, endUs, eventsPerS, virtualPerS }: Status): string {
  if (phase === 'ended') return `The run ended after ${lengthText(virtualUs)} of virtual time`;
  const at = `${clock(virtualUs)} of ${clock(endUs)}`;
  if (phase !== 'running') return `Waiting at ${at}`;
  return eventsPerS === 0 ? `Running: ${at}` : `Running: ${at}, ${figure(virtualPerS)} virtual seconds a second`;
}

function statusRows(status: Status | undefined): [string, string][] {
  if (!status) return [];
  const { virtualUs, events, rounds, transactions, traceHash, eventsPerS, phase } = status;
  return [
    ['Virtual time', clock(virtualUs)], ['Events', count(events)], ['Rounds found', count(rounds)], ['Transactions', count(transactions)], ['Events a second (wall)', count(eventsPerS)],
    [phase === 'ended' ? 'Trace hash of the run' : 'Trace hash so far', traceHash],
  ];
}

function factsOf(checked: Checked | undefined): [string, string | number][] {
  if (!checked) return [];
  if (!checked.ok) return checked.problems.map(({ line, problem, mend }) => [`line ${line}`, `${problem}: ${mend}`]);
  const { name, seed, nodes, endUs, cost } = checked;
  return [['name', name], ['seed', seed], ['nodes', nodes], ['length (virtual, s)', endUs / 1e6], ['rounds (estimate)', cost.rounds], ['transactions (estimate)', cost.transactions], ['events (estimate)', cost.events], ['memory (bytes, estimate)', cost.memoryBytes], ['real time (s, estimate)', cost.seconds]];
}
