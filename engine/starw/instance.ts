/** A running module: its memory, its counters, and how it is made as good as new. */
import type { Frame } from './frame.ts';
import type { InitialMemory } from './initial-memory.ts';
import { METERED } from './meter.ts';
import type { Fault } from './types.ts';

/**
 * Thrown through WebAssembly frames to end a call. Made once, and no Error: making one would walk the stack, and its text
 * could reach a receipt.
 */
export class Unwind {
  readonly fault: Fault | 'revert';
  constructor(fault: Fault | 'revert') {
    this.fault = fault;
  }
}

const UNWINDS: Partial<Record<Fault | 'revert', Unwind>> = {};

/** Ends the call that is running. */
export function unwind(fault: Fault | 'revert'): never {
  throw (UNWINDS[fault] ??= new Unwind(fault));
}

/** i32 globals of a metered module. */
interface Counter {
  value: number;
}

export type Entry = (...args: readonly (number | bigint)[]) => unknown;

const NO_MEMORY = new Uint8Array(0);

export class Instance {
  /** The call that runs in here, between `start` and `leave`. */
  frame!: Frame;
  private readonly memory: WebAssembly.Memory | undefined;
  private readonly gas: Counter;
  private readonly stack: Counter;
  private readonly resetGlobals: () => void;
  private readonly exports: WebAssembly.Exports;
  private readonly initial: InitialMemory;
  /** Bytes of the memory as instantiated. */
  private readonly size: number;
  private view: Uint8Array;

  /** `imports` gives the host functions for this instance. */
  constructor(module: WebAssembly.Module, initial: InitialMemory, imports: (instance: Instance) => WebAssembly.Imports) {
    const { exports } = new WebAssembly.Instance(module, imports(this));
    this.exports = exports;
    this.memory = exports[METERED.memory] as WebAssembly.Memory | undefined;
    this.gas = exports[METERED.gas] as unknown as Counter;
    this.stack = exports[METERED.stack] as unknown as Counter;
    this.resetGlobals = exports[METERED.reset] as () => void;
    this.view = this.memory === undefined ? NO_MEMORY : new Uint8Array(this.memory.buffer);
    this.size = this.view.length;
    this.initial = initial;
  }

  entry(name: string): Entry | undefined {
    const entry = this.exports[name];
    return typeof entry === 'function' ? (entry as Entry) : undefined;
  }

  /** Memory and mutable globals as instantiated; there is no instruction that changes a table. */
  reset(): void {
    const { view } = this;
    view.fill(0);
    for (const { at, data } of this.initial) view.set(data, at);
    this.resetGlobals();
  }

  /** A memory that grew cannot shrink: the instance is of no more use. */
  get grown(): boolean {
    return this.memoryView().length !== this.size;
  }

  start(frame: Frame, gas: number, stack: number): void {
    this.frame = frame;
    this.gas.value = gas;
    this.stack.value = stack;
  }

  /** Idle instances must not keep the state of their last call alive. */
  leave(): void {
    this.frame = undefined as never;
  }

  /** Below zero: it ran out. */
  get gasLeft(): number {
    return this.gas.value;
  }

  set gasLeft(gas: number) {
    this.gas.value = gas;
  }

  get stackLeft(): number {
    return this.stack.value;
  }

  pay(gas: number): void {
    const left = this.gas.value - gas;
    if (left < 0) {
      this.gas.value = -1;
      unwind('out-of-gas');
    }
    this.gas.value = left;
  }

  /** Where `length` bytes from `pointer` start in the memory; both are read as unsigned. Ends the call if they do not all lie there. */
  place(pointer: number, length: number): number {
    const start = pointer >>> 0;
    if (start + (length >>> 0) > this.memoryView().length) unwind('memory-range');
    return start;
  }

  /** A copy of bytes. */
  read(pointer: number, length: number): Uint8Array {
    const start = this.place(pointer, length);
    return this.memoryView().slice(start, start + (length >>> 0));
  }

  write(pointer: number, data: Uint8Array): void {
    const start = this.place(pointer, data.length);
    this.memoryView().set(data, start);
  }

  /** The memory as it is now; a later view may be another. */
  memoryView(): Uint8Array {
    // Growing detaches the old buffer, which leaves its views without length.
    if (this.view.length === 0 && this.memory !== undefined) this.view = new Uint8Array(this.memory.buffer);
    return this.view;
  }
}
