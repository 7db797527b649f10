/** Sources as the architecture rules see them: by path from the project's folder, parsed, with their imports resolved. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

export interface Import {
  /** Path of the imported source, or the name of a package. */
  readonly target: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly ast: ts.SourceFile;
  readonly imports: readonly Import[];
}

export type Tree = ReadonlyMap<string, Source>;

/** What a rule found, and what to write instead. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

export const lineOf = (ast: ts.SourceFile, at: number): number => ast.getLineAndCharacterOfPosition(at).line + 1;

export function parse(path: string, text: string): Source {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return { path, text, ast, imports: importsOf(path, ast) };
}

/** Contracts are written in another language of the same suffix. */
const ASSEMBLYSCRIPT = 'engine/starw/contracts';

/** Reads the folders of `root`; TypeScript only, without declarations. */
export function readTree(root: string, folders: readonly string[]): Tree {
  const tree = new Map<string, Source>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.name === 'node_modules' || path === ASSEMBLYSCRIPT) continue;
      if (entry.isDirectory()) walk(path);
      else if (/(?<!\.d)\.ts$/.test(path)) tree.set(path, parse(path, readFileSync(join(root, path), 'utf8')));
    }
  };
  for (const folder of folders) walk(folder);
  return tree;
}

/** A tree that a test writes down. */
export const treeOf = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files).map(([path, text]) => [path, parse(path, text)]));

/** Visits every node of a source. */
export function visit(source: Source, see: (node: ts.Node) => void): void {
  const go = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, go);
  };
  go(source.ast);
}

function importsOf(path: string, ast: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const relative = specifier.text.startsWith('.');
    const target = relative ? normalize(join(dirname(path), specifier.text)) : specifier.text;
    found.push({ target, relative, typeOnly, line: lineOf(ast, specifier.getStart(ast)) });
  };
  const go = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, onlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal as ts.Expression, true);
    ts.forEachChild(node, go);
  };
  go(ast);
  return found;
}

/** `import type { A }`, or `import { type A }` with nothing else. */
function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  return name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings) && namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}
