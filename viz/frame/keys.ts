/** Keys of the whole page. What has focus comes first: fields keep theirs, buttons keep Space and Enter. */

export type KeyActions = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const FIELDS = /^(INPUT|TEXTAREA|SELECT)$/;

/** `actions` by `event.key`; nothing happens while Ctrl, Alt or Meta is held, or where somebody types. */
export function listenKeys(target: Document, actions: KeyActions, signal?: AbortSignal): void {
  target.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const focused = event.composedPath()[0];
    if (!(focused instanceof Element)) return;
    const typing = FIELDS.test(focused.tagName) || (focused instanceof HTMLElement && focused.isContentEditable);
    if (event.key === 'Escape' && typing) return (focused as HTMLElement).blur();
    if (typing || focused.closest('dialog')) return;
    if (event.key === ' ' && /^(BUTTON|SUMMARY|A)$/.test(focused.tagName)) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
  }, signal ? { signal } : {});
}
