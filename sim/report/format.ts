/** Numbers and small tables as text, the same on every machine (no locale). */

/** `1,313`. */
export function grouped(n: number | bigint): string {
  const [whole, fraction] = String(n).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** Four significant digits, no exponent: `0.03912`, `131,300`. */
export function figure(x: number): string {
  if (x === 0) return '0';
  const magnitude = Math.abs(x);
  if (magnitude >= 1_000) return grouped(Math.round(x));
  let decimals = 0;
  for (let bound = 1_000; magnitude < bound && decimals < 9; bound /= 10) decimals++;
  return x.toFixed(decimals).replace(/\.?0+$/, '');
}

export const millis = (ms: number | null): string => (ms === null ? '–' : ms >= 1_000 ? `${figure(ms / 1_000)} s` : `${figure(ms)} ms`);

export function sizeText(bytes: number): string {
  if (bytes >= 1 << 30) return `${figure(bytes / (1 << 30))} GiB`;
  if (bytes >= 1 << 20) return `${figure(bytes / (1 << 20))} MiB`;
  return bytes >= 1 << 10 ? `${figure(bytes / (1 << 10))} KiB` : `${bytes} B`;
}

/** Virtual or real length: `30 min`, `1 min 30 s`. */
export function lengthText(us: number): string {
  const s = us / 1_000_000;
  if (s < 120) return `${figure(s)} s`;
  const minutes = Math.floor(s / 60);
  const rest = s - minutes * 60;
  return rest < 0.0005 ? `${grouped(minutes)} min` : `${grouped(minutes)} min ${figure(Math.round(rest * 1_000) / 1_000)} s`;
}

/** Base units of a token with 8 decimals as whole tokens, `63,000,000,000 `. */
export function tokens(base: string): string {
  const value = BigInt(base);
  const whole = value / 100_000_000n;
  const fraction = (value % 100_000_000n).toString().padStart(8, '0').replace(/0+$/, '');
  return `${grouped(whole)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Columns padded to their widest cell; the first is aligned left, the others right. */
export function table(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => (indent + row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')).trimEnd());
}

export const codes = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts).map(([code, n]) => `${code} ${grouped(n)}`).join(', ') || 'none';
