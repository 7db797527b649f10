/**
 * C5 votes in governance contracts: what was counted on a proposal is what its members voted, each once and for good, and the
 * weight of all is that of the members.
 *
 * Once per distinct round, of the contracts that it touched. Not checked: whether a proposal that passed is executed (anybody
 * may, nobody must), and what it then does, which is checked where it is done. Stratus's own governance: L15.
 */
import { letter, touchedContracts, u64 } from './internal/contracts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

const [TOTALS, MEMBER, PROPOSAL, VOTE] = ['g', 'm', 'p', 'v'].map(letter);
/** Places in a proposal's entry, and in the totals (governance.ts); numbers in keys are 8 bytes. */
const AT = { inFavour: 24, against: 32, executed: 40, weight: 8 } as const;
const ID_END = 2 + 16;

export const contractVotes: InvariantFactory = () => ({
  id: 'C5',
  title: 'proposals of governance contracts count each member’s vote once',
  roundExecuted(round, result, parent, report) {
    for (const contract of touchedContracts(result, parent)) {
      if (contract.template !== 'governance') continue;
      report.evaluated();
      const at = `${contract.account} in ${roundText(round)}`;
      const where = { round: round.index };
      const [members, total] = [contract.growth(MEMBER), contract.growth(TOTALS, AT.weight)];
      if (members !== total) report.violation(`weights of ${at} that changed by ${total}, as their sum`, String(members), where);

      const cast = new Map<string, { inFavour: bigint; against: bigint }>();
      for (const { key, before, after } of contract.entries) {
        if (!key.startsWith(VOTE)) continue;
        if (before !== undefined || after === undefined) report.violation(`a vote ${key} of ${at} that is cast once`, 'changed', where);
        const id = key.slice(2, ID_END);
        const { inFavour, against } = cast.get(id) ?? { inFavour: 0n, against: 0n };
        const weight = u64(after, 8);
        cast.set(id, u64(after) === 1n ? { inFavour: inFavour + weight, against } : { inFavour, against: against + weight });
      }
      for (const { key, before, after } of contract.entries) {
        if (!key.startsWith(PROPOSAL)) continue;
        const id = key.slice(2);
        const told = cast.get(id);
        cast.delete(id);
        const counted = `${u64(after, AT.inFavour) - u64(before, AT.inFavour)} for, ${u64(after, AT.against) - u64(before, AT.against)} against`;
        const voted = `${told?.inFavour ?? 0n} for, ${told?.against ?? 0n} against`;
        if (counted !== voted) report.violation(`${voted} more on proposal ${id} of ${at}, as its members voted`, counted, where);
        if (u64(before, AT.executed) > u64(after, AT.executed)) report.violation(`proposal ${id} of ${at} executed for good`, 'not executed', where);
      }
      for (const id of cast.keys()) report.violation(`proposal ${id} of ${at} counts what was voted`, 'unchanged', where);
    }
  },
});
