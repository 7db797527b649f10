/**
 * Cuts every link between groups of nodes, and mends them at its end. With `select`, the picked nodes are one group and
 * everybody else the other. Fires once per link that it cuts.
 */
import { z } from 'zod';
import { selector } from '../scenario/fields.ts';
import { REGIONS } from '../scenario/types.ts';
import { defineFault } from './fault.ts';

export const partition = defineFault({
  kind: 'partition',
  title: 'cuts every link between groups of nodes, and heals them',
  example: '{ id: cut, at: 12m, for: 90s, kind: partition, between: [[EUROPE], [NORTH_AMERICA, SOUTH_AMERICA]] }',
  divides: true,
  options: {
    between: z.array(z.array(z.enum(REGIONS)).min(1)).min(2).optional().meta({ description: 'Groups of regions; links between different groups are cut.' }),
    select: selector.optional(),
  },
  problem({ between, select }) {
    if ((between === undefined) === (select === undefined)) return { problem: 'a partition takes either `between` or `select`', mend: 'give exactly one of the two' };
    const regions = (between ?? []).flat();
    const twice = regions.find((region, i) => regions.indexOf(region) !== i);
    return twice && { key: 'between', problem: `${twice} stands in two groups`, mend: 'a region belongs to one group' };
  },
  start(world, { between, select }) {
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
});
