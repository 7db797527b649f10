/** Stops the picked nodes, which lose what is not durable, and restarts them at its end. Fires once per node stopped. */
import { selector } from '../scenario/fields.ts';
import { defineFault } from './fault.ts';

export const crash = defineFault({
  kind: 'crash',
  title: 'stops nodes, which restart from what is durable',
  example: '{ id: outage, at: 5m, for: 2m, kind: crash, select: { share: 10% nodes } }',
  divides: false,
  options: { select: selector },
  start(world, { select }) {
    const nodes = world.select(select).filter((node) => world.crash(node));
    world.fired(nodes.length);
    return {
      nodes,
      end: () => {
        for (const node of nodes) world.restart(node);
      },
    };
  },
});
