/**
 * The mining oracle (D24, sampled seals): finding a round under proof of work is memoryless, so the time of each miner's
 * next find is drawn from an exponential distribution with mean interval × (work of its target / work of genesis) / its
 * share of power, and drawn anew whenever its head changes. Difficulty and work are the chain's real ones.
 */
import { PURPOSE, draw32, type DrawKey } from '../kernel/draw.ts';
import { exponentialUs } from '../kernel/distributions.ts';

export class MiningOracle {
  private readonly key: DrawKey;
  private readonly power: Float64Array;
  private readonly intervalUs: number;
  private readonly genesisWork: number;
  /** Draws taken by each miner; an event carrying an older number is void. */
  private readonly tickets: Int32Array;

  constructor(key: DrawKey, power: Float64Array, intervalSeconds: number, genesisWork: bigint) {
    this.key = key;
    this.power = power;
    this.intervalUs = intervalSeconds * 1_000_000;
    this.genesisWork = Number(genesisWork);
    this.tickets = new Int32Array(power.length);
  }

  mines(node: number): boolean {
    return this.power[node] > 0;
  }

  /** Delay until the node's next find at a target of the given work, and the ticket that proves it is the current draw. */
  draw(node: number, targetWork: bigint): { readonly delayUs: number; readonly ticket: number } {
    const ticket = ++this.tickets[node];
    const meanUs = (this.intervalUs * (Number(targetWork) / this.genesisWork)) / this.power[node];
    return { delayUs: exponentialUs(meanUs, draw32(this.key, node, PURPOSE.mining, ticket)), ticket };
  }

  /** Voids whatever was drawn for the node: it stopped. */
  stop(node: number): void {
    this.tickets[node]++;
  }

  isCurrent(node: number, ticket: number): boolean {
    return this.tickets[node] === ticket;
  }
}
