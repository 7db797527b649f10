/** A small round whose header and body fit each other, and that no execution has seen. */
import { rootOfIds } from '../helpers/fixtures.ts';
import { hashHeader, hashLedgerHeader, HEADER_VERSION } from '../../engine/chain/header.ts';
import type { Sealer } from '../../engine/chain/seal.ts';
import type { LedgerHeader, Round, RoundHeader } from '../../engine/chain/types.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { Payload, Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';

export const hash = (name: string): string => toHex(crypto.sha256(utf8(name)));
export const account = (name: string): string => hash(name).slice(0, 40);

export function signed(payload: Payload, nonce = 0): Transaction {
  const secretKey = crypto.sha256(utf8('sender'));
  return signTransaction(
    { nonce, gasLimit: 100_000, gasPrice: 1n, payload },
    { secretKey, publicKey: crypto.publicKey(secretKey) },
    hash('genesis'),
    crypto,
  );
}

export function round(transactions: readonly Transaction[], sealer: Sealer, over: Partial<RoundHeader> = {}): Round {
  const ledgers = LEDGERS.map((ledger): LedgerHeader => {
    const home = transactions.filter((transaction) => transaction.ledger === ledger);
    return {
      ledger,
      number: 7,
      previous: hash(`${ledger} 6`),
      transactionsRoot: rootOfIds(home, crypto),
      transactionCount: home.length,
      receiptsRoot: hash(`${ledger} receipts`),
      receiptCount: home.length,
      stateRoot: hash(`${ledger} state`),
    };
  });
  const unsealed: Omit<RoundHeader, 'seal'> = {
    version: HEADER_VERSION,
    parent: hash('parent'),
    number: 7,
    time: 1_700_000_030,
    bits: 0x1d00ffff,
    miner: account('miner'),
    ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)),
    orderRoot: rootOfIds(transactions, crypto),
    transactionCount: transactions.length,
    ...over,
  };
  const header = { ...unsealed, seal: sealer.seal(unsealed)! };
  return { hash: hashHeader(header, crypto), header, ledgers, transactions };
}
