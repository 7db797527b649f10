/** Colours for canvas and image data: roles of the page's style, and a ramp that every eye can order by its lightness. */

/** The page's colour of a role such as `--c1`, as it is now. */
export const roleColour = (role: string): string => getComputedStyle(document.documentElement).getPropertyValue(role).trim();

/** Viridis at five points, dark to bright; between them straight lines. */
const STOPS = [[0x44, 0x01, 0x54], [0x3b, 0x52, 0x8b], [0x21, 0x91, 0x8c], [0x5e, 0xc9, 0x62], [0xfd, 0xe7, 0x25]] as const;

function rampAt(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const i = Math.min(STOPS.length - 2, Math.floor(at));
  return [0, 1, 2].map((c) => Math.round(STOPS[i][c] + (STOPS[i + 1][c] - STOPS[i][c]) * (at - i))) as [number, number, number];
}

const packed = ([r, g, b]: readonly number[], alpha = 255): number => ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
export const cssOf = (share: number): string => `rgb(${rampAt(share).join(' ')})`;

/** Never arrived: off the ramp. The same in all themes, as the ramp is. */
export const NEVER_COLOUR = '#d55e00';
const NEVER_PACKED = packed([0xd5, 0x5e, 0x00]);

/** Delays from `fromUs` (and below) to `toUs` (and above) on a logarithmic ramp. */
export interface DelayRamp {
  readonly fromUs: number;
  readonly toUs: number;
  /** 0…1. */
  share(us: number): number;
  /** RGBA in the byte order of ImageData (little-endian), without a logarithm per call. Negative: transparent. */
  rgba(us: number): number;
  css(us: number): string;
}

const STEPS = 16;

/** The two hundred or so colours of delays from 1 µs to 2^31 − 1, sixteen to a doubling. */
export function delayRamp(fromUs: number, toUs: number): DelayRamp {
  const low = Math.max(1, fromUs);
  const high = Math.max(low * 2, toUs);
  const share = (us: number): number => Math.min(1, Math.max(0, Math.log(Math.max(us, 1) / low) / Math.log(high / low)));
  const table = new Uint32Array(32 * STEPS);
  for (let i = 0; i < table.length; i++) table[i] = packed(rampAt(share(2 ** Math.floor(i / STEPS) * (1 + (i % STEPS) / STEPS))));
  return {
    fromUs: low, toUs: high, share,
    rgba(us) {
      if (us < 0) return 0;
      if (us === 0x7fff_ffff) return NEVER_PACKED;
      const top = 31 - Math.clz32(us | 1);
      return table[top * STEPS + (top >= 4 ? (us >> (top - 4)) & 15 : (us << (4 - top)) & 15)];
    },
    css: (us) => (us === 0x7fff_ffff ? NEVER_COLOUR : cssOf(share(us))),
  };
}
