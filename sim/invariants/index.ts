/**
 * Every invariant by its id, in the order of reports (design: Invariants). Each file's header says what it checks and what
 * it does not.
 */
import { agreement } from './agreement.ts';
import { atomicity } from './atomicity.ts';
import { bounds } from './bounds.ts';
import { ccosRewards } from './ccos-rewards.ts';
import { cleanFailure } from './clean-failure.ts';
import { contractCode } from './contract-code.ts';
import { contractCover } from './contract-cover.ts';
import { contractDex } from './contract-dex.ts';
import { contractStaking } from './contract-staking.ts';
import { contractSupply } from './contract-supply.ts';
import { contractVotes } from './contract-votes.ts';
import { convergence } from './convergence.ts';
import { feesAndSubsidy } from './fees-and-subsidy.ts';
import { finality } from './finality.ts';
import { forkChoice } from './fork-choice.ts';
import { gas } from './gas.ts';
import type { InvariantFactory } from './invariant.ts';
import { links } from './links.ts';
import { merkleRoots } from './merkle-roots.ts';
import { nonces } from './nonces.ts';
import { nothingForgotten } from './nothing-forgotten.ts';
import { overdraft } from './overdraft.ts';
import { ownership } from './ownership.ts';
import { pace } from './pace.ts';
import { pathIndependence } from './path-independence.ts';
import { poolValidity } from './pool-validity.ts';
import { proofOfWork } from './proof-of-work.ts';
import { replay } from './replay.ts';
import { retarget } from './retarget.ts';
import { shielded } from './shielded.ts';
import { stateRoot } from './state-root.ts';
import { supply } from './supply.ts';
import { template } from './template.ts';
import { timestamps } from './timestamps.ts';
import { undo } from './undo.ts';
import { verdictAgreement } from './verdict-agreement.ts';
import { verdictsStick } from './verdicts-stick.ts';
import { virtualTime } from './virtual-time.ts';
import { votes } from './votes.ts';
import { width } from './width.ts';
import { work } from './work.ts';
import { workNeverFalls } from './work-never-falls.ts';

export const INVARIANTS: Readonly<Record<string, InvariantFactory>> = {
  S1: agreement,
  S2: finality,
  S3: work,
  S4: forkChoice,
  S5: workNeverFalls,
  S6: links,
  S7: verdictsStick,
  S8: verdictAgreement,
  S9: proofOfWork,
  L1: overdraft,
  L2: supply,
  L3: nonces,
  L4: merkleRoots,
  L5: stateRoot,
  L6: undo,
  L7: replay,
  L8: pathIndependence,
  L9: feesAndSubsidy,
  L10: gas,
  L11: ccosRewards,
  L12: cleanFailure,
  L13: width,
  L14: ownership,
  L15: votes,
  X2: atomicity,
  P1: shielded,
  C1: contractSupply,
  C2: contractStaking,
  C3: contractDex,
  C4: contractCover,
  C5: contractVotes,
  C6: contractCode,
  M1: poolValidity,
  M2: nothingForgotten,
  M3: bounds,
  M4: template,
  T1: timestamps,
  T2: retarget,
  T3: pace,
  T4: virtualTime,
  V1: convergence,
};

/** Ids, in the order of reports. */
export const INVARIANT_IDS: readonly string[] = Object.keys(INVARIANTS);
