/** Named figures of the tokens at the end of a run, for the summary. Amounts are decimal strings of base units. */
import type { ReceiptEvent } from '../../engine/chain/types.ts';
import { CCOS_SUPPLY, STR_SUPPLY } from '../../engine/params/params.ts';
import { CCOS_TREASURY, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { accounts, ccosBalances } from '../../engine/ledgers/tables.ts';
import type { StateReader } from '../../engine/state/state.ts';

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
  return {
    STR: {
      supply: String(STR_SUPPLY),
      treasury: String(state.get(accounts, STR_TREASURY)?.str ?? 0n),
      subsidies: String(subsidies),
      fees: String(fees),
    },
    CCOS: {
      supply: String(CCOS_SUPPLY),
      rewardPool: String(state.get(ccosBalances, CCOS_TREASURY) ?? 0n),
      rewarded: String(rewarded),
    },
  };
}
