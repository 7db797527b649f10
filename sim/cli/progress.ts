/** How far a run has come, on stderr: a bar on a terminal, a plain line every few seconds elsewhere, nothing when quick. */
import { SingleBar } from 'cli-progress';
import { grouped, lengthText } from '../report/format.ts';
import { CELL } from './job.ts';

const FIRST_MS = 2_000;
const BAR_MS = 200;
/** Between plain lines; each wait is half as long again as the one before, up to the longest. */
const LINE_MS = 5_000;
const LINE_MS_MAX = 30_000;

export function showProgress(cells: Float64Array, title: string): { stop: () => void } {
  const tty = process.stderr.isTTY === true && process.env['CI'] === undefined;
  const started = performance.now();
  const share = (): number => (cells[CELL.endUs] > 0 ? Math.min(1, cells[CELL.virtualUs] / cells[CELL.endUs]) : 0);
  const tail = (): string => {
    const events = cells[CELL.events];
    const perS = Math.round((events * 1_000) / (performance.now() - started));
    const left = share() > 0.02 ? `, about ${lengthText(Math.ceil(((performance.now() - started) * (1 - share())) / share() / 1_000) * 1_000_000)} left` : '';
    return `${lengthText(cells[CELL.virtualUs])} of ${lengthText(cells[CELL.endUs])} virtual, ${grouped(events)} events (${grouped(perS)}/s), ${grouped(cells[CELL.rounds])} rounds, ${grouped(cells[CELL.transactions])} transactions${left}`;
  };
  let bar: SingleBar | undefined;
  const draw = (): void => {
    if (!tty) {
      process.stderr.write(`${title}: ${Math.floor(share() * 100)}%, ${tail()}\n`);
      return;
    }
    if (!bar) {
      bar = new SingleBar({ stream: process.stderr, format: `${title} {bar} {percentage}%  {tail}`, barsize: 24, hideCursor: true, clearOnComplete: true, gracefulExit: false });
      bar.start(1_000, 0, { tail: '' });
    }
    bar.update(Math.floor(share() * 1_000), { tail: tail() });
  };
  let wait = LINE_MS;
  let timer: NodeJS.Timeout;
  const again = (ms: number): void => {
    timer = setTimeout(() => {
      draw();
      again(tty ? BAR_MS : wait);
      wait = Math.min(LINE_MS_MAX, wait * 1.5);
    }, ms);
  };
  again(FIRST_MS);
  return {
    stop: () => {
      clearTimeout(timer);
      bar?.stop();
    },
  };
}

/** How many of so many things are done, on stderr, likewise. */
export function showCount(title: string, total: number): { one: () => void; stop: () => void } {
  const tty = process.stderr.isTTY === true && process.env['CI'] === undefined;
  const started = performance.now();
  let done = 0;
  let nextMs = FIRST_MS;
  let bar: SingleBar | undefined;
  return {
    one: () => {
      done++;
      const ms = performance.now() - started;
      if (ms < nextMs) return;
      nextMs = ms + (tty ? BAR_MS : Math.min(LINE_MS_MAX, Math.max(LINE_MS, ms / 4)));
      if (!tty) {
        process.stderr.write(`${title}: ${done} of ${total}, about ${lengthText(Math.ceil((ms * (total - done)) / done / 1_000) * 1_000_000)} left\n`);
        return;
      }
      if (!bar) {
        bar = new SingleBar({ stream: process.stderr, format: `${title} {bar} {value} of {total}`, barsize: 24, hideCursor: true, clearOnComplete: true, gracefulExit: false });
        bar.start(total, 0);
      }
      bar.update(done);
    },
    stop: () => bar?.stop(),
  };
}
