/** Paints the matrix: image data for the cells, lines and values where single cells are large enough, names of rows. */
import { ABSENT, binMaximum, binned, latenessText, type Area, type Lateness } from '../../sim/report/views/lateness.ts';
import { s } from '../draw/dom.ts';
import { delayRamp, roleColour, type DelayRamp } from './charts/colour.ts';
import type { Plot } from './charts/plot.ts';

/** Cells larger than this are told apart by lines; wider than the other, their delays are written into them. */
const GRID_PX = 9;
const TEXT_PX = 52;
/** Up to this many rows are named one by one. */
const NAMED_ROWS = 40;
/** A group lower than this has no room for its name, which stands upright, this far from the left. */
const GROUP_PX = 34;
const NAME_X = 12;
/** Width of the margin: for names of nodes, and of groups. */
export const marginOf = (rows: number, grouped: boolean): number => (rows <= NAMED_ROWS ? 64 : 8) + (grouped ? 20 : 0);

export interface Bins {
  readonly width: number;
  readonly height: number;
}

/** One bin per pixel of the device, or per cell where those are larger; stretched without smoothing. Gives the bins back. */
export function paintCells(pen: CanvasRenderingContext2D, on: Plot, matrix: Lateness, rows: Int32Array, area: Area, scale: readonly [fromUs: number, toUs: number]): Bins {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [on.right - on.left, on.bottom - on.top];
  const bins = binned(area, Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
  const values = new Int32Array(bins.width * bins.height);
  binMaximum(matrix, rows, area, bins.width, bins.height, values);
  const ramp = delayRamp(...scale);
  const pixels = new Uint32Array(values.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = ramp.rgba(values[i]);
  const image = new OffscreenCanvas(bins.width, bins.height);
  image.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), bins.width, bins.height), 0, 0);
  pen.fillStyle = roleColour('--absent');
  pen.fillRect(on.left, on.top, width, height);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, on.left, on.top, width, height);
  const [cellWidth, cellHeight] = [width / (area.column1 - area.column0), height / (area.row1 - area.row0)];
  if (Math.min(cellWidth, cellHeight) >= GRID_PX) {
    paintGrid(pen, on, area);
    if (cellWidth >= TEXT_PX) writeDelays(pen, on, matrix, rows, area, ramp, Math.min(11, cellHeight * 0.7));
  }
  return bins;
}

function paintGrid(pen: CanvasRenderingContext2D, on: Plot, { row0, row1, column0, column1 }: Area): void {
  pen.strokeStyle = roleColour('--panel');
  pen.lineWidth = 1;
  pen.beginPath();
  for (let column = column0; column <= column1; column++) {
    pen.moveTo(on.x(column), on.top);
    pen.lineTo(on.x(column), on.bottom);
  }
  for (let row = row0; row <= row1; row++) {
    pen.moveTo(on.left, on.y(row));
    pen.lineTo(on.right, on.y(row));
  }
  pen.stroke();
}

function writeDelays(pen: CanvasRenderingContext2D, on: Plot, matrix: Lateness, rows: Int32Array, { row0, row1, column0, column1 }: Area, ramp: DelayRamp, px: number): void {
  if (px < 8) return;
  const muted = roleColour('--muted');
  pen.font = `${px}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (let row = row0; row < row1; row++) {
    for (let column = column0; column < column1; column++) {
      const us = matrix.cells[column * matrix.nodes + rows[row]];
      pen.fillStyle = us === ABSENT ? muted : ramp.ink(us);
      pen.fillText(us === ABSENT ? 'not active' : latenessText(us), on.x(column + 0.5), on.y(row + 0.5));
    }
  }
}

/** Names single nodes, or the groups that they are sorted by (`groupOf` a row; undefined: none). */
export function nameRows(on: Plot, rows: Int32Array, { row0, row1 }: Area, groupOf: ((row: number) => string) | undefined): void {
  if (row1 - row0 <= NAMED_ROWS) {
    for (let row = row0; row < row1; row++) on.marks.append(s('text', { x: on.left - 5, y: on.y(row + 0.5), dy: '0.32em', 'text-anchor': 'end' }, `node ${rows[row]}`));
  }
  if (!groupOf) return;
  for (let row = row0; row < row1; ) {
    const name = groupOf(row);
    let end = row + 1;
    while (end < row1 && groupOf(end) === name) end++;
    if (row > row0) on.over.append(s('line', { x1: 0, x2: on.right, y1: on.y(row), y2: on.y(row), stroke: 'var(--panel)', 'stroke-width': 1.5 }));
    const [x, y] = [NAME_X, on.y((row + end) / 2)];
    if (on.y(end) - on.y(row) > Math.max(GROUP_PX, name.length * 6)) on.marks.append(s('text', { x, y, 'text-anchor': 'middle', transform: `rotate(-90 ${x} ${y})` }, name));
    row = end;
  }
}
