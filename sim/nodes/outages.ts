/** What faults may do to links and nodes: cut and mend, crash and restart, pause and resume; and nodes that crash at random. */
import { PURPOSE, draw32 } from '../kernel/draw.ts';
import { exponentialUs } from '../kernel/distributions.ts';
import { EVENT } from './events.ts';
import type { Simulation } from './simulation.ts';

/** How long a randomly crashed node stays down (assumption). */
const RANDOM_CRASH_DOWN_US = 60_000_000;

export class Outages {
  /** Cuts in force: while there are none, no link needs a look. */
  cuts = 0;
  private readonly simulation: Simulation;
  /** By paused node: what reached it meanwhile. */
  private readonly held = new Map<number, { readonly type: number; readonly a: number; readonly ref: unknown }[]>();

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  // ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Cuts (by = 1) or mends (−1) the links between different groups; returns links changed. */
  cut(group: Int32Array, by: 1 | -1): number {
    const { network, states } = this.simulation;
    this.cuts += by;
    let changed = 0;
    for (let node = 0; node < network.nodeCount; node++) {
      if (group[node] < 0) continue;
      for (let slot = 0; slot < network.degree(node); slot++) {
        const link = network.linkOf(node, slot);
        const peer = network.target(link);
        if (peer < node || group[peer] < 0 || group[peer] === group[node]) continue;
        const back = network.reverse(link);
        network.cut(back, by);
        if (!network.cut(link, by)) continue;
        changed++;
        if (!states.isUp(node) || !states.isUp(peer)) continue;
        this.simulation.linkChanged(node, slot, by === -1);
        this.simulation.linkChanged(peer, network.targetSlot(link), by === -1);
      }
    }
    return changed;
  }

  // ── crash and restart ───────────────────────────────────────────────────────────────────────────────────────────

  crash(node: number): boolean {
    const { simulation } = this;
    const { network, states } = simulation;
    if (!states.isUp(node)) return false;
    this.held.delete(node);
    simulation.stopMining(node);
    simulation.setState(node, 'down', 'crashed');
    simulation.nodes[node].crash();
    for (let slot = 0; slot < network.degree(node); slot++) {
      const link = network.linkOf(node, slot);
      const peer = network.target(link);
      if (states.isUp(peer) && !network.isCut(link)) simulation.linkChanged(peer, network.targetSlot(link), false);
    }
    return true;
  }

  restart(node: number): boolean {
    const { simulation } = this;
    if (simulation.states.of[node] !== 'down') return false;
    simulation.comeBack(node, 'restarted');
    simulation.redraw(node);
    simulation.connect(node, false);
    return true;
  }

  scheduleRandomCrash(node: number, counter: number): void {
    const { simulation } = this;
    const perNodeHour = simulation.scenario.faults.random.crashPerNodeHourMilli / 1000;
    const delayUs = exponentialUs(3_600_000_000 / perNodeHour, draw32(simulation.key, node, PURPOSE.faultRandom, counter));
    simulation.push(simulation.nowUs + delayUs, EVENT.randomCrash, node, 2 * counter, undefined);
  }

  /** An even code crashes, the next odd one restarts what that crashed: a node that was not up is left to whoever stopped it. */
  randomCrash(node: number, code: number): void {
    const { simulation } = this;
    if ((code & 1) === 0 && this.crash(node)) {
      simulation.countFired('random-crash', 1);
      simulation.push(simulation.nowUs + RANDOM_CRASH_DOWN_US, EVENT.randomCrash, node, code + 1, undefined);
      return;
    }
    if ((code & 1) === 1) this.restart(node);
    this.scheduleRandomCrash(node, (code >> 1) + 1);
  }

  // ── pause and resume ────────────────────────────────────────────────────────────────────────────────────────────

  pause(node: number): boolean {
    const { simulation } = this;
    const state = simulation.states.of[node];
    if (state !== 'active' && state !== 'syncing') return false;
    simulation.stopMining(node); // a frozen miner searches nothing
    simulation.setState(node, 'paused', 'paused');
    this.held.set(node, []);
    return true;
  }

  resume(node: number): boolean {
    const { simulation } = this;
    if (simulation.states.of[node] !== 'paused') return false;
    simulation.comeBack(node, 'resumed');
    for (const { type, a, ref } of this.held.get(node)!) simulation.push(simulation.nowUs, type, node, a, ref);
    this.held.delete(node);
    simulation.redraw(node);
    return true;
  }

  /** Whether the node is paused: what reaches it waits until it goes on. */
  waits(node: number, type: number, a: number, ref: unknown): boolean {
    if (this.simulation.states.of[node] !== 'paused') return false;
    this.held.get(node)!.push({ type, a, ref });
    return true;
  }

  /** What a paused node hears of a link once it goes on: only what still holds, since newer news may have come before it. */
  heardLate(node: number, slot: number, up: boolean): void {
    const { network, states } = this.simulation;
    const link = network.linkOf(node, slot);
    if (states.isUp(node) && up === (states.isUp(network.target(link)) && !network.isCut(link))) this.simulation.linkChanged(node, slot, up);
  }
}
