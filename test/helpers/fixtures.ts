/** The one place that builds chains, accounts and transactions for tests: defaults live here, so what a test shows matters to it. */
import {
  executeRound,
  type ChainEnvironment,
  type ExecutedState,
  type RoundContext,
} from '../../engine/chain/execute.ts';
import { makeGenesis, type Allocation, type Genesis } from '../../engine/chain/genesis.ts';
import { hashHeader, hashLedgerHeader } from '../../engine/chain/header.ts';
import type { Receipt, Round } from '../../engine/chain/types.ts';
import { accountOf as addressOf } from '../../engine/crypto/address.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { DEFAULT_PARAMS, UNIT, type Params } from '../../engine/params/params.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { merkleRoot } from '../../engine/primitives/merkle.ts';
import { assert, Bug } from '../../engine/primitives/result.ts';
import { Vm } from '../../engine/starw/execute.ts';
import type { LayeredState } from '../../engine/state/view.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { bridgeDigest } from '../../engine/tx/bridge-digest.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type {
  Account,
  BlockReference,
  BridgeMessage,
  BridgeProof,
  Payload,
  Transaction,
} from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';

/** Native where it is there: same bytes, less waiting. */
export const crypto: Crypto = nativeCrypto() ?? nobleCrypto;
export const vm = new Vm();

export interface Key {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly account: Account;
}

export function key(name: string): Key {
  const secretKey = crypto.sha256(utf8(`test key ${name}`));
  const publicKey = crypto.publicKey(secretKey);
  return { secretKey, publicKey, account: addressOf(publicKey, crypto) };
}

export const ALICE = key('alice');
export const BOB = key('bob');
export const CAROL = key('carol');
export const DAVE = key('dave');
/** Not funded at genesis. */
export const STRANGER = key('stranger');
export const MINER = key('miner');

/** Bridge relayers of epoch 0, ascending by public key; 3 of 4 are the quorum. */
export const RELAYERS: readonly Key[] = [0, 1, 2, 3]
  .map((i) => key(`relayer ${i}`))
  .sort((x, y) => (toHex(x.publicKey) < toHex(y.publicKey) ? -1 : 1));

export const GENESIS_TIME = 1_700_000_000;
export const FUNDS = 1_000_000n * UNIT;

export interface ChainOptions {
  readonly params?: Partial<Params>;
  readonly allocations?: readonly Allocation[];
  /** Seconds between rounds; *now* of round n is genesis time + (n − 1) × this. */
  readonly stepSeconds?: number;
}

/** Genesis with ALICE, BOB, CAROL and DAVE holding `FUNDS` of STR and 1,000 CCOS, ARSS, wSTR and $TR each. */
export function testGenesis({ params = {}, allocations }: ChainOptions = {}): Genesis {
  const made = makeGenesis(
    {
      timeSeconds: GENESIS_TIME,
      bits: 0x207fffff,
      params: { ...DEFAULT_PARAMS, relayers: RELAYERS.map(({ publicKey }) => toHex(publicKey)), ...params },
      allocations:
        allocations ??
        [ALICE, BOB, CAROL, DAVE].flatMap(({ account }) => [
          { account, token: 'STR', amount: FUNDS } as const,
          ...(['CCOS', 'ARSS', 'wSTR', '$TR'] as const).map((token) => ({ account, token, amount: 1_000n * UNIT })),
        ]),
    },
    crypto,
  );
  if (!made.ok) throw new Bug(`test genesis: ${made.error.code}`);
  return made.value;
}

/** One branch of rounds on shared immutable states; `fork` starts another one from here. */
export class TestChain {
  readonly genesis: Genesis;
  readonly environment: ChainEnvironment;
  readonly stepSeconds: number;
  readonly rounds: Round[];
  readonly states: LayeredState[];
  readonly executed: ExecutedState[] = [];
  /** Nonces given out by `sign`, beyond the state's. */
  private readonly pending = new Map<Account, number>();

  constructor(options: ChainOptions = {}, genesis = testGenesis(options)) {
    this.genesis = genesis;
    this.environment = { params: genesis.params, genesisHash: genesis.hash, crypto, vm };
    this.stepSeconds = options.stepSeconds ?? 30;
    this.rounds = [genesis.round];
    this.states = [genesis.state];
  }

  get state(): LayeredState {
    return this.states.at(-1)!;
  }

  get number(): number {
    return this.rounds.length - 1;
  }

  get last(): ExecutedState {
    return this.executed.at(-1)!;
  }

  fork(): TestChain {
    const twin = new TestChain({ stepSeconds: this.stepSeconds }, this.genesis);
    twin.rounds.push(...this.rounds.slice(1));
    twin.states.push(...this.states.slice(1));
    twin.executed.push(...this.executed);
    return twin;
  }

  context(miner: Account = MINER.account): RoundContext {
    const { rounds } = this;
    const parent = rounds.at(-1)!;
    return {
      parent,
      miner,
      nowSeconds: GENESIS_TIME + this.number * this.stepSeconds,
      blockHash: (ledger, number) => {
        assert(number <= parent.header.number, 'asked for a block that is not of an earlier round');
        const ledgers = rounds[number]?.ledgers ?? [];
        const header = ledgers.find((block) => block.ledger === ledger);
        return header === undefined ? undefined : hashLedgerHeader(header, crypto);
      },
    };
  }

  /** Signs with the sender's next nonce: the state's, plus what was signed here since the last round. */
  sign(
    from: Key,
    payload: Payload,
    options: { gasPrice?: bigint; gasLimit?: number; nonce?: number; reference?: BlockReference } = {},
  ): Transaction {
    const nonce = options.nonce ?? this.pending.get(from.account) ?? accountOf(this.state, from.account).nonce;
    this.pending.set(from.account, nonce + 1);
    const fields = { gasLimit: 1_000_000, gasPrice: 1n, ...options, nonce, payload };
    return signTransaction(fields, from, this.genesis.hash, crypto);
  }

  /** Executes and appends a round; throws where it is invalid. */
  round(transactions: readonly Transaction[] = [], miner: Account = MINER.account): ExecutedState {
    const context = this.context(miner);
    const result = executeRound(this.environment, context, this.state, transactions);
    if (!result.ok)
      throw new Bug(
        `round ${this.number + 1}: ${result.error.code === 'transaction' ? result.error.error.code : result.error.code}`,
      );
    this.append(context, result.value, transactions);
    return result.value;
  }

  append(
    { parent, miner, nowSeconds }: RoundContext,
    executed: ExecutedState,
    transactions: readonly Transaction[],
  ): void {
    this.pending.clear();
    const { ledgers } = executed;
    const header = {
      version: 1,
      parent: parent.hash,
      number: parent.header.number + 1,
      time: nowSeconds + 1,
      bits: parent.header.bits,
      miner,
      ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)),
      orderRoot: rootOfIds(transactions, crypto),
      transactionCount: transactions.length,
      seal: new Uint8Array(32),
    };
    this.rounds.push({ hash: hashHeader(header, crypto), header, ledgers, transactions });
    this.states.push(this.state.child(executed.delta, executed.commitments));
    this.executed.push(executed);
  }

  /** Empty rounds until the next one has this number. */
  skipTo(number: number): this {
    while (this.number + 1 < number) this.round();
    return this;
  }

  /** Signs and executes one operation in a round of its own. */
  run(from: Key, payload: Payload, options: Parameters<TestChain['sign']>[2] = {}): Receipt {
    return this.round([this.sign(from, payload, options)]).receipts[0];
  }
}

/** By the definition, and not by the engine's batches. */
export const rootOfIds = (transactions: readonly { readonly idBytes: Uint8Array }[], { sha256 }: Crypto): string =>
  toHex(merkleRoot(transactions.map(({ idBytes }) => idBytes), sha256));

/** A foreign message with the first three relayers' signatures, or with those that are named. */
export function bridgeProof(
  genesis: Genesis,
  kind: Kind,
  message: Partial<BridgeMessage>,
  signers: readonly number[] = [0, 1, 2],
): BridgeProof {
  const whole: BridgeMessage = {
    foreignChain: 7,
    foreignBlock: 100,
    messageId: toHex(crypto.sha256(utf8('message'))),
    asset: 'STR',
    amount: UNIT,
    recipient: BOB.account,
    epoch: 0,
    ...message,
  };
  const digest = bridgeDigest(genesis.hash, kind, whole, crypto);
  return {
    message: whole,
    signatures: signers.map((relayer) => ({ relayer, signature: crypto.sign(digest, RELAYERS[relayer].secretKey) })),
  };
}

/** The transaction with bits of its signature flipped: another id, and no valid signature. `salt` 1…255 makes distinct ones. */
export function forged(transaction: Transaction, salt = 1): Transaction {
  const bytes = transaction.bytes.slice();
  bytes[bytes.length - 1] ^= salt;
  const decoded = decodeTransaction(bytes, crypto);
  if (!decoded.ok) throw new Bug(decoded.error.code);
  return decoded.value;
}

/** An engine's receipt as an object of its own, to be altered. */
export const plainReceipt = ({ transaction, kind, sender, ledger, status, gasUsed, fee, events, touched, output, prover }: Receipt): Receipt => ({
  transaction, kind, sender, ledger, status, gasUsed, fee, events, touched, output, prover,
});

/** What storing does to a model: `undefined` deletes. */
export function assign<V>(model: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) model.delete(key);
  else model.set(key, value);
}
