/**
 * Compiling contracts from AssemblyScript, with the flags that the templates are compiled with. The SDK
 * (engine/starw/contracts/sdk) is there as `stratus/contract` and `stratus/star`, wherever the source lies.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT } from '../report/verdict.ts';
import { lineAndColumn } from '../scenario/problem.ts';
import { readModule } from './contract-files.ts';
import { Exit, type Context } from './context.ts';
import { fromHere } from './files.ts';

/** What is wrong with a source; `place` is `file:line:column`, or empty. */
interface Diagnostic {
  readonly place: string;
  readonly message: string;
}

/** The parts of the compiler that are used here. */
interface Compiler {
  main(
    args: readonly string[],
    options: {
      readFile(name: string, baseDir: string): string | null;
      writeFile(name: string, contents: unknown): void;
      listFiles(): readonly string[];
      reportDiagnostic(diagnostic: Reported): void;
      stdout: Sink;
      stderr: Sink;
    },
  ): Promise<{ readonly error: Error | null }>;
}
interface Reported {
  readonly message: string;
  /** 3: an error. */
  readonly category: number;
  readonly range: { readonly start: number; readonly source: { readonly normalizedPath: string } | null } | null;
}
interface Sink {
  write(text: string | Uint8Array): boolean;
}

const ERROR = 3;
const SDK = /(?:^|\/)node_modules\/stratus\/(?:assembly\/)?(\w+)\.ts$/;

/** The compiler is a package that nothing else needs: it may be missing. */
async function compiler({ root }: Context): Promise<{ readonly asc: Compiler; readonly flags: readonly string[] }> {
  try {
    const asc = (await import('assemblyscript/asc')) as unknown as Compiler;
    const { FLAGS } = (await import(pathToFileURL(join(root, 'engine/starw/contracts/build.mjs')).href)) as { readonly FLAGS: readonly string[] };
    return { asc, flags: FLAGS };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly devDependencies: Readonly<Record<string, string>> };
    throw new Exit(EXIT.usage, ['the AssemblyScript compiler is not installed', `  in ${fromHere(root)}: npm install --no-save assemblyscript@${devDependencies['assemblyscript'] ?? 'latest'}`]);
  }
}

/** Bytes of the module that a source compiles to; errors in it end the command, each with its place. */
export async function compileContract(source: string, context: Context): Promise<Uint8Array> {
  readModule(source);
  const { asc, flags } = await compiler(context);
  // Names that the compiler sees decide on the order in the module: from the folder's parent on, as the templates' build has them.
  const base = dirname(dirname(resolve(source)));
  const sdk = join(context.root, 'engine/starw/contracts/sdk');
  /** By the compiler's own name for a file: where it lies. */
  const read = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  let module: Uint8Array | undefined;
  const log: string[] = [];
  const sink: Sink = { write: (text) => log.push(String(text)) > 0 };
  const { error } = await asc.main([relative(base, resolve(source)), ...flags, '--baseDir', base, '--outFile', 'out.wasm'], {
    readFile(name) {
      const inSdk = SDK.exec(name);
      const path = inSdk === null ? resolve(base, name) : join(sdk, `${inSdk[1]}.ts`);
      try {
        const text = readFileSync(path, 'utf8');
        read.set(name, path);
        return text;
      } catch {
        return null;
      }
    },
    writeFile(name, contents) {
      if (name.endsWith('.wasm')) module = contents as Uint8Array;
    },
    listFiles: () => [],
    reportDiagnostic({ message, category, range }) {
      if (category === ERROR) diagnostics.push({ place: placeOf(range, read), message });
    },
    stdout: sink,
    stderr: sink,
  });
  if (error === null && module !== undefined) return Uint8Array.from(module);
  const found = diagnostics.length > 0 ? diagnostics : [{ place: fromHere(source), message: error?.message ?? (log.join('').trim() || 'the compiler gave no module') }];
  throw new Exit(
    EXIT.scenario,
    found.map(({ place, message }) => `${place === '' ? fromHere(source) : place}: ${message}`),
    { schema: 'stratus/contract-build/v1', exitCode: EXIT.scenario, source, problems: found.map(({ place, message }) => ({ place, problem: message })) },
  );
}

function placeOf(range: Reported['range'], read: ReadonlyMap<string, string>): string {
  const name = range?.source?.normalizedPath;
  if (range === null || name === undefined) return '';
  const path = read.get(name) ?? read.get(`${name}.ts`);
  if (path === undefined) return name;
  const { line, column } = lineAndColumn(readFileSync(path, 'utf8'), range.start);
  const short = relative(process.cwd(), path);
  return `${short.startsWith('..') ? path : short}:${line}:${column}`;
}
