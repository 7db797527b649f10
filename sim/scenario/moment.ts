/** A moment: one short text that repeats a run up to a point, `s1.<scenario hash, 12 hex>.<seed>.<version>@<time or #event>`. */
import { decimalText, parseDurationUs } from './units.ts';

export interface Moment {
  /** First 12 hex digits of the scenario hash. */
  readonly hash: string;
  readonly seed: string;
  readonly version: string;
  readonly at: { readonly event: number } | { readonly atUs: number };
}

export function formatMoment(moment: Moment): string {
  const at = 'event' in moment.at ? `#${moment.at.event}` : `${decimalText(moment.at.atUs, 6)}s`;
  return `s1.${moment.hash.slice(0, 12)}.${moment.seed}.${moment.version}@${at}`;
}

export function parseMoment(text: string): Moment | undefined {
  const match = /^s1\.([0-9a-f]{12})\.([A-Za-z0-9_-]{1,64})\.([0-9A-Za-z.+-]{1,40})@(?:#([0-9]{1,15})|([0-9.]+[a-z]+))$/.exec(text);
  if (!match) return undefined;
  const [, hash, seed, version, event, time] = match;
  if (event !== undefined) return { hash, seed, version, at: { event: Number(event) } };
  const atUs = parseDurationUs(time);
  return atUs.ok ? { hash, seed, version, at: { atUs: atUs.value } } : undefined;
}
