/** Calls, results, events and reasons of contracts by their description (`abi.ts`). */
import { concat, fromHex, toHex, utf8Decode } from '../primitives/bytes.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import type { Abi, AbiField, AbiFunction } from './abi.ts';
import { decodeValue, encodeValue, parseValue, type AbiValue, type AccountNames } from './abi-value.ts';

/** Why a call cannot be written. */
export type CallError =
  | { readonly code: 'unknown-function'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'argument-count'; readonly of: string; readonly fields: readonly AbiField[]; readonly got: number }
  | { readonly code: 'argument'; readonly of: string; readonly field: AbiField; readonly problem: string; readonly mend: string };

/** Bytes that are not what a description says: at `offset`, where a value of `field` should be, or after the last one. */
export interface DecodeError {
  readonly code: 'decode';
  readonly offset: number;
  readonly field: AbiField | undefined;
}

/** An event with its values, in the order of `fields`. */
export interface DecodedEvent {
  readonly topic: string;
  readonly fields: readonly AbiField[];
  readonly values: readonly AbiValue[];
}

/** Name of `deploy` in errors; no function may be called without a selector, so it cannot be mixed up with one. */
const DEPLOY = 'deploy';

/** The function that has this name. */
export function functionOf({ functions }: Abi, name: string): Result<AbiFunction, CallError> {
  const found = functions.find((candidate) => candidate.name === name);
  return found === undefined ? err({ code: 'unknown-function', name, known: functions.map((known) => known.name) }) : ok(found);
}

/** Input of a call of a function. */
export function encodeCall(abi: Abi, name: string, values: readonly AbiValue[]): Result<Uint8Array, CallError> {
  const found = functionOf(abi, name);
  if (!found.ok) return found;
  const input = encodeFields(name, found.value.inputs, values);
  return input.ok ? ok(concat(Uint8Array.of(found.value.selector), input.value)) : input;
}

/** Input of `deploy`. */
export const encodeDeploy = ({ deploy }: Abi, values: readonly AbiValue[]): Result<Uint8Array, CallError> => encodeFields(DEPLOY, deploy.inputs, values);

/** Arguments as people write them, as values: of a function, or of `deploy` without a name. */
export function parseArguments(abi: Abi, name: string | undefined, texts: readonly string[], accounts: AccountNames): Result<AbiValue[], CallError> {
  const found = name === undefined ? ok(abi.deploy) : functionOf(abi, name);
  if (!found.ok) return found;
  const { inputs } = found.value;
  const of = name ?? DEPLOY;
  if (texts.length !== inputs.length) return err({ code: 'argument-count', of, fields: inputs, got: texts.length });
  const values: AbiValue[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const value = parseValue(inputs[i].type, texts[i], accounts);
    if (!value.ok) return err({ ...value.error, code: 'argument', of, field: inputs[i] });
    values.push(value.value);
  }
  return ok(values);
}

function encodeFields(of: string, fields: readonly AbiField[], values: readonly AbiValue[]): Result<Uint8Array, CallError> {
  if (values.length !== fields.length) return err({ code: 'argument-count', of, fields, got: values.length });
  const parts: Uint8Array[] = [];
  for (let i = 0; i < fields.length; i++) {
    const bytes = encodeValue(fields[i].type, values[i]);
    if (bytes === undefined) return err({ code: 'argument', of, field: fields[i], problem: `${String(values[i])} is no ${fields[i].type}`, mend: '' });
    parts.push(bytes);
  }
  return ok(concat(...parts));
}

/** Values side by side, and nothing behind them. */
export function decodeFields(fields: readonly AbiField[], data: Uint8Array): Result<AbiValue[], DecodeError> {
  let at = 0;
  const values: AbiValue[] = [];
  for (const field of fields) {
    const read = decodeValue(field.type, data, at);
    if (read === undefined) return err({ code: 'decode', offset: at, field });
    values.push(read.value);
    at = read.end;
  }
  return at === data.length ? ok(values) : err({ code: 'decode', offset: at, field: undefined });
}

/** Undefined: the description knows no such event. */
export function decodeEvent({ events }: Abi, topic: Uint8Array, data: Uint8Array): Result<DecodedEvent, DecodeError> | undefined {
  const name = utf8Decode(topic);
  const event = events.find((candidate) => candidate.topic === name);
  if (event === undefined) return undefined;
  const values = decodeFields(event.fields, data);
  return values.ok ? ok({ ...event, values: values.value }) : values;
}

/** What a revert's reason means; undefined where the description does not say. */
export const decodeReason = ({ errors }: Abi, reason: Uint8Array): string | undefined => (reason.length === 1 ? errors.get(reason[0]) : undefined);

/** Bytes that no description explains: hex, or a readable topic. */
export const rawTopic = (topic: Uint8Array): string => {
  const text = utf8Decode(topic);
  return text !== undefined && /^[\x21-\x7e]+$/.test(text) ? text : `0x${toHex(topic)}`;
};

/** The value that a hex text stands for, for input given as bytes; undefined: not hex. */
export function rawInput(text: string): Uint8Array | undefined {
  try {
    return fromHex(text.replace(/^0x/, ''));
  } catch {
    return undefined;
  }
}
