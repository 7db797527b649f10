import { toHex } from '../primitives/bytes.ts';
import type { Account } from '../tx/transaction.ts';
import type { ContractCode, ContractState } from './types.ts';

/** A state in maps, with an undo list: for running contracts outside a chain. */
export class MemoryState implements ContractState {
  readonly codes = new Map<Account, ContractCode>();
  /** By `contract/key`. */
  readonly storage = new Map<string, Uint8Array>();
  readonly balances = new Map<Account, bigint>();
  private readonly undo: (() => void)[] = [];
  // Mostly an entry is read and then written: the place's text is made, and hashed, once for both.
  private contract = '';
  private key = '';
  private place = '';

  codeOf(contract: Account): ContractCode | undefined {
    return this.codes.get(contract);
  }

  storageGet(contract: Account, key: string): Uint8Array | undefined {
    return this.storage.get(this.placeOf(contract, key));
  }

  storageSet(contract: Account, key: string, value: Uint8Array | undefined): void {
    this.change(this.storage, this.placeOf(contract, key), value);
  }

  balanceOf(of: Account): bigint {
    return this.balances.get(of) ?? 0n;
  }

  transfer(from: Account, to: Account, amount: bigint): boolean {
    if (this.balanceOf(from) < amount) return false;
    this.change(this.balances, from, this.balanceOf(from) - amount);
    this.change(this.balances, to, this.balanceOf(to) + amount);
    return true;
  }

  mark(): number {
    return this.undo.length;
  }

  revert(mark: number): void {
    while (this.undo.length > mark) this.undo.pop()!();
  }

  /** What was written so far can no longer be undone. */
  settle(): void {
    this.undo.length = 0;
  }

  /** Storage and balances as text, in a fixed order. */
  image(): string {
    return [...[...this.storage].map(([key, value]) => `${key}=${toHex(value)}`), ...[...this.balances].map(([key, value]) => `${key}:${value}`)].sort((x, y) => (x < y ? -1 : 1)).join('\n');
  }

  private placeOf(contract: Account, key: string): string {
    if (key === this.key && contract === this.contract) return this.place;
    this.contract = contract;
    this.key = key;
    return (this.place = `${contract}/${key}`);
  }

  private change<V>(map: Map<string, V>, key: string, value: V | undefined): void {
    const before = map.get(key);
    this.undo.push(() => void (before === undefined ? map.delete(key) : map.set(key, before)));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}
