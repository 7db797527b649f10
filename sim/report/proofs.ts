/** What every report says first of a run whose proofs were none (D33). */
import type { Summary } from './summary.ts';

/** A line for who must not miss it; none where all proofs were real, or where there were none. */
export const proofWarning = ({ proofs }: Pick<Summary, 'proofs'>): readonly string[] =>
  proofs.includes('stub') ? ['Proofs by `stub`: shielded transfers were checked for form and time only; nothing was proved.'] : [];
