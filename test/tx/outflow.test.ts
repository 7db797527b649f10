/** What a pool reserves beyond the fee: every STR that a payload may take from its sender (D11 › Admission). */
import { expect, test } from 'vitest';
import { KINDS, type Kind } from '../../engine/tx/kinds.ts';
import { maximalStrOutflow } from '../../engine/tx/outflow.ts';
import type { Payload } from '../../engine/tx/transaction.ts';

const DOMAIN_FEE = 900n;
const to = 'ab'.repeat(20);
const none = new Uint8Array(0);

/** Payloads whose execution takes STR besides the fee, and how much. */
const TAKES: readonly (readonly [Payload, bigint])[] = [
  [{ kind: 'transfer', token: 'STR', to, amount: 5n }, 5n],
  [{ kind: 'transfer', token: 'CCOS', to, amount: 5n }, 0n],
  [{ kind: 'financial-public-transaction', to, amount: 6n }, 6n],
  [{ kind: 'domain_register', name: 'a' }, DOMAIN_FEE],
  [{ kind: 'domain_renew', name: 'a' }, DOMAIN_FEE],
  [{ kind: 'domain_buy', name: 'a', seller: to, price: 7n }, 7n],
  [{ kind: 'nft_buy', nft: 'cd'.repeat(32), seller: to, price: 8n }, 8n],
  [{ kind: 'bridge_lock', foreignChain: 1, recipient: 'x', amount: 9n }, 9n],
  [{ kind: 'contract_deploy', module: none, value: 10n, input: none }, 10n],
  [{ kind: 'contract_call', contract: to, value: 11n, input: none }, 11n],
  [{ kind: 'atomic', legs: [{ kind: 'transfer', token: 'STR', to, amount: 3n }, { kind: 'domain_register', name: 'a' }] }, 3n + DOMAIN_FEE],
];
/** Kinds that take no STR but the fee; `shielded_transfer` takes its deposit (test/zk). */
const FREE: readonly Kind[] = [
  'domain_transfer', 'domain_list', 'nft_mint', 'nft_transfer', 'nft_list', 'proposal', 'vote', 'execute_proposal', 'bridge_unlock', 'bridge_mint',
  'bridge_burn', 'bridge_refund', 'shielded_transfer',
];

test.each(TAKES.map(([payload, amount]) => [payload.kind, payload, amount] as const))('%s', (_, payload, amount) => {
  expect(maximalStrOutflow(payload, DOMAIN_FEE)).toBe(amount);
});

test('no kind is forgotten', () => {
  expect([...new Set([...TAKES.map(([{ kind }]) => kind), ...FREE])].sort()).toEqual([...KINDS].sort());
});
