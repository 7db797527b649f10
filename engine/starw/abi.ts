/**
 * Descriptions of contracts (`abi.json` beside a module): which functions there are, what they take and give, which events
 * they tell, what their errors mean. The chain does not know them; they are for those who call. Form: docs/star-abi.md.
 */
import { err, ok, type Result } from '../primitives/result.ts';
import { ABI_TYPES, type AbiType } from './abi-value.ts';

export const ABI_SCHEMA = 'stratus/contract-abi/v1';

/** An argument, a part of a result, or a part of an event. */
export interface AbiField {
  readonly name: string;
  readonly type: AbiType;
}

/** What can be called, by the first byte of the input. */
export interface AbiFunction {
  /** First byte of the input: 0…255. */
  readonly selector: number;
  readonly name: string;
  readonly inputs: readonly AbiField[];
  /** What it hands back. A single value without a name has the name ''. */
  readonly outputs: readonly AbiField[];
  /** It changes nothing: nobody needs to send a transaction to ask it. */
  readonly view: boolean;
  /** It takes STR. */
  readonly payable: boolean;
}

/** What a contract tells under a topic (ASCII). */
export interface AbiEvent {
  readonly topic: string;
  readonly fields: readonly AbiField[];
}

/** A description that was checked; what it left out has its default. */
export interface Abi {
  readonly name: string;
  readonly deploy: Pick<AbiFunction, 'inputs' | 'payable'>;
  readonly functions: readonly AbiFunction[];
  readonly events: readonly AbiEvent[];
  /** By the first byte of a revert's reason. */
  readonly errors: ReadonlyMap<number, string>;
}

/** What is wrong with a description: where in it (`functions[2].inputs[0].type`; '' for the whole), what, and how to mend it. */
export interface AbiError {
  readonly code: 'abi';
  readonly at: string;
  readonly problem: string;
  readonly mend: string;
}

/** Longest topic: `VM_LIMITS.eventTopicBytes`. */
const TOPIC_MAX = 32;
/** Of an error: no characters that would move a terminal's cursor. */
const MEANING = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,200}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

class Refused extends Error {
  readonly error: AbiError;
  constructor(at: string, problem: string, mend: string) {
    super(problem);
    this.error = { code: 'abi', at, problem, mend };
  }
}
const refuse = (at: string, problem: string, mend: string): never => {
  throw new Refused(at, problem, mend);
};

/** Reads and checks the text of a description. */
export function parseAbi(text: string): Result<Abi, AbiError> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return err({ code: 'abi', at: '', problem: `not JSON: ${(error as Error).message}`, mend: 'a description is one JSON object: docs/star-abi.md' });
  }
  return checkAbi(document);
}

/** Checks a description that is read already. */
export function checkAbi(document: unknown): Result<Abi, AbiError> {
  try {
    return ok(read(document));
  } catch (error) {
    if (error instanceof Refused) return err(error.error);
    throw error;
  }
}

function read(document: unknown): Abi {
  const whole = object(document, '', ['schema', 'name', 'doc', 'deploy', 'functions', 'events', 'errors']);
  if (whole['schema'] !== ABI_SCHEMA) refuse('schema', whole['schema'] === undefined ? 'missing' : `not a schema that is known here: ${shown(whole['schema'])}`, `write "${ABI_SCHEMA}"`);
  const deploy = whole['deploy'] === undefined ? {} : object(whole['deploy'], 'deploy', ['inputs', 'payable', 'doc']);
  const functions = list(whole['functions'], 'functions').map(readFunction);
  const events = whole['events'] === undefined ? [] : list(whole['events'], 'events').map(readEvent);
  unique(functions.map(({ name }) => name), 'functions', 'name');
  unique(functions.map(({ selector }) => selector), 'functions', 'selector');
  unique(events.map(({ topic }) => topic), 'events', 'topic');
  return {
    name: named(whole['name'], 'name'),
    deploy: { inputs: deploy['inputs'] === undefined ? [] : fields(deploy['inputs'], 'deploy.inputs'), payable: flag(deploy['payable'], 'deploy.payable') },
    functions,
    events,
    errors: readErrors(whole['errors']),
  };
}

function readFunction(item: unknown, i: number): AbiFunction {
  const at = `functions[${i}]`;
  const from = object(item, at, ['selector', 'name', 'inputs', 'output', 'outputs', 'view', 'payable', 'doc']);
  const { selector, output, outputs } = from as Readonly<Record<'selector' | 'output' | 'outputs', unknown>>;
  if (!isByte(selector)) refuse(`${at}.selector`, selector === undefined ? 'missing' : `not one byte: ${shown(selector)}`, 'write a whole number from 0 to 255: the first byte of the input');
  if (output !== undefined && outputs !== undefined) refuse(`${at}.outputs`, 'stands beside `output`', 'write `output` for one value without a name, or `outputs` for a list of named ones');
  const several = outputs === undefined ? [] : fields(outputs, `${at}.outputs`);
  return {
    selector: selector as number,
    name: named(from['name'], `${at}.name`),
    inputs: from['inputs'] === undefined ? [] : fields(from['inputs'], `${at}.inputs`),
    outputs: output === undefined ? several : [{ name: '', type: typed(output, `${at}.output`) }],
    view: flag(from['view'], `${at}.view`),
    payable: flag(from['payable'], `${at}.payable`),
  };
}

function readEvent(item: unknown, i: number): AbiEvent {
  const at = `events[${i}]`;
  const { topic, fields: written } = object(item, at, ['topic', 'fields', 'doc']) as { topic: unknown; fields: unknown };
  if (typeof topic !== 'string' || !/^[\x20-\x7e]+$/.test(topic) || topic.length > TOPIC_MAX) refuse(`${at}.topic`, topic === undefined ? 'missing' : `not a topic: ${shown(topic)}`, `write 1 to ${TOPIC_MAX} ASCII characters`);
  return { topic: topic as string, fields: written === undefined ? [] : fields(written, `${at}.fields`) };
}

function readErrors(written: unknown): ReadonlyMap<number, string> {
  const errors = new Map<number, string>();
  if (written === undefined) return errors;
  for (const [number, meaning] of Object.entries(object(written, 'errors'))) {
    const at = `errors["${number}"]`;
    if (!/^(0|[1-9]\d{0,2})$/.test(number) || !isByte(Number(number))) refuse(at, 'not the number of an error', 'keys are whole numbers from 0 to 255: the first byte of the reason');
    if (typeof meaning !== 'string' || !MEANING.test(meaning)) refuse(at, `not a meaning: ${shown(meaning)}`, 'write what it means, in a few words on one line');
    errors.set(Number(number), meaning as string);
  }
  return errors;
}

function fields(written: unknown, at: string): AbiField[] {
  const read = list(written, at).map((item, i) => {
    const { name, type } = object(item, `${at}[${i}]`, ['name', 'type', 'doc']) as { name: unknown; type: unknown };
    return { name: named(name, `${at}[${i}].name`), type: typed(type, `${at}[${i}].type`) };
  });
  unique(read.map(({ name }) => name), at, 'name');
  return read;
}

// ── Parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** With `keys`, no others may stand there. */
function object(value: unknown, at: string, keys?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, value === undefined ? 'missing' : `not an object: ${shown(value)}`, 'write { … }');
  const read = value as Readonly<Record<string, unknown>>;
  const unknown = keys === undefined ? undefined : Object.keys(read).find((key) => !keys.includes(key));
  if (unknown !== undefined) refuse(at === '' ? unknown : `${at}.${unknown}`, 'unknown key', `there are: ${keys!.join(', ')}`);
  return read;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(at, value === undefined ? 'missing' : `not a list: ${shown(value)}`, 'write [ … ]');
  return value as readonly unknown[];
}

function named(value: unknown, at: string): string {
  if (typeof value !== 'string' || !NAME.test(value)) refuse(at, value === undefined ? 'missing' : `not a name: ${shown(value)}`, 'write letters, digits and _, a letter first, at most 64');
  return value as string;
}

function typed(value: unknown, at: string): AbiType {
  if (!(ABI_TYPES as readonly unknown[]).includes(value)) refuse(at, value === undefined ? 'missing' : `not a type: ${shown(value)}`, `types are: ${ABI_TYPES.join(', ')}`);
  return value as AbiType;
}

function flag(value: unknown, at: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') refuse(at, `neither true nor false: ${shown(value)}`, 'write true, or leave it out');
  return value === true;
}

function unique(values: readonly (string | number)[], at: string, what: string): void {
  const i = values.findIndex((value, k) => values.indexOf(value) < k);
  if (i >= 0) refuse(`${at}[${i}].${what}`, `${values[i]} stands in ${at}[${values.indexOf(values[i])}] already`, 'change one of the two');
}

const isByte = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 40).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '·')}"`;
  return Array.isArray(value) ? 'a list' : typeof value === 'object' && value !== null ? 'an object' : String(value);
}
