/** Freezes the picked nodes with all they hold; what reaches them meanwhile waits. Fires once per node frozen. */
import { selector } from '../scenario/fields.ts';
import { defineFault } from './fault.ts';

export const pause = defineFault({
  kind: 'pause',
  title: 'freezes nodes, which go on with all they hold',
  example: '{ id: freeze, at: 5m, for: 30s, kind: pause, select: { kinds: [mining], share: 5% nodes } }',
  divides: false,
  options: { select: selector },
  start(world, { select }) {
    const nodes = world.select(select).filter((node) => world.pause(node));
    world.fired(nodes.length);
    return {
      nodes,
      end: () => {
        for (const node of nodes) world.resume(node);
      },
    };
  },
});
