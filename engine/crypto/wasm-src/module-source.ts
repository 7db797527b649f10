/** One module to be compiled (build.mjs). */
export interface ModuleSource {
  /** engine/crypto/wasm/<name>.ts is written. */
  readonly name: string;
  /** The AssemblyScript file. It and what it imports end in `.as` on disk; imports within are written without an ending. */
  readonly entry: string;
  /** Whether instructions on 128 bits may be used. */
  readonly simd: boolean;
  /** 64 KiB pages of memory, fixed: the modules allocate nothing. */
  readonly pages: number;
  /** Generated AssemblyScript, by file name. */
  readonly sources: Readonly<Record<string, string>>;
}
