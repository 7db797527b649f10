/**
 * From choices to a scenario file: data with units as a person would write them, YAML text of it, and the scenario that
 * the ordinary loader reads from that text. Nothing here goes around the loader, so what the search finds is a file.
 */
import { stringify } from 'yaml';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { Bug, err, ok } from '../../engine/primitives/result.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import { NEGLIGIBLE, poissonTail } from '../scenario/finality-risk.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import { formatProblem } from '../scenario/problem.ts';
import { REGIONS, type NodeKind } from '../scenario/types.ts';
import { formatDuration } from '../scenario/units.ts';
import { safeDepth, type Choices, type FaultChoice, type LoadChoice, type Pick } from './choices.ts';

/** A scenario as written: what `stringify` makes a file of. */
export type Written = Readonly<Record<string, unknown>>;

const NODES_MIN = 3;
const NODES_MAX = 16;
/** Rounds and seconds without load at the end: what is cut off or down must be able to come back. */
const HEALING_ROUNDS = 20;
const HEALING_S = 40;
/** Below this many connections a node that crashes may have been the only way between two others. */
const SPARSE = 4;
/** Gas of a round that hostile contracts may fill: every node here executes all of it for itself. */
const ATTACKED_GAS = 2_000_000;
/** Below this half-life difficulty eases so soon that either side of a division may find rounds at full pace. */
const QUICK_HALF_LIFE_S = 900;

const isContract = (kind: Kind): boolean => kind === 'contract_deploy' || kind === 'contract_call';
const seconds = (s: number): string => formatDuration(s * 1_000_000);

/** Composes the file of a case; `seed` is the run's. The same choices and seed give the same text. */
export function compose(c: Choices, seed: string): Written {
  const counts = countsOf(c);
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const loadS = c.rounds * c.intervalS;
  const settleS = HEALING_ROUNDS * c.intervalS + HEALING_S;
  const faults = c.faults.map((fault, i) => faultOf(fault, i, loadS, counts, total));
  const beyond = risk(c, loadS) > NEGLIGIBLE;
  const attacked = c.load?.mix.some(({ kind, contract }) => isContract(kind) && contract === 'hostile') === true;
  const gasLimit = c.gasLimit ?? (attacked ? ATTACKED_GAS : undefined);
  const last = [...c.faults.keys()].reduce((a, b) => (endS(c.faults[b], loadS) > endS(c.faults[a], loadS) ? b : a), 0);
  return {
    schema: 'stratus/scenario/v1',
    name: `fuzz-${seed}`,
    question: 'Does every invariant hold in this random scenario?',
    run: { seed, duration: seconds(loadS + settleS), settle: seconds(settleS), isolated: true },
    consensus: {
      roundInterval: seconds(c.intervalS),
      halfLife: seconds(c.halfLifeS),
      finalityDepth: c.finalityDepth,
      ...(gasLimit !== undefined && { gasLimitPerLedger: gasLimit }),
      ...(c.terms && {
        domainTerm: seconds(portion(loadS, c.terms.domainPermille)),
        domainGrace: seconds(portion(loadS, c.terms.domainPermille >> 1)),
        votingPeriod: c.terms.votingRounds,
        executionDelay: c.terms.delayRounds,
        quorum: '0.01%',
        bridgeTimeout: seconds(portion(loadS, c.terms.bridgePermille)),
      }),
    },
    ...(c.poolMax !== undefined && { pool: { txsMax: c.poolMax } }),
    network: {
      totalNodes: total,
      ...(c.standby && { baseNodeCapacity: Math.max(1, Math.round(c.standby.perRoundAndNode / c.intervalS)) / 1_000 }),
      regions: c.old ? 'measured-2015' : 'measured-2019',
      jitter: c.jitter ? 'pareto' : 'none',
      topology: { outbound: c.outbound, inboundMax: c.inboundMax },
      relay: c.relay,
      txGossip: { batch: `${c.gossipMs}ms` },
    },
    nodes: {
      mining: { count: counts.mining, ...(c.zipfPower && { hashPower: { distribution: 'zipf', s: 1.1 } }) },
      validator: { count: counts.validator, ...(c.standby?.who === 'validator' && { standby: true }) },
      light: { count: counts.light },
      archive: { count: counts.archive },
      ...(c.standby?.who === 'full' && { full: { standby: true } }),
    },
    ...(c.load && { workload: workloadOf(c.load, loadS, c.intervalS) }),
    faults: {
      ...(faults.length > 0 && { scheduled: faults }),
      random: {
        ...(c.crashesPerNodeHour > 0 && { crash: { perNodeHour: c.crashesPerNodeHour } }),
        ...(c.dropPercent > 0 && { packet: { drop: `${c.dropPercent}%` } }),
      },
    },
    ...(faults.length > 0 && !beyond && { invariants: { eventually: [{ id: 'V1', within: seconds(settleS), after: faults[last]['id'] }] } }),
    ...(beyond && { beyond: true }),
  };
}

function countsOf(c: Choices): Record<NodeKind, number> {
  const named = c.mining + c.validator + c.light + c.archive;
  return { mining: c.mining, validator: c.validator, archive: c.archive, full: Math.min(Math.max(c.full, NODES_MIN - named), NODES_MAX - named), light: c.light };
}

/** At least one second. */
const portion = (wholeS: number, permille: number): number => Math.max(1, Math.floor((wholeS * permille) / 1_000));
const startS = (fault: FaultChoice, loadS: number): number => Math.floor((loadS * fault.atPermille) / 1_000);
const endS = (fault: FaultChoice, loadS: number): number => Math.min(loadS, startS(fault, loadS) + portion(loadS, fault.forPermille));

function faultOf(fault: FaultChoice, index: number, loadS: number, counts: Readonly<Record<NodeKind, number>>, total: number): Record<string, unknown> {
  const at = startS(fault, loadS);
  const common = { id: `${fault.kind}-${index + 1}`, at: seconds(at), for: seconds(endS(fault, loadS) - at), kind: fault.kind };
  if (fault.kind === 'partition' && fault.pick.by === 'regions') return { ...common, between: [regionsOf(fault.pick.mask), regionsOf(~fault.pick.mask)] };
  return { ...common, select: selectOf(fault.pick, counts, total) };
}

const regionsOf = (mask: number): string[] => REGIONS.filter((_, i) => ((mask >> i) & 1) === 1);

function selectOf(pick: Pick, counts: Readonly<Record<NodeKind, number>>, total: number): Record<string, unknown> {
  switch (pick.by) {
    case 'nodes':
      return { nodes: [...new Set(pick.nodes.map((node) => node % total))].sort((a, b) => a - b) };
    case 'kind':
      return { kinds: [counts[pick.kind] > 0 ? pick.kind : 'mining'] };
    case 'nodes-share':
      return { share: `${pick.percent}% nodes` };
    case 'power-share':
      return { share: `${pick.percent}% hashPower` };
    case 'regions':
      return { regions: regionsOf(pick.mask) };
  }
}

function workloadOf(load: LoadChoice, loadS: number, intervalS: number): Record<string, unknown> {
  const rate = (perRound: number): number => Math.max(1, Math.floor((perRound * 1_000) / intervalS)) / 1_000;
  const [from, to] = [rate(load.perRound), rate(load.perRoundAtEnd)];
  return {
    accounts: { count: load.accounts, ...(load.zipf && { popularity: { distribution: 'zipf', s: 0.9 } }) },
    mix: [
      ...load.mix.map(({ kind, weight, ccos, contract }) => ({
        kind,
        ...(isContract(kind) && contract !== undefined && { contract }),
        ...(kind === 'transfer' && ccos && { token: 'CCOS' }),
        weight,
        ...(kind === 'financial-public-transaction' && { amount: { distribution: 'lognormal-table', median: '150 STR' } }),
      })),
      ...(load.invalid.length > 0 ? [{ invalid: load.invalid, weight: 2 }] : []),
    ],
    rate: { unit: 'tx/s', stages: [from === to ? { for: seconds(loadS), at: from } : { for: seconds(loadS), from, to }] },
  };
}

/**
 * Chance that parts of the network finalise different rounds, bounded from above: D7's bound, over the time of everything
 * that may divide the miners, one after the other. Wider than `finalityRisk`, which takes partitions one at a time and
 * leaves easing difficulty and lost links out.
 */
function risk(c: Choices, loadS: number): number {
  if (c.mining < 2) return 0;
  if (c.finalityDepth < safeDepth(c.intervalS)) return 1;
  const sparse = Math.min(c.outbound, c.inboundMax) < SPARSE;
  const dividing = c.faults.filter((fault) => fault.kind === 'partition' || sparse);
  const time = dividing.reduce((sum, fault) => sum + endS(fault, loadS) - startS(fault, loadS), 0);
  const randomly = sparse && c.crashesPerNodeHour > 0 ? loadS : 0;
  const q = c.halfLifeS < QUICK_HALF_LIFE_S ? 1 : 0.5;
  return poissonTail((q * Math.min(loadS, time + randomly)) / c.intervalS, c.finalityDepth);
}

/** The text of a file; `comments` go on top. */
export const toYaml = (written: Written, comments: readonly string[] = []): string =>
  [...comments.map((line) => `# ${line}\n`), stringify(written, { version: '1.2', schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })].join('');

/** Reads a file's text as `stratus run` would. A `Bug` where it is no valid scenario: composing must never write one. */
export function loadText(text: string): LoadedScenario {
  const bytes = utf8(text);
  const loaded = loadScenario('fuzz.yaml', (path) => (path === 'fuzz.yaml' ? ok(bytes) : err({ code: 'not-found', detail: path })));
  if (!loaded.ok) throw new Bug(`composed an invalid scenario: ${loaded.error.problems.map(formatProblem).join('; ')}`);
  return loaded.value;
}
