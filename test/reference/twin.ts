/** The engine and the reference model side by side, on the same rounds. */
import { executeRound, type ExecutedState, type RoundContext } from '../../engine/chain/execute.ts';
import { medianTime } from '../../engine/chain/median-time.ts';
import type { ReceiptEvent, Round } from '../../engine/chain/types.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { diffDelta } from '../../sim/invariants/reference/compare.ts';
import { ReferenceModel, type Applied } from '../../sim/invariants/reference/model.ts';
import { crypto, TestChain, type ChainOptions } from '../helpers/fixtures.ts';

/** What both say of a round, in the same words. */
export interface Told {
  readonly statuses: readonly string[];
  readonly gas: readonly number[];
  readonly fees: readonly bigint[];
  readonly touched: readonly string[];
  readonly settlements: readonly string[];
  readonly subsidy: bigint;
  readonly gasUsed: readonly number[];
}

function settlementText(event: ReceiptEvent): string[] {
  if (event.type === 'executed') return [`${event.proposal} ${event.outcome}`];
  if (event.type === 'ccos-reward') return [`${event.transaction} ${event.to} ${event.bps} ${event.amount}`];
  return [];
}

export const toldByEngine = ({ receipts, settlements, subsidy, gasUsed }: ExecutedState): Told => ({
  statuses: receipts.map(({ status }) => (status === 'success' ? 'success' : 'failed')),
  gas: receipts.map((receipt) => receipt.gasUsed),
  fees: receipts.map(({ fee }) => fee),
  touched: receipts.map(({ touched }) => touched.join(' ')),
  settlements: settlements.flatMap(settlementText),
  subsidy,
  gasUsed,
});

export const toldByModel = ({ outcomes, effects, rewards, subsidy, gasUsed }: Applied): Told => ({
  statuses: outcomes.map(({ refusal }) => (refusal === undefined ? 'success' : 'failed')),
  gas: outcomes.map(({ gas }) => gas),
  fees: outcomes.map(({ fee }) => fee),
  touched: outcomes.map(({ touched }) => touched.join(' ')),
  settlements: [
    ...effects.map(({ proposal, outcome }) => `${proposal} ${outcome}`),
    ...rewards.map(({ transaction, to, bps, amount }) => `${transaction} ${to} ${bps} ${amount}`),
  ],
  subsidy,
  gasUsed,
});

export interface Both {
  readonly executed: ExecutedState;
  readonly applied: Applied;
}

/** A chain whose every round the model follows; `median` is *now* by the engine's own rule. */
export class Twin extends TestChain {
  readonly models: ReferenceModel[];

  constructor(options: ChainOptions = {}) {
    super(options);
    this.models = [ReferenceModel.genesis(this.genesis, crypto)];
  }

  override context(miner?: string): RoundContext {
    return { ...super.context(miner), nowSeconds: medianTime(this.rounds.map(({ header }) => header.time).reverse()) };
  }

  /**
   * The verdict of both on a round of these transactions, which is appended where both accept it. `seconds`: after the
   * parent.
   */
  both(
    transactions: readonly Transaction[],
    seconds = 30,
    miner?: string,
  ): Both | { readonly engine: string; readonly model: string } {
    const context = this.context(miner);
    const result = executeRound(this.environment, context, this.state, transactions);
    if (result.ok)
      this.append(
        { ...context, nowSeconds: this.rounds.at(-1)!.header.time + seconds - 1 },
        result.value,
        transactions,
      );
    const round = result.ok ? this.rounds.at(-1)! : this.unexecuted(transactions, context.miner);
    const applied = this.models.at(-1)!.apply(round);
    if (applied.valid && result.ok) {
      this.models.push(applied.model);
      return { executed: result.value, applied };
    }
    const engine = result.ok
      ? 'valid'
      : result.error.code === 'transaction'
        ? `${result.error.index} ${result.error.error.code}`
        : result.error.code;
    return { engine, model: applied.valid ? 'valid' : `${applied.index} ${applied.code}` };
  }

  /** What differs in what a round stored; empty where they agree. */
  differences({ executed, applied }: Both): ReturnType<typeof diffDelta> {
    return diffDelta(applied, executed.delta, this.models.at(-2)!);
  }

  private unexecuted(transactions: readonly Transaction[], miner: string): Round {
    const { header, ledgers } = this.rounds.at(-1)!;
    return { hash: '', header: { ...header, number: header.number + 1, miner }, ledgers, transactions };
  }
}
