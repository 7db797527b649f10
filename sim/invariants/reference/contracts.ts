/**
 * Contracts in the model's books. The VM is the engine's own (an interpreter beside it is what its tests compare it
 * with), in an instance of the model's; what is deployed, paid, stored, undone and charged around it is the model's.
 */
import { concat, fromHex, toHex, utf8 } from '../../../engine/primitives/bytes.ts';
import { codes, contracts, contractStorage } from '../../../engine/ledgers/tables.ts';
import { checkContract } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import type { ContractState } from '../../../engine/starw/types.ts';
import type { Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal } from './act.ts';
import { Draft } from './layers.ts';
import { move, strOf } from './transfers.ts';

type Operation = Extract<Payload, { kind: 'contract_deploy' | 'contract_call' }>;

export function contract(act: Act, operation: Operation): Refusal {
  const { book, id, scene, sender } = act;
  const { crypto } = scene.chain;
  let target: string;
  if (operation.kind === 'contract_deploy') {
    const { module } = operation;
    const checked = checkContract(module);
    if (!checked.ok || !meterModule(checked.value).ok) return 'module-refused';
    const code = toHex(crypto.sha256(module));
    target = toHex(crypto.sha256(concat(utf8('stratus-contract'), fromHex(id)))).slice(0, 40);
    book.set(codes, code, module);
    book.set(contracts, target, { code, creator: sender, round: scene.number });
  } else target = operation.contract;

  const drafts = [new Draft(book)];
  const top = (): Draft => drafts[drafts.length - 1];
  const state: ContractState = {
    codeOf(account) {
      const found = top().get(contracts, account);
      return found && { hash: found.code, bytes: top().get(codes, found.code)! };
    },
    storageGet: (account, key) => top().get(contractStorage, `${account}/${key}`),
    storageSet: (account, key, value) => top().set(contractStorage, `${account}/${key}`, value),
    balanceOf: (account) => strOf(top(), account),
    transfer: (from, to, amount) => move({ ...act, book: top() }, 'STR', from, to, amount) === undefined,
    mark: () => drafts.push(new Draft(top())) - 1,
    revert: (mark) => void (drafts.length = mark),
  };
  const { value, input } = operation;
  const call = { contract: target, caller: sender, value, input, gas: act.gas };
  const entry = operation.kind === 'contract_deploy' ? 'deploy' : 'call';
  const outcome = scene.chain.vm.execute(state, { round: scene.number, time: scene.nowSeconds }, call, entry);
  act.useGas(outcome.gasUsed);
  switch (outcome.status) {
    case 'ok':
      for (let i = drafts.length - 1; i > 0; i--) drafts[i].writeTo(drafts[i - 1]);
      drafts[0].writeTo(book);
      return undefined;
    case 'reverted':
      return 'reverted';
    case 'trapped':
      return outcome.fault;
    case 'refused':
      return { 'no-contract': 'not-found', 'no-entry': 'module-refused', 'not-covered': 'value-not-covered', 'input-size': 'input-size' }[outcome.why] as Refusal;
  }
}
