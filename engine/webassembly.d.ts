/**
 * What the engine uses of the WebAssembly of its surroundings (Node, workers, browsers), synchronous part only. The
 * engine compiles without DOM types, which would bring clocks and IO along; this is their WebAssembly and no more.
 * Trees with DOM types have their own; others import this file.
 */
declare global {
  namespace WebAssembly {
    type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'anyfunc' | 'externref';
    type ExternalKind = 'function' | 'global' | 'memory' | 'table';

    interface ModuleImportDescriptor {
      module: string;
      name: string;
      kind: ExternalKind;
    }
    interface ModuleExportDescriptor {
      name: string;
      kind: ExternalKind;
    }

    /** Compiled code; stateless, so one may serve many instances. Throws CompileError on invalid bytes. */
    class Module {
      constructor(bytes: Uint8Array | ArrayBuffer);
      static exports(module: Module): ModuleExportDescriptor[];
      static imports(module: Module): ModuleImportDescriptor[];
    }

    /** Arguments and results are numbers (i32) and bigints (i64); callers cast to what they know of the signature. */
    type ExportedFunction = (...args: never[]) => unknown;
    type ImportValue = ((...args: never[]) => unknown) | Global | Memory | Table | number | bigint;
    type Imports = Record<string, Record<string, ImportValue>>;
    type Exports = Record<string, ExportedFunction | Global | Memory | Table>;

    /** Throws LinkError where imports do not fit, RuntimeError where a start function or a segment traps. */
    class Instance {
      constructor(module: Module, imports?: Imports);
      readonly exports: Exports;
    }

    /** Sizes in pages of 64 KiB. `buffer` is replaced, and the old one detached, when the memory grows. */
    class Memory {
      constructor(descriptor: { initial: number; maximum?: number });
      readonly buffer: ArrayBuffer;
      grow(delta: number): number;
    }

    /** Of type i64 the value is a bigint, else a number. */
    class Global {
      constructor(descriptor: { value: ValueType; mutable?: boolean }, value?: number | bigint);
      value: unknown;
    }

    class Table {
      readonly length: number;
      get(index: number): unknown;
    }

    class CompileError extends Error {}
    class LinkError extends Error {}
    /** A trap: unreachable, division by zero, access outside memory, exhausted stack of the surroundings… */
    class RuntimeError extends Error {}

    /** Whether the bytes are a valid module; never throws. */
    function validate(bytes: Uint8Array | ArrayBuffer): boolean;
  }
}

export {};
