/**
 * Simpler variants of choices, boldest first: whole parts taken out, sizes at their least. Shrinking tries these before it goes
 * through the parts one by one, which would take many times the runs.
 */
import type { Choices, LoadChoice } from './choices.ts';

export function* simpler(c: Choices): Generator<Choices> {
  const without = (part: Partial<Choices>): Choices => ({ ...c, ...part });
  if (c.load) yield without({ load: undefined });
  for (let keep = 0; keep < c.faults.length && c.faults.length > 1; keep++) yield without({ faults: [c.faults[keep]] });
  for (let drop = 0; drop < c.faults.length; drop++) yield without({ faults: c.faults.filter((_, i) => i !== drop) });
  if (c.crashesPerNodeHour > 0) yield without({ crashesPerNodeHour: 0 });
  if (c.dropPercent > 0) yield without({ dropPercent: 0 });
  const plain = { gasLimit: undefined, poolMax: undefined, standby: undefined, terms: undefined };
  for (const key of ['gasLimit', 'poolMax', 'standby', 'terms'] as const) {
    if (c[key] === undefined) continue;
    yield without(plain);
    yield without({ [key]: undefined });
  }
  const extras = c.validator + c.full + c.light + c.archive;
  if (extras > 0) yield without({ validator: 0, full: 0, light: 0, archive: 0 });
  for (const key of ['validator', 'full', 'light', 'archive'] as const) if (c[key] > 0 && c[key] < extras) yield without({ [key]: 0 });
  for (let mining = 1; mining < c.mining; mining++) yield without({ mining });
  if (c.halfLifeS !== 3_600) yield without({ halfLifeS: 3_600 });
  if (c.jitter || c.old || c.zipfPower) yield without({ jitter: false, old: false, zipfPower: false });
  for (const rounds of [5, 10, 15, 20]) if (rounds < c.rounds) yield without({ rounds });
  if (c.load) for (const load of simplerLoads(c.load)) yield without({ load });
}

function* simplerLoads(load: LoadChoice): Generator<LoadChoice> {
  if (load.invalid.length > 0 || load.zipf) yield { ...load, invalid: [], zipf: false };
  for (let keep = 0; keep < load.mix.length && load.mix.length > 1; keep++) yield { ...load, mix: [load.mix[keep]] };
  for (let drop = 0; drop < load.mix.length && load.mix.length > 2; drop++) yield { ...load, mix: load.mix.filter((_, i) => i !== drop) };
  if (load.perRound > 1 || load.perRoundAtEnd > 1) yield { ...load, perRound: 1, perRoundAtEnd: 1 };
  if (load.accounts > 2) yield { ...load, accounts: 2 };
}
