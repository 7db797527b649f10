/** What both executors share: verdicts, building, proofs. They differ in how they keep states (`CommittedState` at a round). */
import type { Crypto } from '../crypto/crypto.ts';
import { accounts } from '../ledgers/tables.ts';
import { Clearance } from '../pool/clearance.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { Bug } from '../primitives/result.ts';
import type { Vm } from '../starw/execute.ts';
import { proofBytes, prove, rootOf, verifyProof, type Commitments } from '../state/commitment.ts';
import type { StateReader } from '../state/state.ts';
import { stateKey } from '../state/table.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { Account, Hash } from '../tx/transaction.ts';
import { buildRound } from './build.ts';
import { bodyRoots } from './body-roots.ts';
import { checkBody } from './check.ts';
import { executeRound, type ChainEnvironment, type CommittedState, type ExecutedState, type RoundContext } from './execute.ts';
import type { AccountProof, Executor } from './executor.ts';
import type { Genesis } from './genesis.ts';
import { HEADER_VERSION, LEDGER_HEADER_BYTES, hashHeader, hashLedgerHeader } from './header.ts';
import { HeaderRules } from './header-rules.ts';
import type { Registry, RoundRef } from './registry.ts';
import type { Sealer } from './seal.ts';
import type { StatelessVerdicts } from './stateless-verdicts.ts';
import type { Bits, TxHandle, TxSet } from './tx-set.ts';
import type { ExecutedRound, LedgerHeader, RoundError, RoundHeader, TransactionError } from './types.ts';

export abstract class ExecutorBase implements Executor {
  abstract readonly independent: boolean;
  readonly headers: HeaderRules;
  /** Rounds really executed here. */
  executions = 0;
  protected readonly registry: Registry;
  protected readonly crypto: Crypto;
  private readonly environment: ChainEnvironment;
  private readonly sealer: Sealer;
  readonly stateless: StatelessVerdicts;
  /** By round: null is valid. */
  private readonly verdicts: (RoundError | null)[] = [null];
  /** By round, where contracts used any. */
  private readonly gas = new Map<RoundRef, number>();
  /** By round, where proofs were verified. */
  private readonly proofCounts = new Map<RoundRef, number>();
  private readonly clearances = new Map<RoundRef, Clearance>();

  constructor(registry: Registry, genesis: Genesis, crypto: Crypto, vm: Vm, sealer: Sealer, stateless: StatelessVerdicts) {
    this.registry = registry;
    this.crypto = crypto;
    this.sealer = sealer;
    this.stateless = stateless;
    this.environment = { params: genesis.params, genesisHash: genesis.hash, crypto, vm };
    this.headers = new HeaderRules(registry, genesis, sealer);
  }

  /** State after a valid round, with its commitments. */
  protected abstract committed(ref: RoundRef): CommittedState;
  /** Keeps what executing `ref` yielded. */
  protected abstract keep(ref: RoundRef, executed: ExecutedState): void;
  protected abstract commitmentsAt(ref: RoundRef): Commitments | undefined;
  abstract resultOf(ref: RoundRef): ExecutedRound | undefined;

  get valid(): Bits {
    return this.stateless.valid;
  }
  check(set: TxSet): void {
    this.stateless.check(set);
  }
  statelessError(handle: TxHandle): TransactionError | undefined {
    return this.stateless.errorOf(handle);
  }
  headerError(ref: RoundRef): RoundError | undefined {
    return this.headers.headerError(ref);
  }
  medianTime(ref: RoundRef): number {
    return this.headers.medianTime(ref);
  }

  execute(ref: RoundRef): RoundError | undefined {
    let verdict = this.verdicts[ref];
    if (verdict === undefined) {
      verdict = this.judge(ref) ?? null;
      this.verdicts[ref] = verdict;
    }
    return verdict ?? undefined;
  }

  vmGas(ref: RoundRef): number {
    return this.gas.get(ref) ?? 0;
  }

  proofs(ref: RoundRef): number {
    return this.proofCounts.get(ref) ?? 0;
  }

  stateAt(ref: RoundRef): StateReader {
    return this.committed(ref);
  }

  stateRoot(ref: RoundRef, ledgerIndex: number): string {
    return toHex(rootOf(this.commitmentsAt(ref)![ledgerIndex], this.crypto));
  }

  clearance(ref: RoundRef): Clearance {
    const known = this.clearances.get(ref);
    if (known !== undefined) return known;
    let ancestor = this.registry.rounds[ref].parent;
    while (ancestor >= 0 && !this.clearances.has(ancestor)) ancestor = this.registry.rounds[ancestor].parent;
    const clearance = new Clearance(this.registry, this.committed(ref), this.clearances.get(ancestor));
    this.clearances.set(ref, clearance);
    return clearance;
  }

  build(parent: RoundRef, miner: Account, clockSeconds: number, pooled: Iterable<TxHandle>): RoundRef {
    const { registry, crypto } = this;
    const candidates = Array.from(pooled, (handle) => registry.transactions[handle]);
    const context = this.context(parent, miner);
    const { transactions, executed } = buildRound(this.environment, context, this.committed(parent), candidates);
    const unsealed = {
      version: HEADER_VERSION,
      parent: registry.rounds[parent].hash,
      number: registry.rounds[parent].number + 1,
      time: Math.max(clockSeconds, this.medianTime(parent) + 1),
      bits: this.headers.nextBits(parent),
      miner,
      ledgerHashes: executed.ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)),
      orderRoot: executed.orderRoot,
      transactionCount: transactions.length,
    };
    const seal = this.sealer.seal(unsealed);
    if (seal === undefined) throw new Bug('built a round that this scheme cannot seal');
    const header: RoundHeader = { ...unsealed, seal };
    const ref = registry.addRound({ hash: hashHeader(header, crypto), header, ledgers: executed.ledgers, transactions });
    this.keep(ref, executed);
    this.noteWork(ref, executed);
    this.executions++;
    this.verdicts[ref] = null;
    return ref;
  }

  proveAccount(ref: RoundRef, account: Account): AccountProof | undefined {
    const commitments = this.commitmentsAt(ref);
    if (commitments === undefined) return undefined;
    const key = stateKey(accounts, account);
    const proof = prove(commitments[MAIN], key, this.crypto);
    const ledgerHeader = this.registry.rounds[ref].body.ledgers[MAIN];
    const found = proof.leaf !== undefined && verifyProof(fromHex(ledgerHeader.stateRoot), key, proof.leaf.value, proof, this.crypto);
    const value = found ? proof.leaf!.value : undefined;
    const bytes = LEDGER_HEADER_BYTES + proofBytes(proof);
    return { ledgerHeader, value, proof, bytes };
  }

  verifyAccount(header: RoundHeader, account: Account, { ledgerHeader, value, proof }: AccountProof): boolean {
    if (hashLedgerHeader(ledgerHeader, this.crypto) !== header.ledgerHashes[MAIN]) return false;
    return verifyProof(fromHex(ledgerHeader.stateRoot), stateKey(accounts, account), value, proof, this.crypto);
  }

  /** Forgets clearances of rounds below `number`; subclasses forget more. */
  prune(number: number): void {
    for (const ref of this.clearances.keys()) if (this.registry.rounds[ref].number < number) this.clearances.delete(ref);
  }

  private judge(ref: RoundRef): RoundError | undefined {
    const { registry, crypto } = this;
    const { parent, header, body } = registry.rounds[ref];
    const headerError = this.headerError(ref);
    if (headerError !== undefined) return headerError;
    const round = registry.roundOf(ref);
    const roots = bodyRoots(round.transactions, crypto);
    const bodyError = checkBody(round, this.environment.params, crypto, roots);
    if (bodyError !== undefined) return bodyError;
    this.stateless.checkAll(body.order);
    for (let index = 0; index < body.order.length; index++) {
      const error = this.statelessError(body.order[index]);
      if (error !== undefined) return { code: 'transaction', index, error };
    }
    const executed = executeRound(this.environment, this.context(parent, header.miner), this.committed(parent), round.transactions, roots);
    this.executions++;
    if (!executed.ok) return executed.error;
    this.noteWork(ref, executed.value);
    const mismatch = compareLedgers(body.ledgers, executed.value.ledgers);
    if (mismatch !== undefined) return mismatch;
    this.keep(ref, executed.value);
    return undefined;
  }

  private noteWork(ref: RoundRef, { vmGas, proofs }: ExecutedRound): void {
    if (vmGas > 0) this.gas.set(ref, vmGas);
    if (proofs > 0) this.proofCounts.set(ref, proofs);
  }

  private context(parent: RoundRef, miner: Account): RoundContext {
    const { registry } = this;
    const record = registry.rounds[parent];
    return {
      parent: record,
      miner,
      nowSeconds: this.medianTime(parent),
      blockHash(ledger: Ledger, number: number): Hash | undefined {
        const ref = registry.ancestorAt(parent, number);
        return ref < 0 ? undefined : registry.rounds[ref].header.ledgerHashes[LEDGERS.indexOf(ledger)];
      },
    };
  }
}

const MAIN = LEDGERS.indexOf('main');

/** The first ledger header that execution does not confirm. */
function compareLedgers(claimed: readonly LedgerHeader[], found: readonly LedgerHeader[]): RoundError | undefined {
  for (let i = 0; i < LEDGERS.length; i++) {
    const got = claimed[i];
    const expected = found[i];
    const { ledger } = expected;
    if (got.number !== expected.number || got.previous !== expected.previous) return { code: 'ledger-link', ledger };
    if (got.receiptsRoot !== expected.receiptsRoot || got.receiptCount !== expected.receiptCount) {
      return { code: 'receipts-root', ledger, got: got.receiptsRoot, expected: expected.receiptsRoot };
    }
    if (got.stateRoot !== expected.stateRoot) return { code: 'state-root', ledger, got: got.stateRoot, expected: expected.stateRoot };
  }
  return undefined;
}
