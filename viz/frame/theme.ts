/** Themes: as the system says, or as chosen. The choice stands in the address; the page remembers the last one. */
import type { Store, Theme } from '../state/store.ts';

const KEY = 'stratus.theme';

export function followTheme(store: Store, themeInAddress: boolean): void {
  const [dark, contrast] = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('(prefers-contrast: more)')];
  const apply = (): void => {
    const { theme } = store.get();
    document.documentElement.dataset['theme'] = theme !== 'system' ? theme : contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
  };
  const kept = remembered(KEY) as Theme | undefined;
  if (!themeInAddress && kept && ['light', 'dark', 'contrast'].includes(kept)) store.set({ theme: kept });
  for (const query of [dark, contrast]) query.addEventListener('change', apply);
  store.subscribe((state, before) => {
    if (state.theme === before.theme) return;
    remember(KEY, state.theme);
    apply();
  });
  apply();
}

/** Storage may be forbidden; then nothing is remembered. */
export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows: the choice lasts as long as the page.
  }
}

export const calmMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
