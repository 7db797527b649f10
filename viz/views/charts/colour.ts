/** Colours for canvas and image data: roles of the page's style, and a ramp that every eye can order by its lightness. */

/** The page's colour of a role such as `--c1`, as it is now. */
export const roleColour = (role: string): string => getComputedStyle(document.documentElement).getPropertyValue(role).trim();

/** Colours of the delay ramp in style: the first is earliest. Parts of viridis that stand out from the theme's ground. */
export const RAMP = ['--ramp-0', '--ramp-1', '--ramp-2', '--ramp-3', '--ramp-4'] as const;
/** Never arrived: off the ramp. */
export const NEVER = '--never';

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) || 0);
const packed = ([r, g, b]: readonly number[]): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/** A CSS colour in the byte order of ImageData (little-endian); the browser reads what is not written as #rrggbb. */
export function rgbaOf(color: string): number {
  if (/^#[\da-f]{6}$/i.test(color)) return packed(channels(color));
  const pen = new OffscreenCanvas(1, 1).getContext('2d')!;
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0];
}

/** Relative luminance (WCAG 2), and where black and white contrast alike with it. */
const luminance = (rgb: readonly number[]): number =>
  rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const EVEN_LUMINANCE = 0.179;

/** Delays from `fromUs` (and below) to `toUs` (and above) on a logarithmic ramp. */
export interface DelayRamp {
  readonly fromUs: number;
  readonly toUs: number;
  /** 0…1. */
  share(us: number): number;
  /** RGBA in the byte order of ImageData (little-endian), without a logarithm per call. Negative: transparent. */
  rgba(us: number): number;
  css(us: number): string;
  /** Black or white, whichever stands out more from the colour. */
  ink(us: number): string;
}

const STEPS = 16;

/** In the theme's colours as they are now: made anew for every drawing. */
export function delayRamp(fromUs: number, toUs: number): DelayRamp {
  const low = Math.max(1, fromUs);
  const high = Math.max(low * 2, toUs);
  const stops = RAMP.map((role) => channels(roleColour(role)));
  const never = roleColour(NEVER);
  const share = (us: number): number => Math.min(1, Math.max(0, Math.log(Math.max(us, 1) / low) / Math.log(high / low)));
  const colour = (us: number): number[] => {
    const at = share(us) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(at));
    return [0, 1, 2].map((c) => Math.round(stops[i][c] + (stops[i + 1][c] - stops[i][c]) * (at - i)));
  };
  // Sixteen colours to a doubling, found by bits.
  const table = Uint32Array.from({ length: 32 * STEPS }, (_, i) => packed(colour(2 ** Math.floor(i / STEPS) * (1 + (i % STEPS) / STEPS))));
  const neverPacked = packed(channels(never));
  return {
    fromUs: low, toUs: high, share,
    rgba(us) {
      if (us < 0) return 0;
      if (us === 0x7fff_ffff) return neverPacked;
      const top = 31 - Math.clz32(us | 1);
      return table[top * STEPS + (top >= 4 ? (us >> (top - 4)) & 15 : (us << (4 - top)) & 15)];
    },
    css: (us) => (us === 0x7fff_ffff ? never : `rgb(${colour(us).join(' ')})`),
    ink: (us) => (luminance(us === 0x7fff_ffff ? channels(never) : colour(us)) > EVEN_LUMINANCE ? '#000' : '#fff'),
  };
}

/** The delay at each colour of the ramp. */
export const rampDelays = (fromUs: number, toUs: number): number[] => RAMP.map((_, i) => Math.round(Math.max(1, fromUs) * (Math.max(2 * fromUs, toUs) / Math.max(1, fromUs)) ** (i / (RAMP.length - 1))));
