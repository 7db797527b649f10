/** The six ledgers, and how an operation finds its rules: by the route of its payload (D10). */
import type { FailureCode } from '../chain/types.ts';
import type { Ledger } from '../tx/kinds.ts';
import { LEG_KINDS } from '../tx/payload.ts';
import { routeTransaction } from '../tx/route.ts';
import type { Payload } from '../tx/transaction.ts';
import { assetRules } from './asset/rules.ts';
import { ccoinRules } from './ccoin/rules.ts';
import { ccosRules } from './ccos/rules.ts';
import { contractRules } from './contract/rules.ts';
import { governanceRules } from './governance/rules.ts';
import type { LedgerRules, Operation } from './ledger.ts';
import { mainRules } from './main/rules.ts';

const RULES: ReadonlyMap<Ledger, LedgerRules> = new Map(
  [mainRules, assetRules, contractRules, governanceRules, ccoinRules, ccosRules].map((rules) => [rules.ledger, rules]),
);

export const rulesOf = (payload: Payload): LedgerRules => RULES.get(routeTransaction(payload))!;

/** Applies a payload; an atomic one leg by leg, in order, until one fails (D21). The caller reverts what failed. */
export function applyPayload(payload: Payload, operation: Operation): FailureCode | undefined {
  if (payload.kind !== 'atomic') return rulesOf(payload).apply(payload, operation);
  for (const leg of payload.legs) {
    if (!LEG_KINDS.has(leg.kind)) return 'kind-not-allowed';
    const failure = rulesOf(leg).apply(leg, operation);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
