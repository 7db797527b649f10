/** Figures of the tokens: both treasuries after each round, reward rates, and the totals at the end. Amounts are decimal strings of base units. */
import type { ReceiptEvent } from '../../engine/chain/types.ts';
import { CCOS_SUPPLY, STR_SUPPLY } from '../../engine/params/params.ts';
import { CCOS_TREASURY, SHIELDED_POOL, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { accounts, ccosBalances, type AccountState } from '../../engine/ledgers/tables.ts';
import type { Delta, StateReader } from '../../engine/state/state.ts';
import { stateKey } from '../../engine/state/table.ts';
import type { RoundRow } from '../trace/events.ts';
import type { HistogramRow } from '../trace/record.ts';

const STR_KEY = stateKey(accounts, STR_TREASURY);
const CCOS_KEY = stateKey(ccosBalances, CCOS_TREASURY);

/** Both treasuries after each executed round, on its own branch. */
export class Treasuries {
  /** By round. */
  private readonly str: string[];
  private readonly ccos: string[];

  constructor(genesis: StateReader) {
    this.str = [String(genesis.get(accounts, STR_TREASURY)?.str ?? 0n)];
    this.ccos = [String(genesis.get(ccosBalances, CCOS_TREASURY) ?? 0n)];
  }

  /** Parents come before their children. */
  executed(round: number, parent: number, delta: Delta): void {
    const str = delta.get(STR_KEY);
    const ccos = delta.get(CCOS_KEY);
    this.str[round] = str === undefined ? this.str[parent] : String((str.after as AccountState | undefined)?.str ?? 0n);
    this.ccos[round] = ccos === undefined ? this.ccos[parent] : String((ccos.after as bigint | undefined) ?? 0n);
  }

  after(round: number): Pick<RoundRow, 'treasury' | 'rewardPool'> {
    return this.str[round] === undefined ? {} : { treasury: this.str[round], rewardPool: this.ccos[round] };
  }
}

/** How many rewards were paid at which rate (D13), one bucket per basis point that occurred. */
export function rewardRates(settlements: readonly (readonly ReceiptEvent[])[]): HistogramRow {
  const counts = new Map<number, number>();
  for (const event of settlements.flat()) if (event.type === 'ccos-reward') counts.set(event.bps, (counts.get(event.bps) ?? 0) + 1);
  const lower = [...counts.keys()].sort((x, y) => x - y);
  return { name: 'ccos.reward.rate', labels: {}, unit: 'bps', lower, counts: lower.map((bps) => counts.get(bps)!) };
}

export function tokenFigures(
  state: StateReader,
  settlements: readonly (readonly ReceiptEvent[])[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  let rewarded = 0n;
  let subsidies = 0n;
  let fees = 0n;
  for (const event of settlements.flat()) {
    if (event.type === 'ccos-reward') rewarded += event.amount;
    if (event.type === 'subsidy') {
      subsidies += event.subsidy;
      fees += event.fees;
    }
  }
  const shielded = state.get(accounts, SHIELDED_POOL)?.str ?? 0n;
  return {
    STR: {
      supply: String(STR_SUPPLY),
      treasury: String(state.get(accounts, STR_TREASURY)?.str ?? 0n),
      subsidies: String(subsidies),
      fees: String(fees),
      ...(shielded > 0n && { shielded: String(shielded) }),
    },
    CCOS: {
      supply: String(CCOS_SUPPLY),
      rewardPool: String(state.get(ccosBalances, CCOS_TREASURY) ?? 0n),
      rewarded: String(rewarded),
    },
  };
}
