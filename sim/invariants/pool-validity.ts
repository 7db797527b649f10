/**
 * M1 pool validity: pooled transactions are valid on the head in their nonce sequence.
 *
 * At checkpoints, at the isolated nodes and at four others in turn, each pooled transaction is rechecked against the node's
 * state by this file's own code: chain, price, gas, size; per sender nonces from the account's on, at most 1,000 ahead, each
 * once; values and maximal fees together covered (D11). Of each pool, four in turn have id and signature checked again. Not
 * checked: rules of execution, since what fails pays its fee and is valid all the same.
 */
import { CHAIN_ID, LIMITS } from '../../engine/params/params.ts';
import { concat, fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { accounts } from '../../engine/ledgers/tables.ts';
import { maximalStrOutflow } from '../../engine/tx/outflow.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { InvariantFactory, NodeFacts, Reporter, RunFacts } from './invariant.ts';

/** Nodes per checkpoint besides the isolated ones, and signatures per pool. */
const NODES = 4;
const SIGNATURES = 4;
const SIGNATURE_BYTES = 64;

/** What is wrong with a transaction by itself, as expected and seen. */
function malformed(tx: Transaction, txBytesMax: number): readonly [expected: string, seen: string] | undefined {
  if (tx.chainId !== CHAIN_ID) return [`chain ${CHAIN_ID}`, `chain ${tx.chainId}`];
  if (tx.bytes.length > txBytesMax) return [`at most ${txBytesMax} bytes`, `${tx.bytes.length} bytes`];
  if (tx.gasPrice < 1n) return ['a gas price of at least 1', `gas price ${tx.gasPrice}`];
  if (tx.gasLimit < tx.intrinsicGas) return [`a gas limit of at least ${tx.intrinsicGas}`, `gas limit ${tx.gasLimit}`];
  return undefined;
}

/** Id and signature once more, by D3 and D4: the digest covers the genesis hash and everything before the signature. */
function unsigned(tx: Transaction, facts: RunFacts): readonly [expected: string, seen: string] | undefined {
  const { crypto, genesis } = facts;
  const id = toHex(crypto.sha256(tx.bytes));
  if (id !== tx.id) return [`id ${id}`, `id ${tx.id}`];
  const digest = crypto.sha256(concat(utf8('stratus-tx'), fromHex(genesis.hash), tx.bytes.subarray(0, -SIGNATURE_BYTES)));
  return crypto.verify(tx.signature, digest, tx.publicKey) ? undefined : ['a signature that verifies', 'one that does not'];
}

/** What is wrong with a sender's pending transactions (ascending by nonce) as a sequence. */
function broken(node: NodeFacts, sender: string, pending: readonly Transaction[], domainFee: bigint): readonly [expected: string, seen: string] | undefined {
  const account = node.state().get(accounts, sender);
  const nonce = account?.nonce ?? 0;
  const available = account?.str ?? 0n;
  let needed = 0n;
  for (const [i, tx] of pending.entries()) {
    const lowest = i === 0 ? nonce : pending[i - 1].nonce + 1;
    if (tx.nonce < lowest) return [`nonce of at least ${lowest}`, `nonce ${tx.nonce}`];
    if (tx.nonce > nonce + LIMITS.pendingPerAddress) return [`nonce of at most ${nonce + LIMITS.pendingPerAddress}`, `nonce ${tx.nonce}`];
    needed += BigInt(tx.gasLimit) * tx.gasPrice + maximalStrOutflow(tx.payload, domainFee);
  }
  return needed > available ? [`at most ${available} STR base units pending`, `${needed}`] : undefined;
}

export const poolValidity: InvariantFactory = (facts) => {
  let turn = 0;

  const recheck = (node: NodeFacts, report: Reporter): void => {
    const bySender = new Map<string, Transaction[]>();
    const pooled: Transaction[] = [];
    const flag = (of: string, wrong: readonly [string, string] | undefined): void => {
      if (wrong !== undefined) report.violation(`${wrong[0]}, ${of}`, wrong[1], { node: node.index, round: node.head.index });
    };
    for (const tx of node.pool.transactions()) {
      pooled.push(tx);
      const others = bySender.get(tx.sender);
      if (others === undefined) bySender.set(tx.sender, [tx]);
      else others.push(tx);
      flag(`pooled transaction ${tx.id}`, malformed(tx, facts.params.txBytesMax));
    }
    for (const [sender, pending] of bySender) {
      pending.sort((x, y) => x.nonce - y.nonce);
      flag(`pending of ${sender}`, broken(node, sender, pending, facts.params.domainFee));
    }
    for (let i = 0; i < Math.min(SIGNATURES, pooled.length); i++) {
      const tx = pooled[(turn + i) % pooled.length];
      flag(`pooled transaction ${tx.id}`, unsigned(tx, facts));
    }
    report.evaluated(pooled.length);
  };

  return {
    id: 'M1',
    title: 'pooled transactions are valid on the head in their nonce sequence',
    checkpoint(report) {
      const { nodes } = facts;
      let others = NODES;
      for (let i = 0; i < nodes.length; i++) {
        const node = nodes[(turn + i) % nodes.length];
        if (!node.honest || !node.up || node.kind === 'light' || !(node.isolated || others-- > 0)) continue;
        recheck(node, report);
      }
      turn += NODES;
    },
  };
};
