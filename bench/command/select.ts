/** Which works a command line names. */
import { caseName, entriesOf, SUITES, workName, type Entry } from '../work/suites.ts';

export interface Selected {
  readonly entry: Entry;
  readonly parts: readonly string[];
}

const ALL = (): Entry[] => SUITES.flatMap(entriesOf);

/** A pattern is a suite, or the beginning or any piece of a case's name; of a suite what is slow, or for other numbers of `cores`, is left out. */
export function select(patterns: readonly string[], cores: readonly number[] = [1]): { readonly selected: readonly Selected[]; readonly unknown: readonly string[] } {
  const selected = new Map<string, { entry: Entry; parts: Set<string> }>();
  const unknown: string[] = [];
  for (const pattern of patterns) {
    let found = false;
    for (const entry of ALL()) {
      for (const part of entry.work.parts) {
        const isSuite = entry.suite === pattern;
        if (!(isSuite || (!SUITES.some((suite) => suite === pattern) && caseName(entry, { name: part }).includes(pattern)))) continue;
        found = true;
        if (!cores.includes(entry.cores) || (isSuite && entry.work.slow)) continue;
        const name = workName(entry);
        if (!selected.has(name)) selected.set(name, { entry, parts: new Set() });
        selected.get(name)!.parts.add(part);
      }
    }
    if (!found) unknown.push(pattern);
  }
  return { selected: [...selected.values()].map(({ entry, parts }) => ({ entry, parts: entry.work.parts.filter((part) => parts.has(part)) })), unknown };
}

/** With the limits of the machine, where a block is among what is selected: its roofline is made of them. */
export function withLimits(selected: readonly Selected[]): Selected[] {
  const backends = new Set(selected.filter(({ entry }) => ['node', 'stages', 'ledgers', 'growth'].includes(entry.suite)).map(({ entry }) => entry.backend));
  const there = new Set(selected.map(({ entry }) => workName(entry)));
  const limits = entriesOf('node').filter((entry) => entry.work.name.startsWith('limits-') && backends.has(entry.backend) && !there.has(workName(entry)));
  return [...selected, ...limits.map((entry) => ({ entry, parts: entry.work.parts }))];
}
