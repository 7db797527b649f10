/** Contract kinds that fail on purpose, before anything runs: drawn bytes for a module, and calls of accounts that are no contract. */
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Arrival, Draft } from './draft.ts';
import { expectation } from './expectations.ts';
import type { Roster } from './roster.ts';

const REFUSED = expectation({ 'module-refused': 'drawn bytes are no contract' });
const NO_CONTRACT = expectation({ 'not-found': 'an account of the workload is no contract' });

/** Magic number and version of a WebAssembly module (WebAssembly core specification, 5.5.16). */
const WASM_HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const;
/** Bytes of a drawn module beyond its header, and of a call's input: at most this many (assumption). */
const MODULE_BYTES_MAX = 512;
const INPUT_BYTES_MAX = 96;

export function noContract(kind: Extract<Kind, 'contract_deploy' | 'contract_call'>, roster: Roster, arrival: Arrival): Draft | undefined {
  const sender = roster.sender(arrival.index, arrival.nextAccount());
  if (sender === undefined) return undefined;
  if (kind === 'contract_deploy') {
    return { sender, payload: { kind, module: module(arrival), value: 0n, input: new Uint8Array(0) }, expected: REFUSED };
  }
  const contract = roster.account(roster.recipient(sender, arrival.index, arrival.nextAccount()));
  const input = drawnBytes(arrival, arrival.below(INPUT_BYTES_MAX + 1));
  return { sender, payload: { kind, contract, value: 0n, input }, expected: NO_CONTRACT };
}

function module(arrival: Arrival): Uint8Array {
  return Uint8Array.from([...WASM_HEADER, ...drawnBytes(arrival, arrival.below(MODULE_BYTES_MAX + 1))]);
}

function drawnBytes(arrival: Arrival, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 4) {
    const word = arrival.u32();
    for (let j = i; j < Math.min(i + 4, length); j++) bytes[j] = word >>> (8 * (j - i));
  }
  return bytes;
}
