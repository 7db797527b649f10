import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { toHex } from '../../engine/primitives/bytes.ts';
import { bridgeDigest } from '../../engine/tx/bridge-digest.ts';
import type { BridgeMessage } from '../../engine/tx/transaction.ts';
import { crypto } from '../helpers/fixtures.ts';

const GENESIS = '5a'.repeat(32);
const message: BridgeMessage = {
  foreignChain: 7,
  foreignBlock: 258,
  messageId: '01'.repeat(32),
  asset: 'ETH',
  amount: 9n,
  recipient: '02'.repeat(20),
  epoch: 3,
};
const digest = (
  change: Partial<BridgeMessage> = {},
  kind: 'bridge_mint' | 'bridge_unlock' = 'bridge_mint',
  genesis = GENESIS,
): string => toHex(bridgeDigest(genesis, kind, { ...message, ...change }, crypto));

test('D20, field by field', () => {
  const fields = [
    '10',
    '00000007',
    '0000000000000102',
    '01'.repeat(32),
    '0003',
    '455448',
    '0000000000000009',
    '02'.repeat(20),
    '0000000000000003',
  ];
  expect(digest()).toBe(
    createHash('sha256')
      .update('stratus-bridge')
      .update(GENESIS + fields.join(''), 'hex')
      .digest('hex'),
  );
});

test('everything that is signed changes it', () => {
  const others = [
    digest({}, 'bridge_unlock'),
    digest({}, 'bridge_mint', '5b'.repeat(32)),
    digest({ foreignChain: 8 }),
    digest({ foreignBlock: 259 }),
    digest({ messageId: '03'.repeat(32) }),
    digest({ asset: 'ETC' }),
    digest({ amount: 10n }),
    digest({ recipient: '04'.repeat(20) }),
    digest({ epoch: 4 }),
  ];
  expect(new Set([digest(), ...others]).size).toBe(10);
});
