/** The quantities of `units.ts` as zod fields: the schema's input is what people write, its output the integer. */
import { z } from 'zod';
import { NODE_KINDS, REGIONS, type Selector } from './types.ts';
import {
  parseAmount, parseBps, parseBytes, parseCostNs, parseDecimal, parseDurationUs, parseRounds, parseSeconds, parseShareBps, parseSharePpm,
  type Parsed, type Raw,
} from './units.ts';

/** A scalar with a unit; `pattern` and `example` reach the JSON Schema, the parser decides. */
function field<T>(parse: (raw: Raw) => Parsed<T>, what: string, example: string, description: string) {
  return z
    .union([z.string(), z.number()], { error: () => `expected ${what} such as \`${example}\`` })
    .meta({ description, examples: [example] })
    .transform((raw, context) => {
      const parsed = parse(raw);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.error.problem, params: { mend: parsed.error.mend } });
      return z.NEVER;
    });
}

export const duration = (description: string) => field(parseDurationUs, 'a duration', '90s', `${description} Virtual time.`);
/** Above zero, for what would otherwise mean nothing or never end. */
export const positiveDuration = (description: string) => duration(description).refine((us) => us > 0, { error: 'must be longer than 0' });
export const seconds = (description: string) => field(parseSeconds, 'a duration', '30s', `${description} Whole seconds of chain time.`);
export const cost = (description: string) => field(parseCostNs, 'a processing time', '45us', description);
export const bytes = (description: string) => field(parseBytes, 'a size', '2MiB', description);
export const rate = (description: string) => field(parseBps, 'a data rate', '50Mbit', description);
export const share = (description: string) => field(parseSharePpm, 'a share', '15%', description);
export const shareBps = (description: string) => field(parseShareBps, 'a share', '50%', description);
export const amount = (description: string) => field(parseAmount, 'an amount of STR', '100 STR', description);
export const rounds = (description: string) => field(parseRounds, 'a number of rounds', '8 rounds', description);
/** A decimal number × 10^places. */
export const decimal = (places: number, what: string, example: string, description: string, max?: bigint) =>
  field((raw) => parseDecimal(raw, places, what, max), what, example, description);
export const count = (min: number, max: number, description: string) => z.int().min(min).max(max).meta({ description });

const shareOf = z
  .string()
  .meta({ description: 'A share of the nodes or of the hash power.', examples: ['20% hashPower', '10% nodes'] })
  .transform((text, context) => {
    const match = /^(\S+) ?(ppm)? (hashPower|nodes)$/.exec(text.trim());
    if (match) {
      const parsed = parseSharePpm(match[2] ? `${match[1]} ppm` : match[1]);
      if (parsed.ok) return { ppm: parsed.value, of: match[3] as 'hashPower' | 'nodes' };
      context.addIssue({ code: 'custom', message: parsed.error.problem, params: { mend: parsed.error.mend } });
      return z.NEVER;
    }
    context.addIssue({ code: 'custom', message: `\`${text.slice(0, 40)}\` does not say a share of what`, params: { mend: 'write `20% hashPower` or `10% nodes`' } });
    return z.NEVER;
  });

/** Which nodes a fault picks: several keys must all hold. */
export const selector = z
  .strictObject({
    nodes: z.array(count(0, 99_999, 'Index of a node.')).min(1).optional(),
    regions: z.array(z.enum(REGIONS)).min(1).optional(),
    kinds: z.array(z.enum(NODE_KINDS)).min(1).optional(),
    share: shareOf.optional(),
  })
  .meta({ description: 'Which nodes the fault picks; several keys must all hold.' })
  .refine((s) => Object.keys(s).length > 0, { error: 'selects nothing: name nodes, regions, kinds or a share' })
  .transform(
    (s): Selector => ({
      ...(s.nodes && { nodes: s.nodes }),
      ...(s.regions && { regions: s.regions }),
      ...(s.kinds && { kinds: s.kinds }),
      ...(s.share?.of === 'nodes' && { shareNodesPpm: s.share.ppm }),
      ...(s.share?.of === 'hashPower' && { shareHashPowerPpm: s.share.ppm }),
    }),
  );
