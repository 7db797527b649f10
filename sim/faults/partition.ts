/** Cuts every link between groups of nodes, and mends them at its end. Fires once per link that it cuts. */
import type { PartitionOptions } from '../scenario/fault-options.ts';
import { REGIONS } from '../scenario/types.ts';
import type { Fault } from './fault.ts';

export const partition: Fault = {
  kind: 'partition',
  start(world, options) {
    const { between, select } = options as PartitionOptions;
    const group = new Int32Array(world.nodeCount).fill(-1);
    if (between !== undefined) {
      const groupOfRegion = REGIONS.map((region) => between.findIndex((regions) => regions.includes(region)));
      for (let node = 0; node < world.nodeCount; node++) group[node] = groupOfRegion[world.region(node)];
    } else if (select !== undefined) {
      group.fill(1);
      for (const node of world.select(select)) group[node] = 0;
    }
    world.fired(world.cut(group));
    const nodes = Array.from(group.keys()).filter((node) => group[node] >= 0);
    return { nodes, end: () => void world.mend(group) };
  },
};
