/** The bugs of the bank that are hunted so far. */
import type { Mutant } from './mutant.ts';
import { forkChoiceByHeight } from './k01-fork-choice-by-height.ts';
import { rollbackBelowFinality } from './k10-rollback-below-finality.ts';
import { undoForgets } from './k11-undo-forgets-a-value.ts';
import { nonceAtLeast } from './k17-nonce-at-least.ts';
import { rewardPaidAgain } from './k18-reward-paid-again.ts';
import { subsidyUnpaid } from './k19-subsidy-one-round-late.ts';
import { failedRefunded } from './k21-failed-refunded.ts';
import { selfTransfer } from './k23-self-transfer-credits-twice.ts';
import { legStays } from './k32-leg-stays.ts';
import { poolNotRestored } from './k34-pool-not-restored.ts';
import { tiesToLastSeen } from './k45-ties-to-last-seen.ts';
import { weightNow } from './k51-weight-at-counting.ts';
import { expiredTransfer } from './k52-expired-domain-transferable.ts';
import { contractGasFree } from './k53-contract-gas-free.ts';
import { addressOfTheCode } from './k54-address-of-the-code.ts';
import { contractValueStays } from './k55-contract-value-stays.ts';
import { contractEntryStays } from './k56-contract-entry-stays.ts';
import { noteSpentTwice } from './k57-note-spent-twice.ts';

export const MUTANTS: readonly Mutant[] = [
  forkChoiceByHeight, rollbackBelowFinality, undoForgets, nonceAtLeast, rewardPaidAgain, subsidyUnpaid, failedRefunded, selfTransfer, legStays, poolNotRestored, tiesToLastSeen, weightNow,
  expiredTransfer, contractGasFree, addressOfTheCode, contractValueStays, contractEntryStays, noteSpentTwice,
];
