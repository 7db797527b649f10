/** The difference of two runs' arrivals as a picture: blue earlier, orange and striped later, darker for more (on a logarithm). */
import type { ArrivalDifference } from '../../sim/report/views/difference.ts';
import { s } from '../draw/dom.ts';
import { count } from '../draw/format.ts';
import type { Surface } from '../draw/panel.ts';
import { roleColour } from './charts/colour.ts';
import { plotOn } from './charts/plot.ts';

export interface DifferencePicture {
  cellAt(x: number, y: number): { readonly row: number; readonly column: number } | undefined;
}

/** Differences below this look the same. */
const LEAST_US = 1_000;
/** Cells at least so wide and high get stripes where B is later: colour is not the only sign. */
const STRIPE_PX = 7;

export interface DifferenceRamp {
  readonly mostUs: number;
  /** −1 earlier … 0 the same … 1 later. */
  share(laterUs: number): number;
}

export function differenceRamp({ laterUs }: ArrivalDifference): DifferenceRamp {
  const mostUs = laterUs.reduce((most, us) => (Number.isNaN(us) ? most : Math.max(most, Math.abs(us))), LEAST_US * 2);
  return {
    mostUs,
    share: (us) => (Math.abs(us) < LEAST_US ? Math.sign(us) * 0.12 * (us === 0 ? 0 : 1) : Math.sign(us) * (0.2 + (0.8 * Math.log(Math.abs(us) / LEAST_US)) / Math.log(mostUs / LEAST_US))),
  };
}

export const SIDES = ['earlier', 'later'] as const;
export type Side = (typeof SIDES)[number] | undefined;

/** `side`: only what is earlier, or only what is later, is coloured. */
export function drawDifference(surface: Surface, difference: ArrivalDifference, side: Side): DifferencePicture {
  const { columns, rows, roundsPerColumn, nodesPerRow, laterUs } = difference;
  const plot = plotOn(
    surface,
    { from: 1, to: 1 + columns * roundsPerColumn, label: 'round (number on both best chains)', ticks: whole(1, columns * roundsPerColumn, 8), plain: true },
    { from: rows * nodesPerRow, to: 0, label: 'node', ticks: [], plain: true },
    { left: 44 },
  );
  for (const node of whole(0, rows * nodesPerRow, 8)) plot.marks.append(s(
    'text', { x: plot.left - 6, y: plot.y(node), dy: '0.32em', 'text-anchor': 'end' }, count(node),
  ));
  const [width, height] = [plot.right - plot.left, plot.bottom - plot.top];
  const pen = surface.canvas();
  const ramp = differenceRamp(difference);
  const [same, earlier, later, nothing] = ['--sunken', '--c1', '--c5', '--panel'].map((role) => rgb(pen, roleColour(role)));
  const pixels = new Uint8ClampedArray(columns * rows * 4);
  laterUs.forEach((us, i) => {
    const hidden = (side === 'earlier' && us > 0) || (side === 'later' && us < 0);
    const share = Number.isNaN(us) || hidden ? 0 : ramp.share(us);
    const [from, to] = Number.isNaN(us) ? [nothing, nothing] : [same, share < 0 ? earlier : later];
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = Math.round(from[c] + (to[c] - from[c]) * Math.min(1, Math.abs(share)));
    pixels[4 * i + 3] = 255;
  });
  const image = new OffscreenCanvas(Math.max(1, columns), Math.max(1, rows));
  image.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, plot.left, plot.top, width, height);
  const [cellW, cellH] = [width / columns, height / rows];
  if (cellW >= STRIPE_PX && cellH >= STRIPE_PX) {
    pen.strokeStyle = roleColour('--panel');
    pen.lineWidth = 1.2;
    pen.beginPath();
    laterUs.forEach((us, i) => {
      if (!(us > 0) || side === 'earlier') return;
      const [x, y] = [plot.left + (i % columns) * cellW, plot.top + Math.floor(i / columns) * cellH];
      pen.moveTo(x + 1, y + cellH - 1);
      pen.lineTo(x + cellW - 1, y + 1);
    });
    pen.stroke();
  }
  surface.svg.classList.add('pick');
  return {
    cellAt(x, y) {
      if (x < plot.left || x >= plot.right || y < plot.top || y >= plot.bottom) return undefined;
      return { column: Math.min(columns - 1, Math.floor((x - plot.left) / cellW)), row: Math.min(rows - 1, Math.floor((y - plot.top) / cellH)) };
    },
  };
}

/** Any CSS colour as red, green, blue. */
function rgb(pen: CanvasRenderingContext2D, colour: string): readonly [number, number, number] {
  pen.fillStyle = colour;
  const hex = String(pen.fillStyle);
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
}

function whole(from: number, length: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000].find((n) => length / n <= most) ?? 10_000;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step).filter((n) => n >= from && n <= from + length);
}
