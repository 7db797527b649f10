/**
 * A cost profile: what a node of the simulator is charged in virtual processor time, as measured here. A scenario names the
 * file (`network.cost: costs.json`); its figures and its source, which holds their hash, enter the scenario's hash.
 */
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import type { BenchResult, CaseResult } from './result.ts';

export interface CostProfile {
  readonly schema: 'stratus/costs/v1';
  readonly signature: string;
  readonly execute: string;
  readonly message: string;
  /** A million gas in contracts; absent where no token transfers were measured. */
  readonly gas?: string;
  readonly source: string;
}

/** Not measured: what a message costs in a real socket is no part of these benchmarks (assumption, as in sim/scenario/resolve.ts). */
const MESSAGE = '5us';

/** Of the headline's `exec` case, or of the first one there is: checking, and all the rest. Undefined where none was measured. */
export function costProfile(result: BenchResult): CostProfile | undefined {
  const c = result.cases.find(isExec);
  if (c === undefined) return undefined;
  const { verify, ...rest } = c.stagesUs;
  const signature = nanoseconds(verify);
  const execute = nanoseconds(Object.values(rest).reduce((sum, us) => sum + us, 0));
  const gas = gasCost(result);
  const hash = toHex(nobleCrypto.sha256(utf8([signature, execute, MESSAGE, ...(gas === undefined ? [] : [gas]), result.machine.class, c.name].join('\n')))).slice(0, 12);
  const source = `stratus bench, ${c.name}, ${result.machine.class}, ${result.at.slice(0, 10)}, ${result.rounds} rounds, profile ${hash}; message: assumption${gas === undefined ? '' : '; gas: token transfers'}`;
  return { schema: 'stratus/costs/v1', signature, execute, message: MESSAGE, ...(gas !== undefined && { gas }), source };
}

/** Of token transfers in the VM alone: their gas is counted exactly. */
function gasCost({ cases }: BenchResult): string | undefined {
  const c = cases.find(({ name }) => name.startsWith('vm/token-transfer-'));
  const [gas, items] = [c?.exact['gas'], c?.exact['items']];
  return typeof gas === 'number' && typeof items === 'number' ? nanoseconds((c!.cpuPerItemUs * items * 1_000_000) / gas) : undefined;
}

const isExec = ({ name, stagesUs }: CaseResult): boolean => name.endsWith('/exec') && stagesUs['verify'] !== undefined;
const nanoseconds = (us: number): string => `${Math.max(1, Math.round(us * 1_000))}ns`;
