/**
 * What a hunted bug is bundled into, and what the child process runs: cases from a seed on until one has a finding of the
 * wanted invariants, which is shrunk. Prints one line of JSON. Arguments: seeds and invariants, both with
 * commas, and runs that shrinking may take.
 */
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { toYaml } from '../../sim/fuzz/compose.ts';
import { generate } from '../../sim/fuzz/generate.ts';
import { runOne } from '../../sim/fuzz/run-one.ts';
import { shrink } from '../../sim/fuzz/shrink.ts';

export interface Kill {
  /** Cases until it was found, this one included. */
  readonly cases: number;
  readonly seed: number;
  readonly signature: string;
  readonly invariant: string;
  readonly nodes: number;
  readonly faults: number;
  readonly runs: number;
  readonly yaml: string;
}
/** What the hunt saw: the kill, and signatures of all findings on the way there. */
export interface Hunt {
  readonly kill: Kill | undefined;
  readonly others: readonly string[];
}

const [seeds, wanted, [shrinkRuns]] = process.argv.slice(2).map((list) => list.split(','));
const options = { crypto: nativeCrypto() ?? nobleCrypto, twin: false };

function hunt(): Hunt {
  const others = new Set<string>();
  for (const [i, seed] of seeds.map(Number).entries()) {
    const { findings } = runOne(generate(seed, options.crypto), options);
    const found = findings.find(({ invariant }) => wanted.includes(invariant));
    if (found === undefined) {
      for (const { signature } of findings) others.add(`${seed}: ${signature}`);
      continue;
    }
    const shrunk = shrink(seed, found.signature, options, Number(shrinkRuns));
    if (shrunk === undefined) continue;
    const { written, finding, runs } = shrunk;
    const network = written['network'] as { totalNodes: number };
    const faults = written['faults'] as { scheduled?: readonly unknown[] };
    return {
      kill: { cases: i + 1, seed, signature: finding.signature, invariant: finding.invariant, nodes: network.totalNodes, faults: faults.scheduled?.length ?? 0, runs, yaml: toYaml(written) },
      others: [...others],
    };
  }
  return { kill: undefined, others: [...others] };
}

process.stdout.write(`${JSON.stringify(hunt())}\n`);
