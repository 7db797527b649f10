/**
 * Constants of the STARW VM. Its four prices are the document's and stand in `GAS` (SMART CONTRACT PLATFORM › Gas model;
 * D32); here are the surcharges and limits that we declare beyond them, because instructions differ in wall time a
 * thousandfold (measured: 0.02 ns per gas in a hash kernel, 44 ns in filling memory).
 */

/** Surcharges, gas, on top of 1 for the instruction that causes them (D32; amounts: assumption, from measured times). */
export const VM_GAS = {
  /**
   * Entering a contract, outermost or nested: per byte of its code as deployed, of which at least `entryBytesMin` are counted.
   * This price and the next are those of code which has to be compiled first; that it mostly need not be is nobody's merit
   * (measured: 20 to 120 ns per byte, 5 to 9 µs per function, 150 µs for the smallest module and 600 if it imports everything).
   */
  entryByte: 8,
  entryBytesMin: 2_048,
  /** Entering a contract: per function of its own. */
  entryFunction: 256,
  /** Entering a contract: per page of memory that it starts with, which is set back or made anew (1 to 8 µs). */
  entryPage: 1_024,
  /**
   * Per page of 64 KiB that `memory.grow` asks for, refused or not. An instance whose memory grew is thrown away, and the
   * next call makes a new one (20 to 30 µs).
   */
  memoryPage: 8_192,
  /** Bytes that one gas moves: `memory.copy`, `memory.fill`, and whatever passes between contract and host (rounded down). */
  bytesPerGas: 8,
  /** Reading the storage, whether there is an entry or not. */
  storageRead: 200,
  /** Writing or deleting an entry; what is newly stored costs `GAS.storage` per started `GAS.storageUnitBytes` besides. */
  storageWrite: 200,
  /** Any other question to the host that looks at the state. */
  stateRead: 100,
  /** Paying an account that is no contract, on top of the call: the price of storing one, new or not (`GAS.storage`). */
  payment: 20_000,
  /** One event, and each byte of its topic and data: every full node keeps them with the receipts (amounts: assumption). */
  event: 200,
  eventByte: 8,
} as const;

/** What a call may use. */
export const VM_LIMITS = {
  /** Most gas of one transaction in the VM: gas is a signed 32-bit integer there, so that it may fall below zero once. */
  gas: 0x7fff_ffff,
  /** Words of stack, shared by all nested calls (starw: the engines' own limits differ a hundredfold). */
  stackWords: 32_768,
  /** Words of a function's frame beyond its parameters, locals and most operands. */
  frameWords: 8,
  /**
   * A frame takes one word more for so many bytes of the function's code: optimizing compilers keep what is computed twice
   * beside locals and operands. Of what they keep, each value takes at least 13 bytes of code (without this, a function of 8 KB
   * ended V8's own stack, of 984 KB, at a twentieth of the words).
   */
  frameCodeBytes: 16,
  /** Words that a nested contract call takes by itself. */
  callWords: 256,
  /** Contracts that wait for each other, the first included. */
  callDepth: 64,
  /** Pages of memory, 64 KiB each, whatever the module asks for. */
  memoryPages: 16,
  /** Input, output or revert reason of one call, bytes. */
  messageBytes: 16_384,
  storageKeyBytes: 64,
  storageValueBytes: 16_384,
  /** Of what a call hands back, so many bytes from the beginning stand in the receipt. */
  receiptBytes: 1_024,
  /** Of one transaction. */
  events: 256,
  eventTopicBytes: 32,
  eventDataBytes: 1_024,
} as const;

/** What a module may declare (assumption: far above what compilers make of the templates, far below the engines' limits). */
export const MODULE_LIMITS = {
  bytes: 262_144,
  types: 1_024,
  imports: 64,
  functions: 4_096,
  exports: 256,
  globals: 512,
  /** Entries of the table. */
  tableEntries: 4_096,
  elementSegments: 256,
  dataSegments: 1_024,
  parameters: 32,
  /** Declared in one function, without parameters. */
  locals: 1_024,
  bodyBytes: 65_536,
  /** Labels of one `br_table`. */
  labels: 1_024,
  /** Blocks inside each other. */
  nesting: 256,
  /**
   * What compilers must do where ways join or part grows with the variables that live there. Counted are blocks, branches,
   * labels and calls in code that can be reached, `joinsOfLoop` for a loop, each times the parameters, locals and operands of
   * its place: at most so many per byte of the module, and `joinsFree` more. Compilers make 0.1 to 2; without the limit a
   * module of 190 KB took half a second to compile, in the faster of V8's two compilers.
   */
  joinsPerByte: 8,
  joinsFree: 16_384,
  joinsOfLoop: 16,
  /** The metered module is at most this many times as long as the module … */
  growthFactor: 4,
  /** … and this many bytes. */
  growthBytes: 4_096,
} as const;

/** Part of every cache key: raise it when the same module would be metered differently. */
export const METERING_VERSION = 4;
