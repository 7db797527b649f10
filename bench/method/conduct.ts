/**
 * Conducts a measurement: for each round a fresh process per build, all builds of a round alive at once and taking turns
 * sample by sample (A B B A A B …), so that whatever else the machine does falls on all of them alike.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { cpus } from 'node:os';
import { draws } from '../work/seeded-draws.ts';
import type { Answer, RoundOrder, RoundReady, Sample, TurnDone, TurnOrder } from './protocol.ts';

/** A bundle that can be measured. */
export interface Build {
  readonly name: string;
  /** Its round.mjs. */
  readonly program: string;
  readonly inputs: string;
  readonly plant?: number;
}

/** What a build gave in one round: samples by part, as ordered. */
export interface MeasuredRound {
  readonly ready: RoundReady;
  readonly samples: readonly (readonly Sample[])[];
}

export interface Refused {
  readonly code: 'no-backend' | 'no-cores';
  readonly message: string;
}

/** Fewest and most samples of a part in a round. */
const SAMPLES_MIN = 3;
const SAMPLES_MAX = 400;
/** A turn lasts about this long, or one call where a call is longer: bursts of other load are longer than that. */
const TURN_US = 5_000;

/** One round of each build, in turns; `budgetMs` is the CPU time that each part is measured for. A build that cannot run this work refuses. */
export async function playRound(builds: readonly Build[], work: string, parts: readonly string[], round: number, budgetMs: number): Promise<readonly MeasuredRound[] | Refused> {
  const players: Player[] = [];
  try {
    // Who starts first alternates too.
    for (const i of order(builds.length, round)) {
      players[i] = new Player(builds[i], { work, parts, inputs: builds[i].inputs, ...(builds[i].plant === undefined ? {} : { plant: builds[i].plant }) }, round);
      const refused = await players[i].ready();
      if (refused !== undefined) return refused;
    }
    const taken: Sample[][][] = builds.map(() => parts.map(() => []));
    for (let part = 0; part < parts.length; part++) {
      const { calls, turns } = plan(Math.max(...players.map(({ answer }) => answer.parts[part].warmUs)), budgetMs);
      for (let turn = 0; turn < turns; turn++) {
        for (const i of order(builds.length, round + turn)) taken[i][part].push(...(await players[i].take({ part, calls })));
      }
    }
    return players.map(({ answer }, i) => ({ ready: answer, samples: taken[i] }));
  } finally {
    for (const player of players) player?.end();
  }
}

const order = (count: number, turn: number): number[] => {
  const indices = Array.from({ length: count }, (_, i) => i);
  return turn % 2 === 0 ? indices : indices.reverse();
};

function plan(callUs: number, budgetMs: number): { readonly calls: number; readonly turns: number } {
  const samples = Math.min(SAMPLES_MAX, Math.max(SAMPLES_MIN, Math.round((budgetMs * 1_000) / Math.max(1, callUs))));
  const calls = Math.max(1, Math.min(samples, Math.round(TURN_US / Math.max(1, callUs))));
  return { calls, turns: Math.max(2, Math.ceil(samples / calls)) };
}

/**
 * Where a process's stack begins depends on the size of its environment, and speed depends on that by a percent or two. So
 * each process gets another size, and no build keeps a lucky one.
 */
function padding(round: number): string {
  return 'x'.repeat(PADS() % 4_096) + round;
}
const PADS = draws(13);

/** A young generation as the command's own (sim/cli/simulate.ts gives its thread more). */
const FLAGS = ['--max-semi-space-size=64'];

/** Node, bound to so many cores where it would have more and this system can: threads must not use what was not asked for. */
function node(cores: number): { readonly execPath?: string; readonly execArgv: string[] } {
  if (cores === 1 || cores >= cpus().length || process.platform !== 'linux') return { execArgv: FLAGS };
  return { execPath: 'taskset', execArgv: ['-c', `0-${cores - 1}`, process.execPath, ...FLAGS] };
}

const coresOf = (work: string): number => Number(/\/(\d+)cores$/.exec(work)?.[1] ?? 1);

/** One process of a round. */
class Player {
  answer!: RoundReady;
  private readonly child: ChildProcess;
  private readonly build: Build;
  private errors = '';

  constructor(build: Build, order: RoundOrder, round: number) {
    this.build = build;
    const env = { ...process.env, STRATUS_BENCH_PADDING: padding(round) };
    this.child = fork(build.program, [JSON.stringify(order)], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], ...node(coresOf(order.work)) });
    this.child.stderr!.on('data', (chunk: Buffer) => void (this.errors += chunk.toString('utf8')));
  }

  async ready(): Promise<Refused | undefined> {
    const message = await this.hear();
    if (message.type === 'failed' && (message.code === 'no-backend' || message.code === 'no-cores')) return { code: message.code, message: message.message };
    this.answer = this.expected(message, 'ready');
    return undefined;
  }

  async take(turn: TurnOrder): Promise<readonly Sample[]> {
    this.child.send(turn);
    return this.expected<TurnDone>(await this.hear(), 'samples').samples;
  }

  end(): void {
    this.child.removeAllListeners();
    this.child.kill('SIGKILL');
  }

  private expected<T extends Answer>(message: Answer, type: T['type']): T {
    if (message.type === 'failed') throw new Error(`${this.build.name}: ${message.message}`);
    if (message.type !== type) throw new Error(`${this.build.name}: answered ${message.type}`);
    return message as T;
  }

  private hear(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.child.off('message', heard);
        this.child.off('exit', left);
        this.child.off('error', reject);
      };
      const heard = (message: unknown): void => {
        done();
        resolve(message as Answer);
      };
      const left = (code: number | null): void => {
        done();
        reject(new Error(`${this.build.name}: the round's process ended early (${code}): ${this.errors.trim()}`));
      };
      this.child.on('message', heard);
      this.child.on('exit', left);
      this.child.on('error', reject);
    });
  }
}
