/**
 * Compiled contracts, by code hash and metering version. What is in here saves time and decides nothing: a module that
 * was thrown out is compiled again, to the same effect.
 */
import { METERING_VERSION } from '../params/vm.ts';
import { Bug } from '../primitives/result.ts';
import { checkModule } from './gate.ts';
import type { Instance } from './instance.ts';
import { meterModule } from './meter.ts';
import type { ContractCode } from './types.ts';

/** Compiled modules that are kept (a node's policy). */
const MODULES_KEPT = 1_024;
/** Idle instances that are kept in all: each reserves address space for the largest memory there could be, about 10 GiB. */
const INSTANCES_KEPT = 128;
/** Of one module: more are needed only where it calls itself. */
const INSTANCES_EACH = 4;

export interface CompiledContract {
  readonly module: WebAssembly.Module;
  /** As their last call left them. */
  readonly idle: Instance[];
}

export class ModuleCache {
  /** In order of last use, oldest first. */
  private readonly compiled = new Map<string, CompiledContract>();
  private idle = 0;

  /** Code that the gate accepted when it was deployed; anything else is a bug of the caller. */
  get({ hash, bytes }: ContractCode): CompiledContract {
    const key = `${hash}.${METERING_VERSION}`;
    const known = this.compiled.get(key);
    if (known !== undefined) {
      this.compiled.delete(key);
      this.compiled.set(key, known);
      return known;
    }
    const contract = { module: compile(bytes), idle: [] };
    this.compiled.set(key, contract);
    if (this.compiled.size > MODULES_KEPT) this.dropOldest();
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

  give(contract: CompiledContract, instance: Instance): void {
    if (instance.grown || contract.idle.length >= INSTANCES_EACH) return;
    contract.idle.push(instance);
    if (++this.idle > INSTANCES_KEPT) this.dropOldestInstances(contract);
  }

  private dropOldest(): void {
    for (const [key, { idle }] of this.compiled) {
      this.compiled.delete(key);
      this.idle -= idle.length;
      idle.length = 0;
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

function compile(bytes: Uint8Array): WebAssembly.Module {
  const checked = checkModule(bytes);
  const metered = checked.ok ? meterModule(checked.value) : checked;
  if (!metered.ok) throw new Bug(`code that was never accepted: ${metered.error.code} at byte ${metered.error.offset}`);
  return new WebAssembly.Module(metered.value);
}
