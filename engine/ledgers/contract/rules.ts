/**
 * CONTRACT LEDGER: deploying a WebAssembly module, and calling it (SMART CONTRACT PLATFORM; D32). What the VM uses comes
 * on top of the intrinsic gas, whether the operation succeeds or not.
 */
import type { FailureCode } from '../../chain/types.ts';
import type { Crypto } from '../../crypto/crypto.ts';
import { VM_LIMITS } from '../../params/vm.ts';
import { concat, fromHex, toHex, utf8 } from '../../primitives/bytes.ts';
import { checkContract } from '../../starw/gate.ts';
import { meterModule } from '../../starw/meter.ts';
import type { Outcome } from '../../starw/types.ts';
import type { Account, Hash } from '../../tx/transaction.ts';
import { defineLedger, type Operation } from '../ledger.ts';
import { codes, contracts } from '../tables.ts';
import { LedgerContracts } from './state.ts';

export const contractRules = defineLedger('contract', {
  contract_deploy({ module, value, input }, operation) {
    const { crypto, journal, round, sender, transaction } = operation;
    const code = toHex(crypto.sha256(module));
    if (journal.get(codes, code) === undefined) {
      if (!mayBeDeployed(module)) return 'module-refused';
      journal.set(codes, code, module);
    }
    const contract = contractAddress(transaction, crypto);
    journal.set(contracts, contract, { code, creator: sender, round });
    operation.emit({ type: 'deployed', contract, code });
    return run(operation, contract, value, input, 'deploy');
  },
  contract_call: ({ contract, value, input }, operation) => run(operation, contract, value, input, 'call'),
});

function mayBeDeployed(module: Uint8Array): boolean {
  const checked = checkContract(module);
  return checked.ok && meterModule(checked.value).ok;
}

const ADDRESS_DOMAIN = utf8('stratus-contract');

/** The account of a contract that this transaction deploys: the first 20 bytes of sha256("stratus-contract" ‖ id) (assumption). */
export const contractAddress = (transaction: Hash, crypto: Crypto): Account =>
  toHex(crypto.sha256(concat(ADDRESS_DOMAIN, fromHex(transaction))).subarray(0, 20));

function run(operation: Operation, contract: Account, value: bigint, input: Uint8Array, entry: 'call' | 'deploy'): FailureCode | undefined {
  const { emit, now, round, sender, vm } = operation;
  const call = { contract, caller: sender, value, input, gas: operation.gasLeft };
  const outcome = vm.execute(new LedgerContracts(operation), { round, time: now }, call, entry);
  operation.useGas(outcome.gasUsed);
  if (outcome.status === 'ok') {
    for (const event of outcome.events) emit({ type: 'contract', ...event });
    operation.giveBack(outcome.output.subarray(0, VM_LIMITS.receiptBytes));
    return undefined;
  }
  if (outcome.status === 'reverted') operation.giveBack(outcome.reason.subarray(0, VM_LIMITS.receiptBytes));
  return failureOf(outcome);
}

function failureOf(outcome: Exclude<Outcome, { status: 'ok' }>): FailureCode {
  if (outcome.status === 'reverted') return 'reverted';
  if (outcome.status === 'trapped') return outcome.fault;
  return REFUSED[outcome.why];
}

const REFUSED = {
  'no-contract': 'not-found',
  'no-entry': 'module-refused',
  'not-covered': 'value-not-covered',
  'input-size': 'input-size',
} as const satisfies Record<Extract<Outcome, { status: 'refused' }>['why'], FailureCode>;
