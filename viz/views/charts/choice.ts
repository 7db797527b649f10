/** Choices of a panel as buttons of which one is pressed. */
import { h } from '../../draw/dom.ts';

export interface Choice<T extends string> {
  readonly element: HTMLElement;
  show(chosen: T): void;
}

export function choice<T extends string>(label: string, items: readonly (readonly [value: T, text: string])[], choose: (value: T) => void): Choice<T> {
  const buttons = items.map(([value, text]) => h('button', { type: 'button', class: 'quiet', 'aria-pressed': false, onclick: () => choose(value) }, text));
  return {
    element: h('div', { class: 'choice', role: 'group', 'aria-label': label }, h('span', { class: 'choice-label', 'aria-hidden': 'true' }, label), ...buttons),
    show: (chosen) => items.forEach(([value], i) => buttons[i].setAttribute('aria-pressed', String(value === chosen))),
  };
}
