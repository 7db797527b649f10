/** One script of the WebAssembly core test suite against gate, metering and VM. */
import { createHash } from 'node:crypto';
import type {} from '../../engine/webassembly.d.ts';
import { VM_LIMITS } from '../../engine/params/vm.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkModule } from '../../engine/starw/gate.ts';
import { hostImports } from '../../engine/starw/host.ts';
import { initialMemory } from '../../engine/starw/initial-memory.ts';
import { Instance } from '../../engine/starw/instance.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { meterModule } from '../../engine/starw/meter.ts';
import type { ModuleShape } from '../../engine/starw/module.ts';
import { cutDown, parseScript, type Expression } from './wast.ts';

export interface SuiteCounts {
  /** Modules that the suite says are valid: accepted as they are, and accepted after cutting them down. */
  accepted: number;
  cut: number;
  /** Neither, by what the gate says of the module as it is. */
  readonly refused: Map<string, number>;
  /** Modules that the suite says are not valid, and that were refused. */
  invalid: number;
  /** Actions that ended as the suite says, on an instance that goes on and, where nothing can remain, by `Vm.run`. */
  actions: number;
  runs: number;
  /** Commands about something that is not there: floats, several results, modules that were refused, the text format. */
  outside: number;
  readonly differences: string[];
}

export const newCounts = (): SuiteCounts => ({ accepted: 0, cut: 0, refused: new Map(), invalid: 0, actions: 0, runs: 0, outside: 0, differences: [] });

/** Text to bytes; undefined where the assembler does not know the text. */
export type Assemble = (text: string) => Uint8Array<ArrayBuffer> | undefined;

/** A module under test. */
interface Subject {
  readonly shape: ModuleShape;
  readonly instance: Instance;
  /** Nothing that one call leaves can be seen by the next: no memory, no global that changes. */
  readonly stateless: boolean;
}

type Ending = { readonly value: number | bigint | undefined } | { readonly stopped: string };

const CALL = { contract: 'c'.repeat(40), caller: 'c'.repeat(40), value: 0n, input: new Uint8Array(0), gas: VM_LIMITS.gas };

/** Runs a script; `name` goes before each difference. */
export function runScript(name: string, text: string, assemble: Assemble, counts: SuiteCounts): void {
  const vm = new Vm();
  const named = new Map<string, Subject | undefined>();
  let current: Subject | undefined;
  const differs = (at: Expression, what: string): void => {
    counts.differences.push(`${name}:${text.slice(0, at.start).split('\n').length}: ${what}`);
  };

  const bytesOf = (module: Expression): Uint8Array<ArrayBuffer> | undefined => {
    const form = module.items.findIndex(({ atom }) => atom === 'binary' || atom === 'quote');
    if (form > 0 && module.items[form].atom === 'quote') return undefined;
    return form > 0 ? Uint8Array.from(module.items.slice(form + 1).flatMap(({ bytes }) => [...(bytes ?? [])])) : assemble(text.slice(module.start, module.end));
  };

  const accept = (bytes: Uint8Array<ArrayBuffer>): Subject | string => {
    const checked = checkModule(bytes);
    if (!checked.ok) return checked.error.code === 'limit' ? `limit ${checked.error.limit}` : checked.error.code === 'instruction' ? `instruction ${checked.error.family}` : checked.error.code;
    const metered = meterModule(checked.value);
    if (!metered.ok) return metered.error.code;
    const { memories, globals } = checked.value;
    return {
      shape: checked.value,
      instance: new Instance(new WebAssembly.Module(metered.value), initialMemory(checked.value), hostImports),
      stateless: memories.length === 0 && globals.every(({ mutable }) => !mutable),
    };
  };

  /** What is told here of the module that `id` names (of the last one) says nothing from now on: others share or changed its state. */
  const forget = (id: string | undefined): void => {
    const subject = id?.startsWith('$') ? named.get(id) : current;
    if (subject === undefined || (subject.stateless && subject.shape.tables.length === 0)) return;
    for (const [known, value] of named) if (value === subject) named.set(known, undefined);
    if (current === subject) current = undefined;
  };

  const define = (module: Expression): void => {
    current = undefined;
    const bytes = bytesOf(module);
    const verdict = bytes === undefined ? 'not assembled' : accept(bytes);
    if (typeof verdict !== 'string') {
      counts.accepted++;
      current = verdict;
    } else {
      if (verdict === 'invalid' && WebAssembly.validate(bytes!)) differs(module, 'said to be invalid');
      const cut = bytes === undefined || module.items.some(({ atom }) => atom === 'binary') ? undefined : assemble(cutDown(text, module));
      const second = cut === undefined ? verdict : accept(cut);
      if (typeof second === 'string') counts.refused.set(verdict, (counts.refused.get(verdict) ?? 0) + 1);
      else {
        counts.cut++;
        current = second;
      }
    }
    const id = module.items[1]?.atom ?? '';
    if (id.startsWith('$')) named.set(id, current);
  };

  /** What an action does, or undefined if it is not to be had here. */
  const act = (action: Expression): Ending | undefined => {
    const [kind, second, third, ...rest] = action.items;
    const explicit = second.atom.startsWith('$');
    const subject = explicit ? named.get(second.atom) : current;
    const target = explicit ? third : second;
    const args = explicit ? rest : [third, ...rest].filter((item) => item !== undefined);
    if (subject === undefined || target?.bytes === undefined) return undefined;
    const { shape, instance, stateless } = subject;
    const entry = new TextDecoder().decode(target.bytes);
    if (!shape.exports.some((exported) => exported.name === entry && exported.kind === (kind.atom === 'get' ? 'global' : 'function'))) return undefined;
    if (kind.atom === 'get') return { value: (instance as unknown as { exports: Record<string, { value: number | bigint }> }).exports[entry].value };
    const values = args.map(constant);
    if (values.includes(undefined)) return undefined;
    const ending = invoke(instance, entry, values as (number | bigint)[]);
    if (stateless) {
      const outcome = vm.run(new MemoryState(), { round: 1, time: 1 }, CALL, { hash: createHash('sha256').update(shape.bytes).digest('hex'), bytes: shape.bytes }, entry, values as (number | bigint)[]);
      const again: Ending = outcome.status === 'ok' ? { value: outcome.result as number | bigint | undefined } : { stopped: outcome.status === 'trapped' ? outcome.fault : outcome.status };
      if (show(again) !== show(ending)) differs(action, `Vm.run says ${show(again)}, an instance ${show(ending)}`);
      counts.runs++;
    }
    return ending;
  };

  const expect = (command: Expression, ending: Ending | undefined, wanted: (ending: Ending) => string | undefined): void => {
    if (ending === undefined) return void counts.outside++;
    const wrong = wanted(ending);
    if (wrong === undefined) counts.actions++;
    else differs(command, `${show(ending)}, not ${wrong}`);
  };

  for (const command of parseScript(text)) {
    const [head, subject, ...rest] = command.items;
    switch (head?.atom) {
      case 'module':
        define(command);
        break;
      case 'invoke': case 'get': {
        const ending = act(command);
        if (ending === undefined) forget(subject.atom);
        expect(command, ending, (ended) => ('stopped' in ended ? 'a result' : undefined));
        break;
      }
      case 'register':
        forget(rest[0]?.atom);
        break;
      case 'assert_return': {
        const results = rest.map(constant);
        expect(command, results.length > 1 || results.includes(undefined) ? undefined : act(subject), (ending) => ('stopped' in ending || ending.value !== results[0] ? show({ value: results[0] }) : undefined));
        break;
      }
      case 'assert_trap': case 'assert_exhaustion': {
        if (subject.items[0].atom === 'module') {
          define(subject);
          if (current !== undefined) differs(subject, 'instantiated, but the suite says that it traps');
          current = undefined;
          break;
        }
        const faults = head.atom === 'assert_trap' ? ['trap'] : ['stack-overflow', 'out-of-gas'];
        expect(command, act(subject), (ending) => ('stopped' in ending && faults.includes(ending.stopped) ? undefined : faults.join(' or ')));
        break;
      }
      case 'assert_invalid': case 'assert_malformed': case 'assert_unlinkable': {
        const bytes = bytesOf(subject);
        if (bytes === undefined) counts.outside++;
        else if (typeof accept(bytes) === 'string') counts.invalid++;
        else differs(subject, `accepted, but ${head.atom}`);
        break;
      }
      default:
        counts.outside++;
    }
  }
}

const show = (ending: Ending): string => ('stopped' in ending ? ending.stopped : String(ending.value));

/** An integer constant as the engine takes and gives it; undefined for what contracts do not have. */
function constant({ items }: Expression): number | bigint | undefined {
  const bits = items[0]?.atom === 'i32.const' ? 32 : items[0]?.atom === 'i64.const' ? 64 : 0;
  if (bits === 0) return undefined;
  const text = items[1].atom.replaceAll('_', '');
  const value = BigInt.asIntN(bits, text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', '')));
  return bits === 32 ? Number(value) : value;
}

function invoke(instance: Instance, entry: string, args: readonly (number | bigint)[]): Ending {
  instance.start(undefined as never, VM_LIMITS.gas, VM_LIMITS.stackWords);
  try {
    return { value: instance.entry(entry)!(...args) as number | bigint | undefined };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return { stopped: instance.gasLeft < 0 ? 'out-of-gas' : instance.stackLeft < 0 ? 'stack-overflow' : 'trap' };
  }
}
