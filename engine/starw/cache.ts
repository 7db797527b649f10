/**
 * Compiled contracts, by code hash and metering version. What is in here saves time and decides nothing: a module that
 * was thrown out is compiled again, to the same effect and for the same gas.
 */
import { METERING_VERSION, VM_GAS } from '../params/vm.ts';
import { Bug } from '../primitives/result.ts';
import { Malformed } from './binary.ts';
import { Instance } from './instance.ts';
import { initialMemory, type InitialMemory } from './initial-memory.ts';
import { meterModule } from './meter.ts';
import { decodeModule, type ModuleShape } from './module.ts';
import type { Hash } from '../tx/transaction.ts';
import type { ContractCode } from './types.ts';

/** Compiled modules that are kept (a node's policy), and how long they may be together as deployed, bytes. */
const KEPT = { modules: 1_024, bytes: 33_554_432 } as const;
/**
 * Idle instances that are kept in all. Each reserves address space for the largest memory there could be, about 10 GiB, and a
 * browser has one TiB for all of them: room for these and for as many calls as wait for each other.
 */
const INSTANCES_KEPT = 24;
/** Of one module: more are needed only where it calls itself. */
const INSTANCES_EACH = 4;

export interface CompiledContract {
  readonly module: WebAssembly.Module;
  readonly memory: InitialMemory;
  /** Length of the code as deployed. */
  readonly bytes: number;
  /** Of entering it. */
  readonly entryGas: number;
  /** As their last call left them. */
  readonly idle: Instance[];
  /** Thrown out, perhaps while a call of it runs: its instances are then not kept either. */
  dropped: boolean;
}

/** The part of `entryGas` that is known before anyone looks into the code. */
export const entryGasOfLength = (bytes: number): number => VM_GAS.entryByte * Math.max(bytes, VM_GAS.entryBytesMin);

/** Gas of entering a contract, from a transaction or from another contract. */
export const entryGas = ({ bytes, bodies, memories }: ModuleShape): number =>
  entryGasOfLength(bytes.length) + VM_GAS.entryFunction * bodies.length + VM_GAS.entryPage * (memories[0]?.min ?? 0);

export class ModuleCache {
  /** In order of last use, oldest first. */
  private readonly compiled = new Map<string, CompiledContract>();
  private bytes = 0;
  private idle = 0;
  /** What was asked for last, which is mostly what is asked for next. */
  private last: { readonly hash: Hash; readonly contract: CompiledContract } | undefined;
  private readonly kept: { readonly modules: number; readonly bytes: number };

  constructor(kept: { readonly modules: number; readonly bytes: number } = KEPT) {
    this.kept = kept;
  }

  /** How much is kept. */
  get size(): { readonly modules: number; readonly bytes: number; readonly idle: number } {
    return { modules: this.compiled.size, bytes: this.bytes, idle: this.idle };
  }

  /** Code that the gate accepted when it was deployed; anything else is a bug of the caller. */
  get(code: ContractCode): CompiledContract {
    if (this.last?.hash === code.hash) return this.last.contract;
    const contract = this.find(code);
    this.last = { hash: code.hash, contract };
    return contract;
  }

  private find({ hash, bytes }: ContractCode): CompiledContract {
    const key = `${hash}.${METERING_VERSION}`;
    const known = this.compiled.get(key);
    if (known !== undefined) {
      this.compiled.delete(key);
      this.compiled.set(key, known);
      return known;
    }
    const contract = compile(bytes);
    this.compiled.set(key, contract);
    this.bytes += bytes.length;
    while (this.compiled.size > 1 && (this.compiled.size > this.kept.modules || this.bytes > this.kept.bytes)) this.dropOldest();
    return contract;
  }

  /** An idle instance, made as good as new. */
  take(contract: CompiledContract): Instance | undefined {
    const instance = contract.idle.pop();
    if (instance === undefined) return undefined;
    this.idle--;
    instance.reset();
    return instance;
  }

  /** A new instance. Where there is no address space left for its memory, idle ones make room first. */
  instantiate({ module, memory }: CompiledContract, imports: (instance: Instance) => WebAssembly.Imports): Instance {
    try {
      return new Instance(module, memory, imports);
    } catch (thrown) {
      if (!(thrown instanceof RangeError) || this.idle === 0) throw thrown;
      for (const { idle } of this.compiled.values()) idle.length = 0;
      this.idle = 0;
      return new Instance(module, memory, imports);
    }
  }

  give(contract: CompiledContract, instance: Instance): void {
    if (instance.grown || contract.dropped || contract.idle.length >= INSTANCES_EACH) return;
    contract.idle.push(instance);
    if (++this.idle > INSTANCES_KEPT) this.dropOldestInstances(contract);
  }

  private dropOldest(): void {
    for (const [key, contract] of this.compiled) {
      this.compiled.delete(key);
      contract.dropped = true;
      this.bytes -= contract.bytes;
      this.idle -= contract.idle.length;
      contract.idle.length = 0;
      return;
    }
  }

  private dropOldestInstances(except: CompiledContract): void {
    for (const contract of this.compiled.values()) {
      if (contract === except || contract.idle.length === 0) continue;
      this.idle -= contract.idle.length;
      contract.idle.length = 0;
      return;
    }
  }
}

/** The gate is not asked again: that it accepted the code is part of the state. The engine still validates what metering made. */
function compile(bytes: Uint8Array): CompiledContract {
  try {
    const shape = decodeModule(bytes);
    const metered = meterModule(shape);
    if (metered.ok) return { module: new WebAssembly.Module(metered.value), memory: initialMemory(shape), bytes: bytes.length, entryGas: entryGas(shape), idle: [], dropped: false };
    throw new Bug(`code that was never accepted: ${metered.error.code} at byte ${metered.error.offset}`);
  } catch (thrown) {
    if (thrown instanceof Malformed) throw new Bug(`code that was never accepted: ${thrown.detail} at byte ${thrown.offset}`);
    throw thrown;
  }
}
