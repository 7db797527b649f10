/** Which nodes were active when a round was found: only they count for its spread, as in `propagation.ts`. */
import type { EventTables, Table } from '../../trace/columns.ts';

/** What questions about arrivals ask of a run. Row i of `rounds` is round i. */
export interface SpreadColumns {
  readonly nodes: Pick<Table<'nodes'>, 'count' | 'kind' | 'region' | 'initialState'>;
  readonly rounds: Pick<Table<'rounds'>, 'count' | 'foundAtUs' | 'node'>;
  readonly states: Pick<EventTables['node-state'], 'count' | 'atUs' | 'node' | 'state'>;
}

/** All rounds but genesis, in the order in which they were found. */
export const roundsInOrder = ({ rounds }: Pick<SpreadColumns, 'rounds'>): Int32Array =>
  Int32Array.from({ length: Math.max(0, rounds.count - 1) }, (_, i) => i + 1).sort((a, b) => rounds.foundAtUs[a] - rounds.foundAtUs[b] || a - b);

/** The active nodes at a moment that only moves forwards. */
export class Presence {
  /** 1 = active. */
  readonly active: Uint8Array;
  /** How many are. */
  count = 0;
  private readonly states: SpreadColumns['states'];
  /** Code of `active` among the changes of state. */
  private readonly activeCode: number;
  private next = 0;

  constructor({ nodes, states }: Pick<SpreadColumns, 'nodes' | 'states'>) {
    this.states = states;
    this.activeCode = states.state.values.indexOf('active');
    this.active = new Uint8Array(nodes.count);
    const { codes, values } = nodes.initialState;
    const code = values.indexOf('active');
    for (let node = 0; node < nodes.count; node++) if (codes[node] === code) this.count += this.active[node] = 1;
  }

  /** Takes in every change of state up to and at `atUs`. */
  moveTo(atUs: number): void {
    const { states, active } = this;
    for (; this.next < states.count && states.atUs[this.next] <= atUs; this.next++) {
      const node = states.node[this.next];
      const is = states.state.codes[this.next] === this.activeCode ? 1 : 0;
      this.count += is - active[node];
      active[node] = is;
    }
  }
}
