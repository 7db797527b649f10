/** Paints the marks of the ripple's nodes: circles where there are few, pixels of image data where there are thousands. */
import { ABSENT } from '../../sim/report/views/lateness.ts';
import { NEVER_US } from '../../sim/report/views/spread.ts';
import { NEVER, roleColour, rgbaOf, type DelayRamp } from './charts/colour.ts';
import type { Layout } from './ripple-layout.ts';

export interface Brush {
  /** The node as one that has the round, or has it not yet; one that was not active is a point. */
  paint(node: number, has: boolean): void;
  /** Puts what was painted on the screen. */
  show(): void;
}

/** Makes a brush for a canvas that is scaled to the device. */
type MakeBrush = (pen: CanvasRenderingContext2D, width: number, height: number, layout: Layout, delayUs: Int32Array, ramp: DelayRamp) => Brush;

/** All anew at each showing: circles may overlap, and none may be cut by another that is emptied. */
export const shapeBrush: MakeBrush = (pen, width, height, { x, y, radius }, delayUs, ramp) => {
  const [hollow, lost] = [roleColour('--strong-line'), roleColour(NEVER)];
  const held = new Uint8Array(delayUs.length);
  const circle = (node: number): void => {
    pen.moveTo(x[node] + radius - 0.5, y[node]);
    pen.arc(x[node], y[node], radius - 0.5, 0, 2 * Math.PI);
  };
  const outline = (colour: string, lineWidth: number, belongs: (node: number) => boolean, mark: (node: number) => void): void => {
    pen.strokeStyle = colour;
    pen.lineWidth = lineWidth;
    pen.beginPath();
    for (let node = 0; node < held.length; node++) if (belongs(node)) mark(node);
    pen.stroke();
  };
  return {
    paint(node, has) {
      held[node] = has ? 1 : 0;
    },
    show() {
      pen.clearRect(0, 0, width, height);
      pen.fillStyle = hollow;
      for (let node = 0; node < held.length; node++) if (delayUs[node] === ABSENT) pen.fillRect(x[node] - 0.5, y[node] - 0.5, 1, 1);
      for (let node = 0; node < held.length; node++) {
        if (held[node] === 0) continue;
        pen.fillStyle = ramp.css(delayUs[node]);
        pen.beginPath();
        circle(node);
        pen.fill();
      }
      outline(hollow, 1, (node) => delayUs[node] !== ABSENT && delayUs[node] !== NEVER_US, circle);
      outline(lost, 1.5, (node) => delayUs[node] === NEVER_US, (node) => {
        const arm = radius * 0.5;
        circle(node);
        pen.moveTo(x[node] - arm, y[node] - arm);
        pen.lineTo(x[node] + arm, y[node] + arm);
        pen.moveTo(x[node] + arm, y[node] - arm);
        pen.lineTo(x[node] - arm, y[node] + arm);
      });
    },
  };
};

/** A maker of pixel brushes that keeps its image from one brush to the next: only the last one paints. */
export function pixelBrushes(): MakeBrush {
  let kept: { readonly pixels: Uint32Array; readonly image: ImageData } | undefined;
  return (pen, width, height, layout, delayUs, ramp) => {
    const ratio = window.devicePixelRatio || 1;
    const [w, hgt] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (kept?.image.width !== w || kept.image.height !== hgt) {
      const pixels = new Uint32Array(w * hgt);
      kept = { pixels, image: new ImageData(new Uint8ClampedArray(pixels.buffer), w, hgt) };
    } else kept.pixels.fill(0);
    return pixelBrush(pen, kept.pixels, kept.image, ratio, layout, delayUs, ramp);
  };
}

function pixelBrush(pen: CanvasRenderingContext2D, pixels: Uint32Array, image: ImageData, ratio: number, { x, y, radius }: Layout, delayUs: Int32Array, ramp: DelayRamp): Brush {
  const { width: w, height: hgt } = image;
  const side = Math.max(1, Math.round(2 * radius * ratio));
  const [hollow, faint, lost] = [rgbaOf(roleColour('--strong-line')), rgbaOf(roleColour('--line')), rgbaOf(roleColour(NEVER))];
  return {
    paint(node, has) {
      const us = delayUs[node];
      const absent = us === ABSENT;
      const colour = has ? ramp.rgba(us) : us === NEVER_US ? lost : absent ? hollow : faint;
      const size = absent ? 1 : side;
      const [left, top] = [Math.max(0, Math.round(x[node] * ratio - size / 2)), Math.max(0, Math.round(y[node] * ratio - size / 2))];
      const [right, bottom] = [Math.min(w, left + size), Math.min(hgt, top + size)];
      for (let row = top; row < bottom; row++) for (let at = row * w + left; at < row * w + right; at++) pixels[at] = colour;
    },
    show: () => pen.putImageData(image, 0, 0),
  };
}
