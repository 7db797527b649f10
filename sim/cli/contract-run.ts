/** Running one exported function of a module alone: no chain, empty storage, a host that answers all the same. */
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { TYPE, type ModuleShape } from '../../engine/starw/module.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import { EXIT } from '../report/verdict.ts';
import { Exit } from './context.ts';

/** Who calls and who is called, where nothing is deployed. */
const CONTRACT = 'c'.repeat(40);
const CALLER = 'e'.repeat(40);

export interface RunOptions {
  readonly gas: string;
  readonly input: string;
  readonly value: string;
}

/** Runs an export of a module that the gate accepts; a name or an argument that does not fit ends the command. */
export function runExport(shape: ModuleShape, name: string, args: readonly string[], options: RunOptions): { outcome: Outcome; state: MemoryState } {
  const exported = shape.exports.find((candidate) => candidate.name === name && candidate.kind === 'function');
  if (exported === undefined) {
    const names = shape.exports.filter(({ kind }) => kind === 'function').map((candidate) => candidate.name);
    throw new Exit(EXIT.usage, [`no function is exported as ${name}`, `there are: ${names.join(', ') || 'none'}`]);
  }
  const { params } = shape.types[shape.functions[exported.index]];
  if (args.length !== params.length) throw new Exit(EXIT.usage, [`${name} takes ${params.length} arguments, not ${args.length}`]);
  const given = params.map((type, i) => (type === TYPE.i64 ? BigInt.asIntN(64, integer(args[i], 64)) : Number(BigInt.asIntN(32, integer(args[i], 32)))));
  const state = new MemoryState();
  const value = integer(options.value, 64);
  state.balances.set(CALLER, value);
  const call = { contract: CONTRACT, caller: CALLER, value, input: inputBytes(options.input), gas: Number(integer(options.gas, 53)) };
  const code = { hash: toHex(nobleCrypto.sha256(shape.bytes)), bytes: shape.bytes };
  state.codes.set(CONTRACT, code);
  return { outcome: new Vm().run(state, { round: 1, time: 0 }, call, code, name, given), state };
}

/** A whole number, decimal or 0x…, of at most `bits` bits; below zero as two's complement. */
function integer(text: string, bits: number): bigint {
  const value = /^-?(\d+|0x[0-9a-f]+)$/i.test(text) ? (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)) : undefined;
  if (value === undefined || value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1))) throw new Exit(EXIT.usage, [`${text} is no integer of ${bits} bits`]);
  return value;
}

function inputBytes(text: string): Uint8Array {
  try {
    return fromHex(text);
  } catch {
    throw new Exit(EXIT.usage, [`--input ${text}: not lower-case hex, two digits a byte`]);
  }
}
