/** `stratus view [RUN…]`: the dashboard in a browser, served on loopback until it is stopped. */
import { spawn } from 'node:child_process';
import { basename, join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { EXIT } from '../../report/verdict.ts';
import { Exit, globals, outFolder, say, sayJson, tell, type Context } from '../context.ts';
import { fromHere, readJson, runFolders } from '../files.ts';
import { builtPage } from '../page.ts';
import { serve, type ServedRun } from '../serve.ts';

export function registerView(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('view')
    .summary('the dashboard')
    .description('Serves the dashboard and run folders on 127.0.0.1, to read only, until it is stopped with Ctrl-C. Without a folder: the latest run; the others can be chosen in the page.')
    .argument('[runs...]', 'run folders; the second is the one to compare with')
    .option('--port <number>', 'port (default: any free one)', portOf, 0)
    .option('--no-open', 'print the address and open no browser')
    .addHelpText('after', `
Examples:
  stratus view
  stratus view reports/20260102T030405Z-smoke-1 --port 8080 --no-open
  stratus view reports/20260102T030405Z-smoke-1 reports/20260102T030507Z-smoke-2    compares the two`)
    .action(async (folders: readonly string[], flags: { port: number; open: boolean }, command: Command) => {
      const options = globals(command);
      const chosen = folders.map((folder) => resolve(folder));
      for (const folder of chosen) {
        if (readJson(join(folder, 'manifest.json')) === undefined) throw new Exit(EXIT.usage, [`${fromHere(folder)} is not a run folder`, 'a run folder has a manifest.json; see `stratus list runs`']);
      }
      const out = outFolder(options);
      const runs = lately(() => keyed([...new Set([...chosen, ...runFolders(out)])]));
      const page = await builtPage(context.root, tell);
      const server = await serve({ page, runs, list: () => runList(runs()), port: flags.port }).catch((error: NodeJS.ErrnoException) => {
        throw new Exit(EXIT.usage, [`cannot listen on port ${flags.port}: ${error.code ?? error.message}`, 'leave --port out for any free port']);
      });
      const over = stopped(); // before the address is out: whoever has it may stop the server
      const [first, second] = runs();
      const url = server.url + (chosen.length === 0 || !first ? '' : `#run=${encodeURIComponent(first.key)}${chosen.length > 1 && second ? `&vs=${encodeURIComponent(second.key)}&view=compare` : ''}`);
      if (options.json) sayJson({ schema: 'stratus/view/v1', url, runs: runs().map(({ folder }) => fromHere(folder)) });
      else say(url);
      if (!first) tell(`no run in ${fromHere(out)} yet: the page can simulate one, or start with \`stratus run scenarios/smoke.yaml\``);
      tell('stop with Ctrl-C');
      if (flags.open && process.stdout.isTTY) openBrowser(url);
      await over;
      await server.close();
      end(EXIT.pass);
    });
}

/** Runs may come while the server goes on, but the folder is not read anew for each of a page's requests. */
const LATELY_MS = 1_000;

function lately<T>(read: () => T): () => T {
  let [value, atMs] = [read(), Date.now()];
  return () => {
    if (Date.now() - atMs > LATELY_MS) [value, atMs] = [read(), Date.now()];
    return value;
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 (any) to 65535');
  return port;
}

/** Names for addresses: the folder's, with a number where two folders have the same. */
function keyed(folders: readonly string[]): ServedRun[] {
  const used = new Map<string, number>();
  return folders.map((folder) => {
    const name = basename(folder).replace(/[^\w.-]+/g, '-');
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return { key: times === 1 ? name : `${name}~${times}`, folder };
  });
}

/** `runs.json`, as the page reads it. */
const runList = (runs: readonly ServedRun[]): object => ({
  schema: 'stratus/runs/v1',
  runs: runs.map(({ key, folder }) => {
    const manifest = readJson(join(folder, 'manifest.json')) ?? {};
    const scenario = (manifest['scenario'] ?? {}) as { readonly name?: unknown };
    return { key, url: `runs/${encodeURIComponent(key)}/`, scenario: scenario.name, seed: manifest['seed'], verdict: manifest['verdict'], started: manifest['started'] };
  }),
});

/** Resolves at the first SIGINT or SIGTERM. */
const stopped = (): Promise<void> => new Promise((resolveStop) => {
  const stop = (): void => resolveStop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
});

/** The system's own way of opening an address; where there is none, the printed one must do. */
function openBrowser(url: string): void {
  const [command, args] = process.platform === 'darwin' ? ['open', [url]] as const : process.platform === 'win32' ? ['explorer', [url]] as const : ['xdg-open', [url]] as const;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
