/** Who takes part: kind, region, hash power and first state of every node, from the scenario and keyed draws. */
import type { NodeKind, ResolvedScenario } from '../scenario/types.ts';
import { PURPOSE, draw32, type DrawKey } from '../kernel/draw.ts';
import { pick, pickTable, zipfWeights } from '../kernel/distributions.ts';

export interface Population {
  readonly kind: readonly NodeKind[];
  /** Index into REGIONS. */
  readonly region: Uint8Array;
  /** Share of all hash power, 0 where a node does not mine; adds up to 1. */
  readonly power: Float64Array;
  readonly standby: readonly boolean[];
}

/** Nodes are numbered by kind: mining, validators, archive, full, light; regions are drawn per node. */
export function populate(scenario: ResolvedScenario, key: DrawKey): Population {
  const { nodes, network } = scenario;
  const kind: NodeKind[] = [
    ...Array<NodeKind>(nodes.mining.count).fill('mining'),
    ...Array<NodeKind>(nodes.validator.count).fill('validator'),
    ...Array<NodeKind>(nodes.archive.count).fill('archive'),
    ...Array<NodeKind>(nodes.full.count).fill('full'),
    ...Array<NodeKind>(nodes.light.count).fill('light'),
  ];
  const shares = pickTable(network.regions.nodeSharePpm);
  const region = Uint8Array.from(kind, (_, node) => pick(shares, draw32(key, node, PURPOSE.region, 0)));
  const power = new Float64Array(kind.length);
  const { hashPower, count } = nodes.mining;
  const weights = hashPower.distribution === 'zipf' ? zipfWeights(count, hashPower.sMilli) : new Float64Array(count).fill(1);
  let total = 0;
  for (const weight of weights) total += weight;
  for (let node = 0; node < count; node++) power[node] = weights[node] / total;
  const standby = kind.map((k) => (k === 'validator' && nodes.validator.standby) || (k === 'full' && nodes.full.standby));
  return { kind, region, power, standby };
}
