/** The engine's delta of a round beside the model's changes. */
import { stateKey } from '../../../engine/state/table.ts';
import type { Delta, StateReader } from '../../../engine/state/state.ts';
import { same } from './layers.ts';
import type { Applied } from './model.ts';

/** A stored value on which engine and model disagree. */
export interface Difference {
  /** Table's name. */
  readonly table: string;
  readonly key: string;
  readonly engine: unknown;
  readonly model: unknown;
  readonly which: 'before' | 'after';
  /** Only one of the two says that the round changed it. */
  readonly onlyIn: 'engine' | 'model' | undefined;
}

/** Every value on which they disagree: first in the engine's order, then what only the model changed. */
export function diffDelta(
  { model, changes }: Pick<Applied, 'model' | 'changes'>,
  delta: Delta,
  parent: StateReader,
): Difference[] {
  const differences: Difference[] = [];
  const expected = new Set(changes.map(({ table, key }) => stateKey(table, key)));
  for (const [name, { table, key, before, after }] of delta) {
    const onlyIn = expected.has(name) ? undefined : ('engine' as const);
    const was = parent.get(table, key);
    const is = model.get(table, key);
    if (!same(before, was))
      differences.push({ table: table.name, key, engine: before, model: was, which: 'before', onlyIn });
    if (!same(after, is) || onlyIn !== undefined)
      differences.push({ table: table.name, key, engine: after, model: is, which: 'after', onlyIn });
  }
  for (const { table, key, before, after } of changes) {
    if (!delta.has(stateKey(table, key)))
      differences.push({ table: table.name, key, engine: before, model: after, which: 'after', onlyIn: 'model' });
  }
  return differences;
}
