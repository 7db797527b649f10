/**
 * A chain to measure on: genesis with funded senders and silent holders, rounds that set the stage, and the block that is
 * measured, as raw bytes with its hints. Sizes above a protocol limit raise that limit, as D11 allows benchmarks to.
 */
import { executeRound, type ChainEnvironment, type RoundContext } from '../../engine/chain/execute.ts';
import { makeGenesis, type Allocation, type Genesis } from '../../engine/chain/genesis.ts';
import { hashHeader, hashLedgerHeader } from '../../engine/chain/header.ts';
import type { Round } from '../../engine/chain/types.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { DEFAULT_PARAMS, UNIT, type Params } from '../../engine/params/params.ts';
import { concat, toHex } from '../../engine/primitives/bytes.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { Vm } from '../../engine/starw/execute.ts';
import type { LayeredState } from '../../engine/state/view.ts';
import type { PackedTransactions } from '../../engine/tx/decode.ts';
import { encodeUnsigned, signingDigest } from '../../engine/tx/encode.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import { TOKENS, type Token } from '../../engine/tx/kinds.ts';
import type { Account, Payload, Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction, unsignedTransaction } from '../../engine/wallet/sign.ts';
import { signHinted } from './hints.ts';
import type { InputStore } from './inputs.ts';
import { draws } from './seeded-draws.ts';
import { holderOf, keyOf, type Key } from './seeded.ts';

export const GENESIS_TIME = 1_700_000_000;
const MINER = holderOf(-1);
/** STR of each sender and holder at genesis; the whale's is for votes that must reach a quorum. */
const FUNDS = 1_000n * UNIT;
const WHALE_FUNDS = 100_000_000n * UNIT;

export interface ChainSize {
  /** Accounts with a key that sign the block, in turn. */
  readonly senders: number;
  /** Accounts in the state, senders included; recipients are drawn from all of them. */
  readonly accounts: number;
  /** Transactions of the largest block. */
  readonly transactions: number;
}

/** The block that is measured: canonical signed bytes, and what came with them. */
export interface RawBlock extends PackedTransactions {
  /** R's y of each, 32 bytes; zeros where a peer sent none. */
  readonly hints: Uint8Array;
}

/** What a draft may refer to. */
export interface Stage {
  readonly senders: readonly Key[];
  readonly relayers: readonly Key[];
  readonly genesisHash: string;
  readonly crypto: Crypto;
  readonly draw: () => number;
  /** A recipient, drawn from all accounts. */
  someone(): Account;
}
export interface Draft {
  /** Index of the sender; `WHALE` is the one with most STR. */
  readonly from: number;
  readonly payload: Payload;
  /** With a signature over something else. */
  readonly spoiled?: boolean;
}
export const WHALE = -1;

/** Given to a call on top of its intrinsic gas; a token's transfer uses about half. */
const CONTRACT_GAS = 100_000;
/** Room for any kind, a deployed token included. */
const GAS_PER_TRANSACTION = 500_000;

export class BenchChain implements Stage {
  readonly senders: readonly Key[];
  readonly relayers: readonly Key[];
  readonly genesis: Genesis;
  readonly environment: ChainEnvironment;
  readonly crypto: Crypto;
  readonly draw: () => number;
  state: LayeredState;
  private readonly size: ChainSize;
  private readonly whale: Key;
  private parent: Round;
  private readonly nonces = new Map<Account, number>();

  /** `crypto` is what the chain is measured with; setting the stage uses the fastest backend there is. */
  constructor(size: ChainSize, crypto: Crypto, params: Partial<Params> = {}) {
    this.size = size;
    this.crypto = bestCrypto();
    this.draw = draws(1);
    this.senders = Array.from({ length: size.senders }, (_, i) => keyOf(`sender ${i}`));
    this.whale = keyOf('whale');
    this.relayers = [0, 1, 2, 3].map((i) => keyOf(`relayer ${i}`)).sort((x, y) => (toHex(x.publicKey) < toHex(y.publicKey) ? -1 : 1));
    const chosen = {
      ...DEFAULT_PARAMS,
      gasLimitPerLedger: Math.max(DEFAULT_PARAMS.gasLimitPerLedger, size.transactions * GAS_PER_TRANSACTION),
      roundBytesMax: Math.max(DEFAULT_PARAMS.roundBytesMax, size.transactions * 4_096),
      relayers: this.relayers.map(({ publicKey }) => toHex(publicKey)),
      ...params,
    };
    const made = makeGenesis({ timeSeconds: GENESIS_TIME, bits: 0x207fffff, params: chosen, allocations: this.allocations() }, this.crypto);
    if (!made.ok) throw new Bug(`benchmark genesis: ${made.error.code}`);
    this.genesis = made.value;
    this.state = made.value.state;
    this.parent = made.value.round;
    this.environment = { params: chosen, genesisHash: made.value.hash, crypto, vm: new Vm() };
  }

  get genesisHash(): string {
    return this.genesis.hash;
  }

  someone(): Account {
    const index = this.draw() % this.size.accounts;
    return index < this.senders.length ? this.senders[index].account : holderOf(index);
  }

  /** Where the next round stands. `ageSeconds` after genesis. */
  context(ageSeconds = this.parent.header.number * 30): RoundContext {
    return { parent: this.parent, miner: MINER, nowSeconds: GENESIS_TIME + ageSeconds, blockHash: () => undefined };
  }

  /** Executes a round that sets the stage; every transaction must stand, and `mustSucceed` succeed. */
  round(drafts: readonly Draft[]): Transaction[] {
    const transactions = drafts.map((draft) => signTransaction(this.fields(draft), this.keyOf(draft), this.genesis.hash, this.crypto));
    const context = this.context();
    const result = executeRound({ ...this.environment, crypto: this.crypto }, context, this.state, transactions);
    if (!result.ok) throw new Bug(`round that sets the stage: ${result.error.code}`);
    const failed = result.value.receipts.find(({ status }) => status !== 'success');
    if (failed !== undefined) throw new Bug(`setting the stage: ${failed.kind} fails with ${failed.status}`);
    const { ledgers, delta, commitments, orderRoot } = result.value;
    const header = {
      version: 1,
      parent: this.parent.hash,
      number: this.parent.header.number + 1,
      time: context.nowSeconds + 1,
      bits: this.parent.header.bits,
      miner: MINER,
      ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, this.crypto)),
      orderRoot,
      transactionCount: transactions.length,
      seal: new Uint8Array(32),
    };
    this.parent = { hash: hashHeader(header, this.crypto), header, ledgers, transactions };
    this.state = this.state.child(delta, commitments);
    return transactions;
  }

  /** The block under `name`, signed once and kept in `inputs`. */
  block(name: string, inputs: InputStore, drafts: readonly Draft[]): RawBlock {
    return unpack(inputs.bytes(name, () => concat(...drafts.map((draft) => this.sealed(draft)))));
  }

  /** length u32 ‖ signed bytes ‖ R's y. */
  private sealed(draft: Draft): Uint8Array {
    const key = this.keyOf(draft);
    const unsigned = encodeUnsigned(unsignedTransaction(this.fields(draft), key.publicKey));
    const digest = signingDigest(this.genesis.hash, unsigned, this.crypto);
    if (draft.spoiled) digest[0] ^= 1;
    const { signature, hint } = signHinted(digest, key.secretKey);
    const bytes = concat(unsigned, signature);
    return concat(Uint8Array.of(bytes.length >> 24, bytes.length >> 16, bytes.length >> 8, bytes.length), bytes, hint);
  }

  private keyOf({ from }: Draft): Key {
    return from === WHALE ? this.whale : this.senders[from];
  }

  private fields(draft: Draft): { nonce: number; gasLimit: number; gasPrice: bigint; payload: Payload } {
    const { account } = this.keyOf(draft);
    const nonce = this.nonces.get(account) ?? accountOf(this.state, account).nonce;
    this.nonces.set(account, nonce + 1);
    const { payload } = draft;
    const inContract = payload.kind === 'contract_call' || payload.kind === 'contract_deploy' ? CONTRACT_GAS : 0;
    return { nonce, gasLimit: intrinsicGas(payload, encodePayload(payload).length) + inContract, gasPrice: 1n, payload };
  }

  private allocations(): Allocation[] {
    const all: Allocation[] = [{ account: this.whale.account, token: 'STR', amount: WHALE_FUNDS }];
    const tokens = TOKENS.filter((token): token is Exclude<Token, 'eSTR'> => token !== 'eSTR');
    for (const { account } of this.senders) for (const token of tokens) all.push({ account, token, amount: token === 'CCOS' ? UNIT : FUNDS });
    for (let i = this.senders.length; i < this.size.accounts; i++) all.push({ account: holderOf(i), token: 'STR', amount: FUNDS });
    return all;
  }
}

function unpack(packed: Uint8Array): RawBlock {
  const transactions: Uint8Array[] = [];
  const hints: Uint8Array[] = [];
  for (let at = 0; at < packed.length; ) {
    const length = ((packed[at] << 24) | (packed[at + 1] << 16) | (packed[at + 2] << 8) | packed[at + 3]) >>> 0;
    transactions.push(packed.subarray(at + 4, at + 4 + length));
    hints.push(packed.subarray(at + 4 + length, at + 36 + length));
    at += 36 + length;
  }
  const offsets = new Uint32Array(transactions.length + 1);
  transactions.forEach(({ length }, i) => void (offsets[i + 1] = offsets[i] + length));
  return { data: concat(...transactions), offsets, count: transactions.length, hints: concat(...hints) };
}
