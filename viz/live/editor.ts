/** The scenario editor: YAML with what is wrong marked at its place. Loaded when the live view is first shown. */
import { minimalSetup } from 'codemirror';
import { yaml } from '@codemirror/lang-yaml';
import { syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { TextProblem } from './messages.ts';

/** In the page's colour roles, which reach into the shadow tree. */
const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--raised)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--muted)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--sunken) 70%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'color-mix(in srgb, var(--accent) 28%, transparent) !important' },
  '.tok-propertyName, .tok-definition': { color: 'var(--accent)' },
  '.tok-comment': { color: 'var(--muted)', fontStyle: 'italic' },
  '.tok-string, .tok-string2': { color: 'var(--good)' },
  '.tok-number, .tok-bool, .tok-atom': { color: 'var(--warn)' },
  '.cm-tooltip': { backgroundColor: 'var(--panel)', color: 'var(--ink)', border: '1px solid var(--strong-line)' },
});

export interface Editor {
  text(): string;
  /** Puts another text in place of all. */
  replace(text: string): void;
  /** Marks what is wrong; problems without a place are left to the list beside. */
  mark(problems: readonly TextProblem[]): void;
  /** Moves the cursor to a character and shows it. */
  goTo(offset: number): void;
  destroy(): void;
}

/**
 * Fills `host`; `changed` is called after each change that a person made. Tab leaves the editor, as everywhere on the page. It
 * stands in a shadow tree, where its styles are style sheets: the page's policy allows no style elements.
 */
export function makeEditor(host: HTMLElement, text: string, label: string, changed: () => void): Editor {
  let silent = false;
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        minimalSetup, lineNumbers(), highlightActiveLine(), lintGutter(), yaml(), syntaxHighlighting(classHighlighter), LOOK, EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !silent) changed();
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace(next) {
      if (view.state.doc.toString() === next) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next }, selection: { anchor: 0 } });
      silent = false;
    },
    mark(problems) {
      const { length } = view.state.doc;
      const diagnostics = problems.filter(({ from }) => from >= 0).map(({ from, to, problem, mend }): Diagnostic => ({
        from: Math.min(from, length), to: Math.min(to, length), severity: 'error', message: mend === '' ? problem : `${problem}. ${mend}`,
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(offset) {
      const anchor = Math.min(offset, view.state.doc.length);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
