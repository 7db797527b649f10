/** Freezes the picked nodes with all they hold; what reaches them meanwhile waits. Fires once per node frozen. */
import type { PauseOptions } from '../scenario/fault-options.ts';
import type { Fault } from './fault.ts';

export const pause: Fault = {
  kind: 'pause',
  start(world, options) {
    const nodes = world.select((options as unknown as PauseOptions).select).filter((node) => world.pause(node));
    world.fired(nodes.length);
    return {
      nodes,
      end: () => {
        for (const node of nodes) world.resume(node);
      },
    };
  },
};
