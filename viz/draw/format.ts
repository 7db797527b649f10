/** Numbers and times for people. Virtual times are µs. Exact values stand in tables and exports. */

/** `1,313`; at most three decimals. */
export const count = (value: number | bigint): string => value.toLocaleString('en', { maximumFractionDigits: 3 });

/** Three significant digits: `0.0409`, `12.3`, `4,800`. */
export const figure = (value: number): string => (Number.isFinite(value) ? value.toLocaleString('en', Math.abs(value) >= 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }) : '–');

/** A length of time in the unit that suits it: `735 ms`, `1.27 s`, `4 min 20 s`. */
export function duration(us: number): string {
  if (!Number.isFinite(us)) return 'never';
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${figure(us / 1_000)} ms`;
  if (us < 119_500_000) return `${figure(us / 1e6)} s`;
  const seconds = Math.round(us / 1e6);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : '', rest > 0 && hours === 0 ? `${rest} s` : ''].filter((part) => part !== '').join(' ');
}

/** A moment of the run: `12:03.250`, with hours where there are any. */
export function clock(us: number): string {
  const ms = Math.floor(us / 1_000);
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor((ms % 3_600_000) / 60_000), Math.floor((ms % 60_000) / 1_000)];
  return `${hours > 0 ? `${hours}:${pad(minutes, 2)}` : minutes}:${pad(seconds, 2)}.${pad(ms % 1_000, 3)}`;
}

/** `1.2 MiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value <= 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${figure(value / 1024 ** power)} ${units[power]}`;
}

/** An amount of a native token (8 decimals, D2) from base units, exactly: `12,345.00000001`. */
export function amount(baseUnits: bigint | string): string {
  const value = BigInt(baseUnits);
  const digits = (value < 0n ? -value : value).toString().padStart(9, '0');
  const fraction = digits.slice(-8).replace(/0+$/, '');
  return `${value < 0n ? '−' : ''}${BigInt(digits.slice(0, -8)).toLocaleString('en')}${fraction === '' ? '' : `.${fraction}`}`;
}

/** First and last digits of a hash. */
export const shortHash = (hex: string): string => (hex.length > 16 ? `${hex.slice(0, 8)}…${hex.slice(-4)}` : hex);

/** `EUROPE` → `Europe`, `NORTH_AMERICA` → `North America`, `round-found` → `Round found`. */
export const words = (name: string): string => {
  const parts = name.split(/[_-]/).map((part) => part.toLowerCase());
  const capital = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1);
  return name === name.toUpperCase() ? parts.map(capital).join(' ') : capital(parts.join(' '));
};
