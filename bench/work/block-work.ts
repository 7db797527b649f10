/**
 * A block as work: its parts are `path` (up to apply with undo) and `exec` (with all roots), each from raw bytes, with the
 * stages as laps; or one stage alone on what the others give.
 */
import type { RoundExecution } from '../../engine/chain/execute.ts';
import { signatureWorkers, type SignatureWorkers } from '../../engine/host/signature-workers.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { nameOf, prepareBlock, type BlockSpec, type Ready } from './blocks.ts';
import { counted } from './counted.ts';
import { apply, decode, OPEN_MAX, roots, verify, verifySpread, type Place } from './node-path.ts';
import { TPMS, type Check, type Lap, type Part, type Prepared, type Work, type WorkEnvironment } from './work.ts';

export type BlockPart = 'path' | 'exec' | 'decode' | 'verify' | 'apply' | 'root';

export function blockWork(spec: BlockSpec, parts: readonly BlockPart[], rest: Omit<Work, 'name' | 'parts' | 'prepare'> = {}): Work {
  return { ...rest, name: nameOf(spec), parts, prepare: (environment) => prepare(spec, parts, environment) };
}

function prepare(spec: BlockSpec, parts: readonly BlockPart[], environment: WorkEnvironment): Prepared {
  const ready = prepareBlock(spec, environment);
  const exact = exactly(ready);
  if (environment.cores > 1) return pipelined(ready, parts, exact, environment.cores);
  return { parts: parts.map((name): Part => ({ name, unit: TPMS, items: spec.transactions, ...runner(name, ready) })), exact };
}

/** What one pass computes and asks for, and whether it refuses what it must. */
function exactly({ block, place, bad }: Ready): Prepared['exact'] {
  const { crypto, counts } = counted(place.environment.crypto);
  const there: Place = { ...place, environment: { ...place.environment, crypto } };
  const decoded = decode(block, there);
  const valid = verify(decoded, there);
  if (decoded.length - valid.length !== bad) throw new Error(`${decoded.length - valid.length} transactions refused where ${bad} have a bad signature`);
  const pathHashes = counts.hashes;
  const { executed, text } = roots(apply(valid, there), there);
  const gas = executed.gasUsed.reduce((sum, used) => sum + used, 0);
  const failed = executed.receipts.filter(({ status }) => status !== 'success').length;
  return { roots: text, gas, failed, refused: bad, bytes: block.data.length, signatures: counts.signatures, 'hashes/path': pathHashes, hashes: counts.hashes, 'hashed bytes': counts.hashedBytes };
}

function runner(part: BlockPart, { block, place }: Ready): Pick<Part, 'run' | 'before'> {
  const path = (lap: Lap) => {
    const decoded = decode(block, place);
    lap('decode');
    const valid = verify(decoded, place);
    lap('verify');
    const execution = apply(valid, place);
    lap('apply');
    return execution;
  };
  if (part === 'path') return { run: (lap) => (path(lap), block.count) };
  if (part === 'exec') {
    const run: Part['run'] = (lap) => {
      const { text } = roots(path(lap), place);
      lap('root');
      return text;
    };
    return { run };
  }
  // A stage alone works on what the stages before it give, made anew each time: views remember what they were asked.
  let decoded: Transaction[] = [];
  let execution: RoundExecution;
  switch (part) {
    case 'decode':
      return { run: () => decode(block, place).length };
    case 'verify':
      return { before: () => void (decoded = decode(block, place)), run: () => verify(decoded, place).length };
    case 'apply':
      return { before: () => void (decoded = verify(decode(block, place), place)), run: () => (apply(decoded, place), decoded.length) };
    case 'root':
      return { before: () => void (execution = apply(verify(decode(block, place), place), place)), run: () => roots(execution, place).text };
  }
}

/** Blocks of one call where threads take part: filling and draining the row is then a thirtieth of it. */
const IN_A_ROW = 24;
/**
 * A thread on each core: this one for all but the signatures, and others for those, with its help when they have enough to do
 * (`verifySpread`). Blocks are whole, since half of one costs more per signature. More threads than cores would take turns on
 * them, each turn with a cold cache (the round's process is bound to as many cores as were asked for).
 */
function pipelined(ready: Ready, parts: readonly BlockPart[], exact: Prepared['exact'], cores: number): Prepared {
  const workers = signatureWorkers(cores - 1);
  const items = IN_A_ROW * ready.block.count;
  const made = parts.map((name): Part => ({ name, unit: TPMS, items, run: () => inARow(ready, name === 'exec', workers, OPEN_MAX * (cores - 1) + 1) }));
  return { exact: { ...exact, blocks: IN_A_ROW }, parts: made, warmUp: () => workers.warmUp() };
}

/** With the signatures of `most` blocks under way while an earlier one is applied. */
async function inARow({ block, place }: Ready, withRoots: boolean, workers: SignatureWorkers, most: number): Promise<Check> {
  let check: Check = block.count;
  const ahead: Promise<Transaction[]>[] = [];
  let sent = 0;
  const send = async (): Promise<void> => {
    if (sent++ >= IN_A_ROW) return;
    ahead.push(verifySpread(decode(block, place), place, workers));
    await afterSending();
  };
  while (ahead.length < most) await send();
  for (let valid = await ahead.shift(); valid !== undefined; valid = await ahead.shift()) {
    await send();
    const execution = apply(valid, place);
    if (withRoots) check = roots(execution, place).text;
  }
  return check;
}

/** Threads are sent their work between turns of the event loop. */
const afterSending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
