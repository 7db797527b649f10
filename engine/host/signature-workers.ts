/**
 * Batches of signatures spread over worker threads, which are started once. Each takes whole stripes of a batch from
 * shared memory and writes verdicts into it. Stripes hold signatures of one key together, since equal keys cost once per
 * stripe; verdicts come back in the batch's order. Who does which stripe changes nothing.
 *
 * Stripes are handed out when a batch comes, so threads go from one to the next without asking: a caller that is busy
 * applying a block keeps nobody waiting. A batch is divided among the threads that have nothing to do; where all are at work,
 * it is not divided, since a stripe costs the more per signature the smaller it is.
 */
/// <reference path="../webassembly.d.ts" />
import { Worker } from 'node:worker_threads';
import { gatherRows, orderByKey, partsOf, type Part } from '../crypto/batch-order.ts';
import { batchVerifier, warmUpBatch } from '../crypto/batch-verifier.ts';
import type { SignatureBatch } from '../crypto/crypto.ts';
import { hasSimd, wasmBytes } from '../crypto/wasm/compile.ts';
import { ECDSA_SCALAR } from '../crypto/wasm/ecdsa-scalar.ts';
import { ECDSA_SIMD } from '../crypto/wasm/ecdsa-simd.ts';

/** A worker that died, with what it said last. Its stripe was verified here, and so will be what it would have done. */
export interface WorkerDeath {
  readonly code: 'worker-died';
  /** From 0. */
  readonly worker: number;
  readonly reason: string;
}

export interface SignatureWorkers {
  /** Threads alive. */
  readonly alive: number;
  /** Stripes that threads were given and have not answered: a caller with time of its own may rather do what comes next itself. */
  readonly open: number;
  readonly deaths: readonly WorkerDeath[];
  /**
   * `Crypto.verifyMany`, elsewhere: 1 or 0 into `verdicts` by the time the promise is fulfilled, which it always is. Any
   * number of calls may be open. `batch` is read at once and may be changed after the call.
   */
  verifyMany(batch: SignatureBatch, verdicts: Uint8Array): Promise<void>;
  /** Until all threads are at full speed: half a second. */
  warmUp(): Promise<void>;
  /** Ends the threads once what was asked for is done. What is asked later is done here. */
  close(): Promise<void>;
}

/** Columns of a batch, bytes each per signature. */
const COLUMNS = [64, 32, 33, 32] as const;
/** Bytes of one signature in shared memory: its columns and the verdict. */
const BYTES = 64 + 32 + 33 + 32 + 1;
/** Signatures in a stripe at most: what an instance takes at once. */
const STRIPE_MAX = 8192;
/** Smaller batches are not divided further: a stripe costs the more per signature the smaller it is. */
const STRIPE_MIN = 256;

/** Where columns of a batch of `capacity` begin, and the verdicts. */
const columnsAt = (capacity: number): number[] => [...COLUMNS, 1].map((_, column, sizes) => sizes.slice(0, column).reduce((sum, size) => sum + size * capacity, 0));

/**
 * What a worker runs: plain JavaScript as text, because a thread cannot load TypeScript, and a path would differ between
 * bundles, benchmarks and tests. All that it knows comes with the module.
 */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const wasm = new WebAssembly.Instance(workerData.module).exports;
const memory = new Uint8Array(wasm.memory.buffer);
const into = [wasm.SIGNATURES, wasm.DIGESTS, wasm.PUBLIC_KEYS, wasm.HINTS].map(({ value }) => value);
parentPort.on('message', ({ stripe, shared, columns, sizes, from, count }) => {
  const bytes = new Uint8Array(shared);
  into.forEach((to, i) => memory.set(bytes.subarray(columns[i] + sizes[i] * from, columns[i] + sizes[i] * (from + count)), to));
  wasm.verify(count);
  bytes.set(memory.subarray(wasm.VERDICTS.value, wasm.VERDICTS.value + count), columns[4] + from);
  parentPort.postMessage(stripe);
});
`;

interface Thread {
  readonly worker: Worker;
  /** Stripes that it was given and has not answered, by number: true ends the waiting where the worker did one. */
  readonly open: Map<number, (done: boolean) => void>;
}

/** A batch in shared memory. */
interface Lease {
  readonly shared: SharedArrayBuffer;
  readonly capacity: number;
}

/**
 * `count` threads, from 1 on; `started` sees each. Throws RangeError below, and what `WebAssembly` throws where there is
 * none.
 */
export function signatureWorkers(count: number, started: (worker: Worker) => void = () => undefined): SignatureWorkers {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} signature workers`);
  const module = new WebAssembly.Module(wasmBytes(hasSimd() ? ECDSA_SIMD : ECDSA_SCALAR));
  const deaths: WorkerDeath[] = [];
  const threads = new Set<Thread>();
  const calls = new Set<Promise<void>>();
  const free: Lease[] = [];
  let here: ReturnType<typeof batchVerifier> | undefined;
  let given = 0;
  let closed = false;

  for (let i = 0; i < count; i++) start(i);

  function start(index: number): void {
    const worker = new Worker(SOURCE, { eval: true, workerData: { module } });
    const thread: Thread = { worker, open: new Map() };
    const settle = (stripe: number, done: boolean): void => {
      const answer = thread.open.get(stripe);
      thread.open.delete(stripe);
      if (thread.open.size === 0) worker.unref();
      answer?.(done);
    };
    const bury = (reason: string): void => {
      if (!threads.delete(thread)) return;
      if (!closed) deaths.push({ code: 'worker-died', worker: index, reason });
      for (const stripe of [...thread.open.keys()]) settle(stripe, false);
    };
    worker.on('message', (stripe: number) => settle(stripe, true));
    worker.on('error', (error) => bury(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => bury(`exit code ${code}`));
    worker.unref();
    threads.add(thread);
    started(worker);
  }

  /** Whether the thread did the stripe; a thread holds the process only while something of it is waited for. */
  function give(thread: Thread, { shared, capacity }: Lease, stripe: Part): Promise<boolean> {
    return new Promise((resolve) => {
      const number = given++;
      thread.open.set(number, resolve);
      thread.worker.ref();
      thread.worker.postMessage({ stripe: number, shared, columns: columnsAt(capacity), sizes: COLUMNS, ...stripe });
    });
  }

  /** Who takes part in the next batch: those with nothing to do, or else the one with the least. */
  function takers(): Thread[] {
    const alive = [...threads].sort((x, y) => x.open.size - y.open.size);
    const idle = alive.filter(({ open }) => open.size === 0);
    return idle.length > 0 ? idle : alive.slice(0, 1);
  }

  /** Shared memory for `size` signatures that no open call uses. */
  function lease(size: number): Lease {
    const at = free.findIndex(({ capacity }) => capacity >= size);
    return at >= 0 ? free.splice(at, 1)[0] : { shared: new SharedArrayBuffer(BYTES * size), capacity: size };
  }

  async function run(batch: SignatureBatch, verdicts: Uint8Array): Promise<void> {
    const { count: size, signatures, digests, publicKeys, hints } = batch;
    const space = lease(size);
    const columns = columnsAt(space.capacity);
    const by = takers();
    // One each, or more where they would be too large.
    const stripes = partsOf(size, Math.min(STRIPE_MAX, Math.max(STRIPE_MIN, Math.ceil(size / Math.max(1, by.length)))));
    const order = stripes.length > 1 ? orderByKey(batch) : undefined;
    [signatures, digests, publicKeys, hints].forEach((column, i) => {
      const into = new Uint8Array(space.shared, columns[i]);
      if (order === undefined) into.set(column.subarray(0, COLUMNS[i] * size));
      else gatherRows(into, column, COLUMNS[i], order, 0, size);
    });
    const done = await Promise.all(stripes.map((stripe, i) => (by.length === 0 ? false : give(by[i % by.length], space, stripe))));
    const results = new Uint8Array(space.shared, columns[4], size);
    stripes.forEach(({ from, count: part }, i) => {
      if (done[i]) return;
      here ??= batchVerifier();
      const cut = (column: number): Uint8Array => new Uint8Array(space.shared, columns[column] + COLUMNS[column] * from, COLUMNS[column] * part);
      here.verifyMany({ count: part, signatures: cut(0), digests: cut(1), publicKeys: cut(2), hints: cut(3) }, results.subarray(from, from + part));
    });
    if (order === undefined) verdicts.set(results);
    else for (let i = 0; i < size; i++) verdicts[order[i]] = results[i];
    free.push(space);
  }

  return {
    get alive() {
      return threads.size;
    },
    get open() {
      return [...threads].reduce((sum, thread) => sum + thread.open.size, 0);
    },
    deaths,
    verifyMany(batch, verdicts) {
      const call = run(batch, verdicts).finally(() => calls.delete(call));
      calls.add(call);
      return call;
    },
    async warmUp() {
      const batch = warmUpBatch(512 * count);
      for (let round = 0; round < 12; round++) await this.verifyMany(batch, new Uint8Array(batch.count));
    },
    async close() {
      await Promise.all(calls);
      closed = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
