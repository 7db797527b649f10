/** Saving a drawing: the canvas goes into the SVG as an image, and colours as they look now, so that the file stands alone. */

const SVG = 'http://www.w3.org/2000/svg';
/** What a drawing's look depends on. */
const STYLES = ['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'paint-order', 'opacity', 'font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor', 'dominant-baseline', 'visibility', 'display'];
const TITLE_HEIGHT = 28;
const MARGIN = 12;

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const exportSvg = (drawing: HTMLElement, title: string, name: string): void => save(new Blob([svgText(drawing, title)], { type: 'image/svg+xml' }), name);

/** At twice the size on screen, so that it prints well. */
export async function exportPng(drawing: HTMLElement, title: string, name: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([svgText(drawing, title)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob) save(blob, name);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The drawing as a document of its own, with its title above it. */
export function svgText(drawing: HTMLElement, title: string): string {
  const source = drawing.querySelector('svg')!;
  const canvas = drawing.querySelector('canvas');
  const [width, height] = [drawing.clientWidth, drawing.clientHeight];
  const [outerWidth, outerHeight] = [width + 2 * MARGIN, height + 2 * MARGIN + TITLE_HEIGHT];
  const page = getComputedStyle(document.body);
  const root = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({ width: outerWidth, height: outerHeight, viewBox: `0 0 ${outerWidth} ${outerHeight}` })) root.setAttribute(key, String(value));
  const make = (tag: string, attributes: Record<string, string | number>): Element => {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  };
  const heading = make('text', { x: MARGIN, y: MARGIN + 15, fill: page.color, 'font-family': page.fontFamily, 'font-size': 14, 'font-weight': 600 });
  heading.textContent = title;
  const body = make('g', { transform: `translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})` });
  if (canvas && !canvas.hidden && canvas.width > 0) body.append(make('image', { width, height, href: canvas.toDataURL('image/png') }));
  const copy = source.cloneNode(true) as SVGSVGElement;
  copyStyles(source, copy);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  body.append(copy);
  root.append(make('rect', { width: outerWidth, height: outerHeight, fill: page.backgroundColor }), heading, body);
  return new XMLSerializer().serializeToString(root);
}

function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of STYLES) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
  to.removeAttribute('class');
  to.removeAttribute('style');
  for (let i = 0; i < from.children.length; i++) copyStyles(from.children[i], to.children[i]);
}
