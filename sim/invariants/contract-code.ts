/**
 * C6 code: a contract's code, creator and round never change, stored code is what its hash says, and only contracts have storage.
 *
 * Once per distinct round, of every contract, module and entry that it changed, whosesoever code it is. That calls run just this
 * code follows from there: nothing else leads to a module. Not checked: what the code does.
 */
import { codes, contracts, contractStorage, type Contract } from '../../engine/ledgers/tables.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { Table } from '../../engine/state/state.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

export const contractCode: InvariantFactory = ({ crypto }) => ({
  id: 'C6',
  title: 'a contract’s code never changes',
  roundExecuted(round, result, parent, report) {
    const at = roundText(round);
    const where = { round: round.index };
    const stored = (table: Table<unknown>, key: string): boolean => parent.get(table, key) !== undefined || result.delta.has(`${table.name}:${key}`);
    for (const { table, key, before, after } of result.delta.values()) {
      if (table.name === contracts.name) {
        report.evaluated();
        if (before !== undefined) report.violation(`contract ${key} as it was deployed, ${at}`, after === undefined ? 'gone' : 'changed', where);
        const code = (after as Contract | undefined)?.code ?? '';
        if (!stored(codes, code)) report.violation(`the code of contract ${key}, deployed in ${at}`, 'not stored', where);
      } else if (table.name === codes.name) {
        report.evaluated();
        const hash = after === undefined ? 'gone' : toHex(crypto.sha256(after as Uint8Array));
        if (hash !== key || before !== undefined) report.violation(`code ${key} as it was stored, ${at}`, before === undefined ? hash : 'changed', where);
      } else if (table.name === contractStorage.name) {
        const [account] = key.split('/');
        if (!stored(contracts, account)) report.violation(`no storage of ${account}, which is no contract, ${at}`, key, where);
      }
    }
  },
});
