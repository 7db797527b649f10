/** Stops the picked nodes, which lose what is not durable, and restarts them at its end. Fires once per node stopped. */
import type { CrashOptions } from '../scenario/fault-options.ts';
import type { Fault } from './fault.ts';

export const crash: Fault = {
  kind: 'crash',
  start(world, options) {
    const nodes = world.select((options as unknown as CrashOptions).select).filter((node) => world.crash(node));
    world.fired(nodes.length);
    return {
      nodes,
      end: () => {
        for (const node of nodes) world.restart(node);
      },
    };
  },
};
