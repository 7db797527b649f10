/** The world as one fault may change it (`FaultWorld`): draws are keyed by the fault's id. */
import type { FaultWorld } from '../faults/fault.ts';
import { REGIONS, type Selector } from '../scenario/types.ts';
import { PURPOSE, draw32 } from '../kernel/draw.ts';
import type { Simulation } from './simulation.ts';

export class World implements FaultWorld {
  private readonly simulation: Simulation;
  private readonly faultId: string;

  constructor(simulation: Simulation, faultId: string) {
    this.simulation = simulation;
    this.faultId = faultId;
  }

  get nodeCount(): number {
    return this.simulation.nodes.length;
  }

  region(node: number): number {
    return this.simulation.population.region[node];
  }

  /**
   * Filters first (nodes, regions, kinds), then a share: of the nodes left, or of hash power. A share of hash power takes miners
   * in drawn order while they fit, and the same share of the nodes without power, so that both sides of a partition mine.
   */
  select(selector: Selector): readonly number[] {
    const { population } = this.simulation;
    let picked = population.kind.flatMap((kind, node) => {
      const region = REGIONS[population.region[node]];
      const holds =
        (selector.nodes === undefined || selector.nodes.includes(node)) &&
        (selector.regions === undefined || selector.regions.includes(region)) &&
        (selector.kinds === undefined || selector.kinds.includes(kind));
      return holds ? [node] : [];
    });
    const drawn = (): number[] =>
      picked.map((node) => ({ node, draw: draw32(this.simulation.key, node, PURPOSE.faultSelect, this.salt) }))
        .sort((x, y) => x.draw - y.draw || x.node - y.node)
        .map(({ node }) => node);
    if (selector.shareNodesPpm !== undefined) {
      picked = drawn().slice(0, Math.round((picked.length * selector.shareNodesPpm) / 1_000_000));
    }
    if (selector.shareHashPowerPpm !== undefined) {
      const share = selector.shareHashPowerPpm / 1_000_000;
      const order = drawn();
      const idle = order.filter((node) => population.power[node] === 0);
      let power = 0;
      const miners = order.filter((node) => {
        if (population.power[node] === 0 || power + population.power[node] > share + 1e-9) return false;
        power += population.power[node];
        return true;
      });
      picked = [...miners, ...idle.slice(0, Math.round(idle.length * share))];
    }
    return picked.sort((x, y) => x - y);
  }

  cut(group: Int32Array): number {
    return this.simulation.outages.cut(group, 1);
  }
  mend(group: Int32Array): number {
    return this.simulation.outages.cut(group, -1);
  }
  crash(node: number): boolean {
    return this.simulation.outages.crash(node);
  }
  restart(node: number): boolean {
    return this.simulation.outages.restart(node);
  }
  pause(node: number): boolean {
    return this.simulation.outages.pause(node);
  }
  resume(node: number): boolean {
    return this.simulation.outages.resume(node);
  }
  fired(times: number): void {
    this.simulation.countFired(this.faultId, times);
  }

  /** A number from the fault's id, so that each fault draws for itself. */
  private get salt(): number {
    let salt = 0;
    for (let i = 0; i < this.faultId.length; i++) salt = (Math.imul(salt, 31) + this.faultId.charCodeAt(i)) | 0;
    return salt;
  }
}
