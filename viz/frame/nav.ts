/** The views' tabs: links, so that they can be opened beside and reached by Tab. */
import { h } from '../draw/dom.ts';
import { addressOf } from '../state/address.ts';
import type { State, Store } from '../state/store.ts';
import type { ViewEntry } from '../views/view.ts';

export interface Nav {
  readonly element: HTMLElement;
  update(state: State, before: State | undefined): void;
}

export function makeNav(store: Store, views: readonly ViewEntry[]): Nav {
  const links = views.map((view) => {
    const link = h('a', { href: '#', title: view.question, 'data-view': view.id, onclick: (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      store.set({ view: view.id, options: {} });
    } }, h('span', {}, view.title), h('kbd', { 'aria-hidden': 'true' }, view.key));
    // The address is made when somebody is about to use it.
    for (const type of ['pointerenter', 'focus']) link.addEventListener(type, () => link.setAttribute('href', addressOf({ ...store.get(), view: view.id, options: {} })));
    return { id: view.id, link };
  });
  return {
    element: h('nav', { class: 'tabs', 'aria-label': 'views' }, ...links.map(({ link }) => link)),
    update(state, before) {
      if (state.view === before?.view) return;
      for (const { id, link } of links) {
        if (id === state.view) {
          link.setAttribute('aria-current', 'page');
          link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        } else link.removeAttribute('aria-current');
      }
    },
  };
}
