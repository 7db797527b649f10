/** What the deterministic core may not use (docs/determinism.md), each with what to write instead; and marks that no source may carry. */
import ts from 'typescript';
import { lineOf, visit, type Finding, type Source, type Tree } from './tree.ts';

/** engine without host, sim without cli. */
export const isCore = (path: string): boolean => /^(engine\/(?!host\/)|sim\/(?!cli\/))/.test(path);
/** Where text is made for people and files: JSON is fine there, and nothing there is hashed as JSON. */
const WRITES_JSON = /^sim\/(report|scenario)\//;

const NAMES: Readonly<Record<string, string>> = {
  Date: 'time is an argument: virtual microseconds, or a clock in seconds',
  performance: 'time is an argument; wall figures are taken in sim/cli',
  setTimeout: 'ask for a timer effect, or push an event to the queue',
  setInterval: 'ask for a timer effect, or push an event to the queue',
  setImmediate: 'push an event to the queue',
  queueMicrotask: 'call it now, or push an event to the queue',
  Promise: 'return the value: the core awaits nothing',
  WeakRef: 'a Map with a stated bound: the garbage collector must not decide',
  WeakMap: 'a Map keyed by a hash or an index, with a stated bound',
  WeakSet: 'a Set of hashes or indices, with a stated bound',
  FinalizationRegistry: 'release what you hold by hand',
  Intl: 'write digits and separators yourself (sim/report/format.ts)',
  console: 'tell the caller (an effect, RunOptions.log); sim/cli prints',
  process: 'take it as an argument from sim/cli',
  Buffer: 'Uint8Array and engine/primitives/bytes.ts',
  globalThis: 'name what you need; none of what hides in there is allowed',
  eval: 'write the code',
};
const LOCALE = /^(localeCompare|toLocale\w*)$/;
/** Exact by specification; everything else of Math is not, or is random. */
const EXACT_MATH = new Set(['abs', 'ceil', 'floor', 'round', 'trunc', 'max', 'min', 'sign', 'sqrt', 'imul', 'clz32']);

type Report = (node: ts.Node, what: string, instead: string) => void;

/** Runs a check over every core source. */
const overCore = (check: (node: ts.Node, report: Report, source: Source) => void, applies = (_path: string): boolean => true) => (tree: Tree): Finding[] => {
  const findings: Finding[] = [];
  for (const source of tree.values()) {
    if (!isCore(source.path) || !applies(source.path)) continue;
    visit(source, (node) => check(node, (at, what, instead) => findings.push({ path: source.path, line: lineOf(source.ast, at.getStart(source.ast)), what, instead }), source));
  }
  return findings;
};

/** A name that is used, as opposed to a property, key or declaration that happens to be called so. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  return !((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) && parent.name === node);
}

export const bannedNames = overCore((node, report) => {
  if (ts.isIdentifier(node) && Object.hasOwn(NAMES, node.text) && isUse(node)) report(node, node.text, NAMES[node.text]);
});

export const asynchrony = overCore((node, report) => {
  if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) report(node, node.kind === ts.SyntaxKind.AsyncKeyword ? 'async' : 'await', 'return the value: the core awaits nothing');
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) report(node, 'import()', 'import at the top');
});

export const inexactMath = overCore((node, report) => {
  if (ts.isIdentifier(node) && node.text === 'Math' && isUse(node)) {
    const { parent } = node;
    const member = ts.isPropertyAccessExpression(parent) ? parent.name.text : undefined;
    if (member === undefined || !EXACT_MATH.has(member)) {
      report(node, `Math${member === undefined ? '' : `.${member}`}`, member === 'random' ? 'draw(key, actor, purpose, counter) of sim/kernel/draw.ts' : 'sim/kernel/exact-math.ts, a table, or integers');
    }
  }
  if (ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken || node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken)) {
    const whole = (side: ts.Expression): boolean => ts.isNumericLiteral(side) && /^\d+$/.test(side.text);
    // With a bigint on one side the other must be one too, or the program throws.
    if (ts.isBigIntLiteral(node.left) || ts.isBigIntLiteral(node.right) || (whole(node.left) && whole(node.right))) return;
    report(node, '** on what may not be whole', 'a bigint, or pow of sim/kernel/exact-math.ts');
  }
});

export const unsureOrder = overCore((node, report) => {
  if (ts.isForInStatement(node)) report(node, 'for…in', 'for…of over Object.keys or a Map: for…in sorts keys that look like integers first, and walks prototypes');
  if (ts.isIdentifier(node) && LOCALE.test(node.text)) report(node, node.text, 'compare with < and >');
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && /^(sort|toSorted)$/.test(node.expression.name.text) && node.arguments.length === 0) {
    // Only typed arrays have `subarray`, and they sort by number.
    const receiver = node.expression.expression;
    const typed = ts.isCallExpression(receiver) && ts.isPropertyAccessExpression(receiver.expression) && receiver.expression.name.text === 'subarray';
    if (!typed) report(node, `.${node.expression.name.text}() by text`, 'a comparator that is a total order: (a, b) => a - b, or (a, b) => (a < b ? -1 : 1) for distinct texts');
  }
});

export const jsonInCore = overCore(
  (node, report) => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'stringify' && node.expression.getText() === 'JSON') report(node, 'JSON.stringify', 'engine/primitives/codec.ts for anything hashed; sim/report for files');
  },
  (path) => !WRITES_JSON.test(path),
);

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'do it, or write it down in docs/'],
  [/@ts-(ignore|nocheck)\b|\b(eslint|oxlint)-disable(?!-next-line no-control-regex)/, 'mend what the tool says'],
  [/\b(it|test|describe|bench)\.(only|skip|todo)\b|^\s*(fit|xit|xdescribe)\('/, 'run every test, or skipIf with a reason'],
  [/\bas any\b/, 'unknown, and narrow it'],
  [/\bdebugger\b/, 'delete it'],
];

/** In all trees but where the marks themselves are spelled out. */
export const marks = (tree: Tree): Finding[] => {
  const findings: Finding[] = [];
  for (const { path, text } of tree.values()) {
    if (/^test\/architecture[./]/.test(path)) continue;
    text.split('\n').forEach((line, i) => {
      for (const [mark, instead] of MARKS) {
        const what = mark.exec(line)?.[0];
        if (what !== undefined) findings.push({ path, line: i + 1, what, instead });
      }
    });
  }
  return findings;
};
