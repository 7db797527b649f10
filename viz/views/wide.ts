/** Drawings wider than their panel: they scroll sideways, and arrow keys go through what they show. */
import type { Panel } from '../draw/panel.ts';

export interface WideDrawing {
  /** CSS px; at least the panel's own width is taken. */
  fit(size: { readonly width: number; readonly height: number }): void;
  /** Scrolls to a place, as a share of the width; `onlyIfHidden`: not where it is in sight already. */
  reveal(share: number, onlyIfHidden?: boolean): void;
}

export function wideDrawing(panel: Panel, label: string): WideDrawing {
  const { body } = panel;
  const drawing = body.querySelector<HTMLElement>('.drawing')!;
  body.style.overflowX = 'auto';
  body.tabIndex = 0;
  body.setAttribute('role', 'region');
  body.setAttribute('aria-label', label);
  return {
    fit({ width, height }) {
      drawing.style.minWidth = `${Math.ceil(width)}px`;
      drawing.style.height = `${Math.ceil(height)}px`;
    },
    reveal(share, onlyIfHidden = false) {
      const at = share * drawing.scrollWidth;
      if (onlyIfHidden && at > body.scrollLeft + 20 && at < body.scrollLeft + body.clientWidth - 20) return;
      body.scrollLeft = at - body.clientWidth / 2;
    },
  };
}

/** Arrow keys while the element itself has the focus; Shift goes ten at a time, Home and End to either end. */
export function rowKeys(element: HTMLElement, signal: AbortSignal, go: (step: number) => void): void {
  const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };
  element.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    go(event.shiftKey ? step * 10 : step);
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
}
