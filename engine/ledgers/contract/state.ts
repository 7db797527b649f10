/** What contracts see and change: their code and storage on the contract ledger, STR on the main one, by one journal. */
import type { ContractCode, ContractState } from '../../starw/types.ts';
import type { Account } from '../../tx/transaction.ts';
import type { BalanceScope } from '../ledger.ts';
import { accountOf, moveStr, revertTo } from '../main/accounts.ts';
import { codes, contracts, contractStorage } from '../tables.ts';

export class LedgerContracts implements ContractState {
  private readonly scope: BalanceScope;
  // Mostly an entry is read and then written: the place's text is made, and hashed, once for both.
  private contract = '';
  private key = '';
  private place = '';

  constructor(scope: BalanceScope) {
    this.scope = scope;
  }

  codeOf(account: Account): ContractCode | undefined {
    const { journal } = this.scope;
    const contract = journal.get(contracts, account);
    return contract === undefined ? undefined : { hash: contract.code, bytes: journal.get(codes, contract.code)! };
  }

  storageGet(contract: Account, key: string): Uint8Array | undefined {
    return this.scope.journal.get(contractStorage, this.placeOf(contract, key));
  }

  storageSet(contract: Account, key: string, value: Uint8Array | undefined): void {
    this.scope.journal.set(contractStorage, this.placeOf(contract, key), value);
  }

  private placeOf(contract: Account, key: string): string {
    if (key === this.key && contract === this.contract) return this.place;
    this.contract = contract;
    this.key = key;
    return (this.place = `${contract}/${key}`);
  }

  balanceOf(account: Account): bigint {
    return accountOf(this.scope.journal, account).str;
  }

  transfer(from: Account, to: Account, amount: bigint): boolean {
    return moveStr(this.scope, from, to, amount) === undefined;
  }

  mark(): number {
    return this.scope.journal.mark();
  }

  revert(mark: number): void {
    revertTo(this.scope, mark);
  }
}
