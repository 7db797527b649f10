/**
 * The reference model: a second implementation of the whole state transition, written from the decisions alone, with
 * plain maps and exact integers, slow and short. It shares with the engine the types of transactions, the shapes of
 * stored values, the ids of protocol accounts, hashing and signature checks; none of its rules.
 *
 * A model is the state after one round and never changes; `apply` gives the next. It does not check: headers, seals,
 * Merkle roots, encodings and transactions' signatures (S8, S9, L4 and the isolated nodes do), and it knows of no
 * receipts but success, gas and fee.
 */
import type { Crypto } from '../../../engine/crypto/crypto.ts';
import type { Genesis } from '../../../engine/chain/genesis.ts';
import type { Round } from '../../../engine/chain/types.ts';
import { ccosBalances, mainTokens, wstrBalances } from '../../../engine/ledgers/tables.ts';
import { CCOS_TREASURY, STR_TREASURY } from '../../../engine/ledgers/protocol-accounts.ts';
import { Vm } from '../../../engine/starw/execute.ts';
import type { StateReader, Table } from '../../../engine/state/state.ts';
import { LEDGERS, type Ledger } from '../../../engine/tx/kinds.ts';
import type { Payload, Transaction } from '../../../engine/tx/transaction.ts';
import type { Act, Chain, Refusal, Scene } from './act.ts';
import { burn, lock, mint, refund, unlock } from './bridge.ts';
import { contract } from './contracts.ts';
import { domain } from './domains.ts';
import { intrinsicGas, invalidity, type Invalidity } from './fees.ts';
import { applyDueEffects, executeProposal, governed, openRounds, propose, vote, type Effect } from './governance.ts';
import { Draft, Layer, type ModelChange } from './layers.ts';
import { nft } from './nfts.ts';
import { shielded } from './shielded.ts';
import { noteRewards, settleRewards, type Reward } from './rewards.ts';
import { add, sumOfAll, type Sums } from './supply.ts';
import { accountOf, give, setNonce, setStr, sheet, strOf, transfer } from './transfers.ts';

/** What became of one transaction. */
export interface Outcome {
  /** Undefined: success. */
  readonly refusal: Refusal;
  readonly gas: number;
  /** STR base units kept. */
  readonly fee: bigint;
  /** Ledgers other than its home whose state its effects changed, in `LEDGERS` order. */
  readonly touched: readonly Ledger[];
  /** The state keys it changed beyond nonce and gas; kept only where `touched` is not empty. */
  readonly keys: readonly ModelChange[];
}

/** A round that the model accepts. */
export interface Applied {
  readonly valid: true;
  readonly model: ReferenceModel;
  readonly outcomes: readonly Outcome[];
  readonly effects: readonly Effect[];
  readonly rewards: readonly Reward[];
  readonly subsidy: bigint;
  readonly fees: bigint;
  /** Per ledger, in `LEDGERS` order. */
  readonly gasUsed: readonly number[];
  /** Each ledger's gas limit in this round. */
  readonly gasLimit: bigint;
  /** Created less destroyed, by asset as in supply.ts. */
  readonly minted: Sums;
  /** Every stored value that differs from the parent's. */
  readonly changes: readonly ModelChange[];
}

/** A round that must not be: the transaction at `index` may not stand there. */
export interface NotApplicable extends Invalidity {
  readonly valid: false;
  readonly index: number;
}

export class ReferenceModel implements StateReader {
  readonly chain: Chain;
  readonly number: number;
  private readonly layer: Layer;
  private readonly hash: string;
  /** Times of this and the rounds before, newest first, at most 11. */
  private readonly times: readonly number[];
  /** Hashes of the six ledger blocks, by round number. */
  private readonly blocks: readonly (readonly string[])[];
  /** The books after this and the rounds before, newest first, as far back as votes reach. */
  private readonly past: readonly Layer[];

  private constructor(chain: Chain, round: Round, layer: Layer, parent?: ReferenceModel) {
    this.chain = chain;
    this.number = round.header.number;
    this.hash = round.hash;
    this.layer = layer;
    this.times = [round.header.time, ...(parent?.times ?? [])].slice(0, 11);
    this.blocks = [...(parent?.blocks ?? []), round.header.ledgerHashes];
    this.past = [layer, ...(parent?.past ?? [])].slice(0, chain.params.votingPeriodRounds);
  }

  /**
   * D12, D17: 63,000,000,000 STR and 63,000,000 CCOS, 33 % to the market (allocations out of that), the rest to the
   * treasuries.
   */
  static genesis({ params, hash, round, market, allocations }: Genesis, crypto: Crypto): ReferenceModel {
    const chain = { params, genesisHash: hash, crypto, vm: new Vm() };
    const book = new Draft({ get: () => undefined });
    const scene: Scene = { chain, number: 0, nowSeconds: round.header.time, votingRound: undefined, after: () => book };
    const share = (supply: bigint): bigint => (supply * 33n) / 100n;
    const str = 63_000_000_000n * 100_000_000n;
    const ccos = 63_000_000n * 100_000_000n;
    const allocated = (token: string): bigint =>
      allocations.reduce((sum, one) => (one.token === token ? sum + one.amount : sum), 0n);
    setStr(book, scene, STR_TREASURY, str - share(str));
    give(sheet(book, ccosBalances, ''), CCOS_TREASURY, ccos - share(ccos));
    setStr(book, scene, market, share(str) - allocated('STR'));
    give(sheet(book, ccosBalances, ''), market, share(ccos) - allocated('CCOS'));
    for (const { account, token, amount } of allocations) {
      if (token === 'STR') setStr(book, scene, account, strOf(book, account) + amount);
      else if (token === 'CCOS') give(sheet(book, ccosBalances, ''), account, amount);
      else if (token === 'wSTR') give(sheet(book, wstrBalances, ''), account, amount);
      else give(sheet(book, mainTokens, `${token}/`), account, amount);
    }
    return new ReferenceModel(chain, round, Layer.genesis(book));
  }

  /** A stored value in the engine's shape. */
  get<V>(table: Table<V>, key: string): V | undefined {
    return this.layer.get(table, key);
  }

  keys(table: Table<unknown>): Set<string> {
    return this.layer.keys(table);
  }

  /** Sums over all balances, counted. */
  supply(): Sums {
    return sumOfAll(this, (table) => this.keys(table));
  }

  /** The median of the last n = min(11, rounds) rounds' times: `sorted[n >> 1]` (D8). */
  private medianTime(): number {
    const sorted = [...this.times].sort((x, y) => x - y);
    return sorted[sorted.length >> 1];
  }

  /** The state after a round on this one (D12's order), or why it cannot be. Linear in its transactions. */
  apply(round: Round): Applied | NotApplicable {
    const { params } = this.chain;
    const book = new Draft(this.layer);
    const number = this.number + 1;
    const scene: Scene = {
      chain: this.chain,
      number,
      nowSeconds: this.medianTime(),
      votingRound: openRounds(book, params, number).at(-1),
      after: (earlier) => this.past[this.number - earlier],
    };

    const effects = applyDueEffects(book, scene);
    const rewards = settleRewards(book, scene, this.hash);
    const treasury = strOf(book, STR_TREASURY);
    const subsidy = treasury / 4_194_304n;
    setStr(book, scene, STR_TREASURY, treasury - subsidy);

    const gasLimit = governed(book, params, 'gasLimitPerLedger');
    const gasUsed = LEDGERS.map(() => 0);
    const minted: Sums = new Map();
    const outcomes: Outcome[] = [];
    const succeeded: Transaction[] = [];
    let fees = 0n;
    for (const tx of round.transactions) {
      const at = LEDGERS.indexOf(tx.ledger);
      const intrinsic = intrinsicGas(tx);
      const invalid = invalidity(book, tx, intrinsic, gasLimit - BigInt(gasUsed[at]));
      if (invalid !== undefined) return { valid: false, index: outcomes.length, ...invalid };
      const outcome = this.execute(book, scene, tx, intrinsic, minted);
      gasUsed[at] += outcome.gas;
      fees += outcome.fee;
      outcomes.push(outcome);
      if (outcome.refusal === undefined) succeeded.push(tx);
    }

    const { miner } = round.header;
    setStr(book, scene, miner, strOf(book, miner) + fees + subsidy);
    noteRewards(book, succeeded);
    const model = new ReferenceModel(this.chain, round, this.layer.with(book), this);
    return {
      valid: true,
      model,
      outcomes,
      effects,
      rewards,
      subsidy,
      fees,
      gasUsed,
      gasLimit,
      minted,
      changes: book.changes(),
    };
  }

  /** One valid transaction: fee and nonce, its effects or none of them, and the unused gas back (D11). */
  private execute(book: Draft, scene: Scene, tx: Transaction, intrinsic: number, minted: Sums): Outcome {
    const { sender, gasLimit, gasPrice } = tx;
    setStr(book, scene, sender, strOf(book, sender) - BigInt(gasLimit) * gasPrice);
    setNonce(book, sender, accountOf(book, sender).nonce + 1);

    const effects = new Draft(book);
    const created: Sums = new Map();
    let gas = intrinsic;
    const useGas = (used: number): void => void (gas += used);
    const act: Act = { scene, book: effects, sender, id: tx.id, gas: gasLimit - intrinsic, useGas, mint: (asset, amount) => add(created, asset, amount) };
    const refusal = this.referenceHolds(tx) ? perform(act, tx.payload) : 'reference-not-found';
    const changed = refusal === undefined ? effects.changes() : [];
    if (refusal === undefined) {
      effects.writeTo(book);
      for (const [asset, amount] of created) add(minted, asset, amount);
    }

    setStr(book, scene, sender, strOf(book, sender) + BigInt(gasLimit - gas) * gasPrice);
    const touched = LEDGERS.filter(
      (ledger) => ledger !== tx.ledger && changed.some(({ table }) => table.ledger === ledger),
    );
    return { refusal, gas, fee: BigInt(gas) * gasPrice, touched, keys: touched.length > 0 ? changed : [] };
  }

  /** A reference must name a ledger block of an earlier round of this branch (D10). */
  private referenceHolds({ reference }: Transaction): boolean {
    return (
      reference === undefined || this.blocks[reference.number]?.[LEDGERS.indexOf(reference.ledger)] === reference.hash
    );
  }
}

/** What a payload does. Failures cost intrinsic gas, and what a contract used, and leave nothing (D11); legs are all or none (D21). */
function perform(act: Act, payload: Payload): Refusal {
  switch (payload.kind) {
    case 'transfer':
    case 'financial-public-transaction':
      return transfer(act, payload);
    case 'domain_register':
    case 'domain_renew':
    case 'domain_transfer':
    case 'domain_list':
    case 'domain_buy':
      return domain(act, payload);
    case 'nft_mint':
    case 'nft_transfer':
    case 'nft_list':
    case 'nft_buy':
      return nft(act, payload);
    case 'proposal':
      return propose(act, payload);
    case 'vote':
      return vote(act, payload);
    case 'execute_proposal':
      return executeProposal(act, payload);
    case 'bridge_lock':
      return lock(act, payload);
    case 'bridge_unlock':
      return unlock(act, payload);
    case 'bridge_mint':
      return mint(act, payload);
    case 'bridge_burn':
      return burn(act, payload);
    case 'bridge_refund':
      return refund(act, payload);
    case 'atomic': {
      const excluded = payload.legs.some(
        ({ kind }) => kind === 'atomic' || kind === 'shielded_transfer' || kind === 'financial-public-transaction' || kind.startsWith('contract_'),
      );
      if (excluded) return 'kind-not-allowed';
      for (const leg of payload.legs) {
        const refusal = perform(act, leg);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    }
    case 'contract_deploy':
    case 'contract_call':
      return contract(act, payload);
    case 'shielded_transfer':
      return shielded(act, payload);
  }
}
