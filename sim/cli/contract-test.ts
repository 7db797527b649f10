/** Running test files for contracts: every case on a chain of its own, every step a real transaction in a round of its own. */
import type { Receipt } from '../../engine/chain/types.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import type { Abi, AbiField } from '../../engine/starw/abi.ts';
import { decodeEvent, decodeFields, encodeCall, encodeDeploy, functionOf, parseArguments, type CallError } from '../../engine/starw/abi-call.ts';
import { parseValue, type AccountNames } from '../../engine/starw/abi-value.ts';
import { Vm } from '../../engine/starw/execute.ts';
import type { Account, Payload } from '../../engine/tx/transaction.ts';
import { formatAmount } from '../scenario/units.ts';
import { suggest, type Place } from '../scenario/problem.ts';
import { grouped } from '../report/format.ts';
import type { KnownContract } from './chain-file.ts';
import { accountNames, type TestAccount } from './contract-accounts.ts';
import { GAS_DEFAULT, LocalChain, localGenesis, passTime } from './contract-chain.ts';
import { eventText, namesOf, reasonText, showReceipt, type ShownReceipt } from './contract-receipt.ts';
import { amountOf, callErrorLines, signerOf, type Wrong } from './contract-send.ts';
import type { Expected, TestCase, TestContract, TestFile, TestStep } from './contract-test-file.ts';
import { transactionErrorText } from './refusal-text.ts';

/** A step that did not go as written. */
export interface Failure {
  readonly place: Place;
  readonly step: string;
  readonly problem: string;
}

/** What came of a case. */
export interface CaseResult {
  readonly name: string;
  readonly failure: Failure | undefined;
  /** Steps that ran, the setup included. */
  readonly steps: number;
  readonly gasUsed: number;
}

/** What went wrong in a step; ends its case. */
class Unexpected extends Error {}
const unexpected = (problem: string): never => {
  throw new Unexpected(problem);
};

/** All cases of a file, in order. */
export function runTests({ contracts, cases }: TestFile): CaseResult[] {
  const [genesis, vm] = [localGenesis(), new Vm()];
  return cases.map((one) => new CaseRun(contracts, new LocalChain(genesis, vm)).run(one));
}

class CaseRun {
  private readonly sources: ReadonlyMap<string, TestContract>;
  private readonly chain: LocalChain;
  private readonly deployed: KnownContract[] = [];
  /** STR that each signer has spent on gas. */
  private readonly fees = new Map<Account, bigint>();
  private gasUsed = 0;

  constructor(sources: ReadonlyMap<string, TestContract>, chain: LocalChain) {
    this.sources = sources;
    this.chain = chain;
  }

  run({ name, steps }: TestCase): CaseResult {
    let done = 0;
    for (const step of steps) {
      const failure = this.attempt(step);
      if (failure !== undefined) return { name, failure, steps: done, gasUsed: this.gasUsed };
      done++;
    }
    return { name, failure: undefined, steps: done, gasUsed: this.gasUsed };
  }

  private attempt({ what, place }: TestStep): Failure | undefined {
    try {
      this.step(what);
      return undefined;
    } catch (error) {
      if (error instanceof Unexpected) return { place, step: titleOf(what), problem: error.message };
      throw error;
    }
  }

  private get accounts(): AccountNames {
    return accountNames(namesOf(this.deployed));
  }

  private step(what: Expected): void {
    if (what.wait !== undefined) {
      const problem = passTime(this.chain, what.wait);
      if (problem !== undefined) unexpected(`${problem}; write \`7d\`, \`90s\` or \`12 rounds\``);
    } else if (what.balance !== undefined) this.balance(what.balance, what.is!);
    else if (what.deploy !== undefined) this.deploy(what.deploy, what);
    else this.call(what.call!, what);
  }

  private balance(of: string, is: string): void {
    const account = sure(this.accounts(of));
    const [expected, found] = [sure(amountOf(is)), accountOf(this.chain.state, account).str + (this.fees.get(account) ?? 0n)];
    if (found !== expected) unexpected(`expected ${formatAmount(expected)}, found ${formatAmount(found)}`);
  }

  private deploy(of: string, what: Expected): void {
    const source = this.sources.get(of) ?? unexpected(`no contract is called \`${of}\`: ${suggest(of, [...this.sources.keys()])}`);
    const name = what.as ?? of;
    if (this.accounts(name).ok) unexpected(`somebody is called \`${name}\` already: add \`as: …\``);
    const abi = source.abi?.abi;
    const args = what.args ?? [];
    if (abi === undefined && args.length > 0) unexpected('nothing describes its arguments: add `abi: FILE` to the contract');
    const input = abi === undefined ? new Uint8Array(0) : this.encoded(args, abi, undefined);
    const receipt = this.send(what, (value) => ({ kind: 'contract_deploy', module: source.module, value, input }), false);
    const told = receipt.events.find((event) => event.type === 'deployed');
    if (told !== undefined) this.deployed.push({ address: told.contract, name, abi: source.abi === undefined ? undefined : { abi: source.abi.abi, document: undefined } });
    this.judge(receipt, what, abi, []);
  }

  private call(of: string, what: Expected): void {
    const dot = of.indexOf('.');
    const [whom, name] = [of.slice(0, dot), of.slice(dot + 1)];
    if (dot <= 0) unexpected('write `call: contract.function`');
    const known = this.deployed.find((contract) => contract.name === whom) ?? unexpected(`no contract \`${whom}\` is deployed: ${suggest(whom, this.deployed.map((contract) => contract.name))}`);
    const { abi } = known.abi ?? unexpected(`nothing describes \`${whom}\`: add \`abi: FILE\` to the contract`);
    const called = functionOf(abi, name);
    if (!called.ok) return unexpected(callError(called.error));
    const input = this.encoded(what.args ?? [], abi, name);
    const receipt = this.send(what, (value) => ({ kind: 'contract_call', contract: known.address, value, input }), called.value.view);
    this.judge(receipt, what, abi, called.value.outputs);
  }

  private encoded(args: readonly string[], abi: Abi, name: string | undefined): Uint8Array {
    const values = parseArguments(abi, name, args, this.accounts);
    const input = !values.ok ? values : name === undefined ? encodeDeploy(abi, values.value) : encodeCall(abi, name, values.value);
    return input.ok ? input.value : unexpected(callError(input.error));
  }

  /** A view is only asked: it takes no round, and nobody pays for it. */
  private send({ from, value, gasLimit = GAS_DEFAULT }: Expected, payload: (value: bigint) => Payload, view: boolean): Receipt {
    const signer: TestAccount = sure(signerOf(from ?? 'alice', this.accounts));
    const result = this.chain.send(signer, payload(sure(amountOf(value ?? '0'))), { gasLimit, gasPrice: 1n }, view ? 'tried' : 'kept');
    if (!('receipt' in result)) return unexpected(`no round takes it: ${transactionErrorText(result)}`);
    const { receipt } = result;
    if (view) return receipt;
    this.fees.set(signer.account, (this.fees.get(signer.account) ?? 0n) + receipt.fee);
    this.gasUsed += receipt.gasUsed;
    return receipt;
  }

  private judge(receipt: Receipt, what: Expected, abi: Abi | undefined, outputs: readonly AbiField[]): void {
    const shown = showReceipt(receipt, this.deployed, abi, outputs);
    judgeStatus(shown, what);
    if (what.output !== undefined) this.judgeOutput(receipt, shown, what.output, outputs);
    if (what.events !== undefined) this.judgeEvents(receipt, shown, what.events);
    if (what.gas !== undefined) judgeGas(receipt.gasUsed, what.gas);
  }

  private judgeOutput({ output }: Receipt, shown: ShownReceipt, expected: string | readonly string[], outputs: readonly AbiField[]): void {
    const list = typeof expected === 'string' ? [expected] : expected;
    const found = decodeFields(outputs, output);
    if (!found.ok) return unexpected(`its output 0x${shown.output} is not what its description says`);
    const same = list.length === outputs.length && outputs.every((field, i) => this.same(field, list[i], found.value[i]));
    if (!same) unexpected(`expected output ${list.join(', ')}, got ${shown.values?.map(({ value }) => value).join(', ') ?? 'none'}`);
  }

  private judgeEvents({ events }: Receipt, shown: ShownReceipt, expected: readonly (readonly string[])[]): void {
    const told = events.flatMap((event) => (event.type === 'contract' ? [event] : []));
    const same = told.length === expected.length && told.every(({ contract, topic, data }, i) => {
      const abi = this.deployed.find(({ address }) => address === contract)?.abi?.abi;
      const event = abi === undefined ? undefined : decodeEvent(abi, topic, data);
      if (event?.ok !== true) return false;
      const [name, ...values] = expected[i];
      const { fields } = event.value;
      return event.value.topic === name && values.length === fields.length && fields.every((field, k) => this.same(field, values[k], event.value.values[k]));
    });
    const text = expected.map(([name, ...values]) => `${name}(${values.join(', ')})`).join(' ') || 'none';
    if (!same) unexpected(`expected events ${text}, told were ${shown.events.map(eventText).join(' ') || 'none'}`);
  }

  private same({ type }: AbiField, text: string, value: unknown): boolean {
    return sure(parseValue(type, text, this.accounts)) === value;
  }
}

function judgeStatus(shown: ShownReceipt, { reverts, fails }: Expected): void {
  const found = shown.status === 'reverted' ? `it reverted: ${reasonText(shown)}` : shown.status === 'success' ? 'it succeeded' : `it failed: ${shown.status}`;
  if (reverts !== undefined && (shown.status !== 'reverted' || reasonText(shown) !== reverts)) unexpected(`expected it to revert: ${reverts}, but ${found}`);
  if (fails !== undefined && shown.status !== fails) unexpected(`expected it to fail: ${fails}, but ${found}`);
  if (reverts === undefined && fails === undefined && shown.status !== 'success') unexpected(found);
}

function judgeGas(used: number, bounds: NonNullable<Expected['gas']>): void {
  const { min = 0, max = Number.POSITIVE_INFINITY } = typeof bounds === 'number' ? { min: bounds, max: bounds } : bounds;
  if (used >= min && used <= max) return;
  unexpected(`it used ${grouped(used)} gas, where ${typeof bounds === 'number' ? grouped(bounds) : [bounds.min === undefined ? '' : `at least ${grouped(min)}`, bounds.max === undefined ? '' : `at most ${grouped(max)}`].filter(Boolean).join(' and ')} was expected`);
}

const titleOf = ({ deploy, call, wait, balance }: Expected): string => (deploy !== undefined ? `deploy ${deploy}` : call !== undefined ? `call ${call}` : wait !== undefined ? `wait ${wait}` : `balance of ${balance}`);

const callError = (error: CallError): string => callErrorLines(error).map((line) => line.trim()).join('; ');

function sure<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Pick<Wrong, 'problem' | 'mend'> }): T {
  return result.ok ? result.value : unexpected(`${result.error.problem}; ${result.error.mend}`);
}
