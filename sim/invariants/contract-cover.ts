/**
 * C4 cover: the STR in a contract's account is at least what its storage says that it owes: the reserve of a pool, rewards of
 * staking, all that lies in escrow.
 *
 * Once per distinct round, of the contracts that it touched or paid. More than is owed is fine: anyone may pay a contract. In
 * escrow, what is open must also add up to the sum that the contract keeps. Tokens and NFTs owe no STR, and of a governance
 * contract all that it holds is its members'. Not checked: contracts of other code, whose debts nobody knows.
 */
import type { TemplateName } from '../../engine/starw/templates.ts';
import { letter, touchedContracts, u64, type TouchedContract } from './internal/contracts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

const [RESERVES, POOL, HELD, ESCROW] = ['r', 'g', 'h', 'e'].map(letter);
/** Where an open escrow's amount stands (escrow.ts). */
const AMOUNT = 60;

const OWED: Readonly<Partial<Record<TemplateName, (contract: TouchedContract) => bigint>>> = {
  dex: (contract) => u64(contract.after(RESERVES)),
  staking: (contract) => u64(contract.after(POOL), 8) + u64(contract.after(POOL), 16),
  escrow: (contract) => u64(contract.after(HELD)),
};

export const contractCover: InvariantFactory = () => ({
  id: 'C4',
  title: 'contracts hold the STR that they owe',
  roundExecuted(round, result, parent, report) {
    for (const contract of touchedContracts(result, parent)) {
      const owed = OWED[contract.template]?.(contract);
      if (owed === undefined) continue;
      report.evaluated();
      const at = `${contract.account} (${contract.template}) in ${roundText(round)}`;
      const where = { round: round.index };
      if (contract.str < owed) report.violation(`at least ${owed} STR base units in ${at}`, String(contract.str), where);
      if (contract.template !== 'escrow') continue;
      const [open, held] = [contract.growth(ESCROW, AMOUNT), contract.growth(HELD)];
      if (open !== held) report.violation(`escrows of ${at} that changed by ${held}, as their sum`, String(open), where);
    }
  },
});
