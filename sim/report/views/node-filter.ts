/**
 * What a person types to see some nodes only: words that a node's own words contain, and comparisons of its figures, all of
 * which must hold. `mining europe`, `node 7`, `median>500`, `power>=1.5 reorgs=0`.
 */
export interface FilteredNode {
  /** Lower case: kind, region, state. */
  readonly words: string;
  /** Figures by the name that is typed; NaN: not known, and then no comparison holds. */
  figure(name: string): number | undefined;
}

export type NodeFilter = (at: number, node: FilteredNode) => boolean;

const COMPARISON = /^([a-z]+)(<=|>=|=|<|>)(-?\d+(?:\.\d+)?)$/;
const HOLDS: Readonly<Record<string, (a: number, b: number) => boolean>> = { '<': (a, b) => a < b, '>': (a, b) => a > b, '<=': (a, b) => a <= b, '>=': (a, b) => a >= b, '=': (a, b) => a === b };

/** Never fails: a comparison of something that nodes do not have is taken as a word, and finds nothing. */
export function nodeFilter(text: string): NodeFilter {
  const tests = text.toLowerCase().replace(/\bnode\s+(?=\d)/g, '').replace(/\s*(<=|>=|=|<|>)\s*/g, '$1').split(/\s+/).filter((term) => term !== '').map((term): NodeFilter => {
    if (/^\d+$/.test(term)) return (at) => at === Number(term);
    const [, name, sign, value] = COMPARISON.exec(term) ?? [];
    if (name === undefined) return (_at, node) => node.words.includes(term);
    return (_at, node) => {
      const figure = node.figure(name);
      return figure !== undefined && HOLDS[sign](figure, Number(value));
    };
  });
  return (at, node) => tests.every((test) => test(at, node));
}
