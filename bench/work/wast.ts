/** Scripts of the WebAssembly core test suite (.wast): their expressions, and modules cut down to what a contract may hold. */

/** An atom as it is written, a string's bytes, or a list; and where it stands in the text. */
export interface Expression {
  readonly atom: string;
  readonly bytes: Uint8Array | undefined;
  readonly items: readonly Expression[];
  readonly start: number;
  readonly end: number;
}

const TOKEN = /;;[^\n]*|\(;|[()]|"(?:[^"\\]|\\.)*"|[^\s()";]+|\s+|;/gy;

/** All expressions of a text. Throws where brackets do not match. */
export function parseScript(text: string): Expression[] {
  const open: { items: Expression[]; start: number }[] = [{ items: [], start: 0 }];
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) break;
    const end = TOKEN.lastIndex;
    if (token === '(;') TOKEN.lastIndex = endOfComment(text, end);
    else if (token === '(') open.push({ items: [], start });
    else if (token === ')') {
      const { items, start: opened } = open.pop()!;
      open.at(-1)!.items.push({ atom: '', bytes: undefined, items, start: opened, end });
    } else if (!/^(\s|;;)/.test(token)) {
      open.at(-1)!.items.push({ atom: token, bytes: token[0] === '"' ? stringBytes(token.slice(1, -1)) : undefined, items: [], start, end });
    }
  }
  if (open.length !== 1) throw new Error('brackets do not match');
  return open[0].items;
}

/** Comments nest. */
function endOfComment(text: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < text.length) {
    if (text.startsWith('(;', at)) depth++;
    else if (text.startsWith(';)', at)) depth--;
    else {
      at++;
      continue;
    }
    at += 2;
  }
  return at;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\'': '\'', '\\': '\\' };

function stringBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [, hex, code, escape, plain] of text.matchAll(/\\([0-9a-fA-F]{2})|\\u\{([0-9a-fA-F_]+)\}|\\(.)|([^\\]+)/gs)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...encoder.encode(plain ?? (code === undefined ? (ESCAPES[escape] ?? '') : String.fromCodePoint(Number.parseInt(code.replaceAll('_', ''), 16)))));
  }
  return Uint8Array.from(bytes);
}

/** What the suite's host module `spectest` gives, as fields that a module has itself. */
const SPECTEST: Readonly<Record<string, (name: string) => string>> = {
  global_i32: (name) => `(global ${name} i32 (i32.const 666))`,
  global_i64: (name) => `(global ${name} i64 (i64.const 666))`,
  memory: (name) => `(memory ${name} 1 2)`,
  table: (name) => `(table ${name} 10 20 funcref)`,
  print: (name) => `(func ${name})`,
  print_i32: (name) => `(func ${name} (param i32))`,
  print_i64: (name) => `(func ${name} (param i64))`,
};

/** What a contract's function cannot hold, by the words of the text format. */
const OUTSIDE = /\b[fv](32|64|128)\b|f(32|64)\.|[if]\d+x\d+|\(result(\s+\$?\S+)?\s+[if]\d\d\s+[if]\d\d|\(result [^)]*\)\s*\(result|\(param[^()]*\)\s*\)?\s*\(result|ref\b|extern|\btable\.|elem\.drop|data\.drop|memory\.init|return_call|\bthrow|\btry|\bany\b|select \(result/;

/**
 * The module's text with what lies outside of contracts taken out, so that the rest can be run: `spectest` becomes its own, functions
 * with floats, vectors, references or several results become empty ones that nobody exports, and so do those that call them.
 */
export function cutDown(text: string, module: Expression): string {
  const fields = module.items.slice(1).map((field) => ({ field, text: text.slice(field.start, field.end) }));
  const gone = new Set<string>();
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const { field, text: source } of fields) {
      const name = nameOf(field);
      if (field.items[0]?.atom !== 'func' || name === '' || gone.has(name)) continue;
      if (outside(field, source) || words(field).some((word, i, all) => gone.has(word) && i > 1 && all[i - 1] === 'call')) gone.add(name);
    }
  }
  return `(module ${fields.map(({ field, text: source }) => cutField(field, source, gone)).join('\n')})`;
}

const nameOf = (field: Expression): string => (field.items[1]?.atom.startsWith('$') ? field.items[1].atom : '');
const words = (of: Expression): string[] => (of.items.length > 0 ? of.items.flatMap(words) : [of.atom]);

function outside(field: Expression, source: string): boolean {
  const declared = field.items.filter(({ items }) => items[0]?.atom === 'result');
  return OUTSIDE.test(source) || declared.flatMap(({ items }) => items.slice(1)).length > 1;
}

function cutField(field: Expression, source: string, gone: ReadonlySet<string>): string {
  const kind = field.items[0]?.atom ?? '';
  const imported = kind === 'import' ? field : field.items.find(({ items }) => items[0]?.atom === 'import');
  if (imported !== undefined) {
    const [module, item] = [imported.items[1], imported.items[2]].map((name) => new TextDecoder().decode(name?.bytes));
    const name = kind === 'import' ? nameOf(imported.items[3] ?? imported) : nameOf(field);
    const exports = field.items.filter(({ items }) => items[0]?.atom === 'export').map(({ items }) => items[1].atom);
    const own = module === 'spectest' ? SPECTEST[item]?.(name) : undefined;
    return own === undefined ? source : own.replace(/^\((\w+) (\S*)/, (start) => `${start} ${exports.map((as) => `(export ${as})`).join(' ')}`);
  }
  if (kind === 'func' && (gone.has(nameOf(field)) || outside(field, source) || words(field).some((word, i, all) => gone.has(word) && all[i - 1] === 'call'))) return `(func ${nameOf(field)})`;
  if (kind === 'global' && /\bf(32|64)\b|ref/.test(source)) return `(global ${nameOf(field)} i32 (i32.const 0))`;
  if (kind === 'type' && OUTSIDE.test(source)) return `(type ${nameOf(field)} (func))`;
  if (kind === 'export' && gone.has(field.items[2]?.items[1]?.atom ?? '')) return '';
  return source;
}
