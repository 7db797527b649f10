/** A few real nodes joined by perfect links of 1 ms: what p2p tests look at is who says what to whom, and when. */
import { Effects, EFFECT, type Tell } from '../../engine/p2p/effects.ts';
import { MESSAGE_NAMES, type Message } from '../../engine/p2p/messages.ts';
import { Node, type NodeConfig } from '../../engine/node/node.ts';
import type { Executor } from '../../engine/chain/executor.ts';
import type { RoundRef } from '../../engine/chain/registry.ts';
import { DEFAULT_POOL_POLICY } from '../../engine/params/params.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { EventQueue } from '../../sim/kernel/queue.ts';
import { GENESIS_TIME, MINER } from './fixtures.ts';
import { ChainWorld } from './world.ts';

export const LATENCY_US = 1_000;
export const BATCH_US = 100_000;

export interface Sent {
  readonly atUs: number;
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly message: Message;
  readonly bytes: number;
}

export class Mesh {
  readonly world: ChainWorld;
  readonly nodes: Node[] = [];
  readonly sent: Sent[] = [];
  readonly told: (Tell & { readonly node: number })[] = [];
  /** Messages for which this is false are lost. */
  passes: (sent: Sent) => boolean = () => true;
  private readonly peers: number[][] = [];
  private readonly queue = new EventQueue();
  private readonly out = new Effects();
  /** Added to every node's clock, seconds. */
  clockAhead = 0;

  constructor(world = new ChainWorld()) {
    this.world = world;
  }

  get nowUs(): number {
    return this.queue.nowUs;
  }
  private get clock(): number {
    return GENESIS_TIME + this.clockAhead + Math.floor(this.nowUs / 1_000_000);
  }

  add(config: Partial<NodeConfig> = {}, executor: Executor = this.world.shared): number {
    const whole: NodeConfig = {
      kind: 'full', relay: 'compact', peersMax: 32, gossipBatchUs: BATCH_US, gossipPhaseUs: 0, poolPolicy: DEFAULT_POOL_POLICY, account: MINER.account, ...config,
    };
    this.peers.push([]);
    return this.nodes.push(new Node(whole, this.world.genesis.params, this.world.registry, executor)) - 1;
  }

  slot(node: number, peer: number): number {
    const known = this.peers[node].indexOf(peer);
    return known >= 0 ? known : this.peers[node].push(peer) - 1;
  }

  connect(...path: number[]): void {
    for (let i = 1; i < path.length; i++) {
      for (const [x, y] of [[path[i - 1], path[i]], [path[i], path[i - 1]]]) {
        this.step(x, (node, clock, now, out) => node.peerUp(this.slot(x, y), this.nodes[y].config.kind === 'light', clock, now, out));
      }
    }
  }
  disconnect(x: number, y: number): void {
    for (const [from, to] of [[x, y], [y, x]]) this.step(from, (node, clock, now, out) => node.peerDown(this.slot(from, to), clock, now, out));
  }

  submit(node: number, transaction: Transaction): string {
    const handle = this.world.registry.addTransaction(transaction);
    this.step(node, (n, clock, now, out) => n.submit(handle, clock, now, out));
    const codes = this.told.flatMap((tell) => (tell.type === 'submitted' ? [tell.refusal?.code ?? 'ok'] : []));
    return codes[codes.length - 1];
  }
  win(node: number): RoundRef {
    this.step(node, (n, clock, now, out) => n.win(clock, now, out));
    return this.nodes[node].chain.head;
  }
  /** Hands a node a message as if the peer had sent it. */
  say(from: number, to: number, message: Message): void {
    this.step(to, (node, clock, now, out) => node.receive(this.slot(to, from), message, clock, now, out));
  }
  /** Gives a node a round that was built elsewhere, header and body. */
  give(node: number, rounds: readonly RoundRef[]): void {
    for (const ref of rounds) {
      this.step(node, (n) => {
        n.chain.addHeader(ref);
        (n as unknown as { rounds: { acceptBody(ref: RoundRef, own: boolean): void } }).rounds.acceptBody(ref, false);
      });
    }
  }

  /** Lets time pass, until nothing is left to happen or for so many µs. */
  run(forUs = Infinity): void {
    const untilUs = this.nowUs + forUs;
    if (forUs !== Infinity) this.queue.push(untilUs, 2, 0, 0, undefined);
    for (let slot = this.queue.pop(); slot >= 0; slot = this.queue.pop()) {
      const { type, to, a, ref } = this.queue;
      const [kind, node, argument, content] = [type[slot], to[slot], a[slot], ref[slot]];
      this.queue.release(slot);
      if (kind === 2) return;
      this.step(node, (n, clock, now, out) =>
        kind === 0 ? n.receive(argument, content as Message, clock, now, out) : n.timer(argument, content as number, clock, now, out),
      );
    }
  }

  types(from: number, to: number): string[] {
    return this.sent.filter((sent) => sent.from === from && sent.to === to).map(({ type }) => type);
  }

  step(at: number, act: (node: Node, clock: number, nowUs: number, out: Effects) => void): void {
    const { out, queue, nowUs } = this;
    const node = this.nodes[at];
    (node as unknown as { step: { begin(nowUs: number, clock: number, out: Effects): void } }).step.begin(nowUs, this.clock, out);
    act(node, this.clock, nowUs, out);
    for (let i = 0; i < out.count; i++) {
      if (out.kind[i] === EFFECT.timer) queue.push(out.b[i], 1, at, out.a[i], out.ref[i]);
      else {
        const to = this.peers[at][out.a[i]];
        const message = out.ref[i] as Message;
        const sent: Sent = { atUs: nowUs, from: at, to, type: MESSAGE_NAMES[message.type], message, bytes: out.b[i] };
        this.sent.push(sent);
        if (this.passes(sent)) queue.push(nowUs + LATENCY_US, 0, to, this.slot(to, at), message);
      }
    }
    for (const tell of out.takeTells()) this.told.push({ ...tell, node: at });
    out.clear();
  }
}
