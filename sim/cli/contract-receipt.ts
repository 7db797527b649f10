/** What came of a transaction of the contract ledger, for people and programs: everything decoded that a description explains. */
import type { Receipt } from '../../engine/chain/types.ts';
import { VM_LIMITS } from '../../engine/params/vm.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { Abi, AbiField } from '../../engine/starw/abi.ts';
import { decodeEvent, decodeFields, decodeReason, rawTopic } from '../../engine/starw/abi-call.ts';
import type { AbiValue } from '../../engine/starw/abi-value.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import { grouped } from '../report/format.ts';
import { formatAmount } from '../scenario/units.ts';
import type { KnownContract } from './chain-file.ts';
import { accountText, type ContractNames } from './contract-accounts.ts';
import { PAINT } from './context.ts';

/** A value with its name, as text that the command line takes back. */
export interface Shown {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** An event of a contract, decoded where its description is known. */
export interface ShownEvent {
  /** Name or address of the contract that told it. */
  readonly contract: string;
  readonly topic: string;
  /** Undefined where no description explains it. */
  readonly values: readonly Shown[] | undefined;
  readonly data: string;
}

/** What a receipt says, decoded. */
export interface ShownReceipt {
  readonly status: Receipt['status'];
  readonly transaction: string;
  readonly gasUsed: number;
  readonly fee: string;
  /** Why it reverted, in the description's words; undefined where it did not, or nothing says what the reason means. */
  readonly reason: string | undefined;
  /** Undefined where it gave nothing, or no description explains it. */
  readonly values: readonly Shown[] | undefined;
  /** What the contract handed back, hex. */
  readonly output: string;
  readonly events: readonly ShownEvent[];
}

export const namesOf = (contracts: readonly KnownContract[]): ContractNames => new Map(contracts.map(({ name, address }) => [name, address]));

/** `outputs` of the function that was called, in the contract's own `abi`. */
export function showReceipt(receipt: Receipt, contracts: readonly KnownContract[], abi: Abi | undefined, outputs: readonly AbiField[] = []): ShownReceipt {
  const { status, transaction, gasUsed, fee, events, output } = receipt;
  const names = namesOf(contracts);
  const abiOf = (account: Account): Abi | undefined => contracts.find(({ address }) => address === account)?.abi?.abi;
  const decoded = status === 'success' && outputs.length > 0 ? decodeFields(outputs, output) : undefined;
  return {
    status, transaction, gasUsed,
    fee: formatAmount(fee),
    reason: status === 'reverted' && abi !== undefined ? decodeReason(abi, output) : undefined,
    values: decoded?.ok ? shownFields(outputs, decoded.value, names) : undefined,
    output: toHex(output),
    events: events.flatMap((event) => {
      if (event.type !== 'contract') return [];
      const known = abiOf(event.contract);
      const told = known === undefined ? undefined : decodeEvent(known, event.topic, event.data);
      const values = told?.ok ? shownFields(told.value.fields, told.value.values, names) : undefined;
      return [{ contract: accountText(event.contract, names), topic: rawTopic(event.topic), values, data: toHex(event.data) }];
    }),
  };
}

const shownFields = (fields: readonly AbiField[], values: readonly AbiValue[], names: ContractNames): Shown[] =>
  fields.map(({ name, type }, i) => ({ name, type, value: valueText(type, values[i], names) }));

/** As the command line would take it; what could move a terminal's cursor is shown as a dot. */
function valueText(type: string, value: AbiValue, names: ContractNames): string {
  if (type === 'address') return accountText(value as string, names);
  if (type === 'bytes' || type === 'bytes32') return `0x${String(value)}`;
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, '·');
}

const fieldsText = (values: readonly Shown[]): string => values.map(({ name, value }) => (name === '' ? value : `${name}: ${value}`)).join(', ');

/** `Transfer(from: alice, to: bob, amount: 10)`. */
export const eventText = ({ topic, values, data }: ShownEvent): string => (values === undefined ? `${topic} 0x${data}` : `${topic}(${fieldsText(values)})`);

/** Why a transaction failed, after its status: the reason of a revert. */
export const reasonText = ({ status, reason, output }: ShownReceipt): string =>
  status !== 'reverted' ? '' : reason ?? (output === '' ? 'no reason' : `reason 0x${output}`);

/** `head` stands behind the status. */
export function receiptLines(shown: ShownReceipt, head: string): string[] {
  const { status, transaction, gasUsed, fee, values, output, events } = shown;
  const success = status === 'success';
  const lines = [`${success ? PAINT.good('success') : PAINT.bad(status)}  ${[reasonText(shown), head].filter((text) => text !== '').join('  ')}`];
  // A receipt keeps the beginning of what was handed back.
  const cut = output.length === 2 * VM_LIMITS.receiptBytes ? ' …' : '';
  if (success && output !== '') lines.push(`Output    ${values === undefined ? `0x${output}${cut}` : fieldsText(values)}`);
  events.forEach((event, i) => lines.push(`${(i === 0 ? 'Events' : '').padEnd(10)}${eventText(event)}${PAINT.quiet(`  ${event.contract}`)}`));
  lines.push(`Gas       ${grouped(gasUsed)}, fee ${fee}`);
  lines.push(`Id        ${transaction}`);
  return lines;
}

/** For `--json`. */
export const receiptJson = ({ values, reason, events, ...rest }: ShownReceipt): object => ({
  ...rest,
  reason: reason ?? null,
  values: values ?? null,
  events: events.map((event) => ({ ...event, values: event.values ?? null })),
});
