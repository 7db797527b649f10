/**
 * Serves the dashboard and run folders on loopback, to read only. What is asked for is one of the page's files, the list of
 * runs, or a file inside a run folder; a link that leads out of it is as if it were not there.
 *
 * Every request must name this server (a foreign name that resolves to 127.0.0.1 reaches nothing), with GET or HEAD. Files of
 * runs, which may be anybody's, go out as plain data: nothing in a run folder can become a script or a page with rights.
 */
import { constants, promises as fs } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PAGE_POLICY, REPORT_POLICY } from '../report/page-policy.ts';

const LOOPBACK = '127.0.0.1';

/** A run folder under the name by which addresses call it. */
export interface ServedRun {
  readonly key: string;
  readonly folder: string;
}

export interface ServeOptions {
  /** Folder of the built page. */
  readonly page: string;
  /** Asked at each request: runs may come while the server goes on. */
  readonly runs: () => readonly ServedRun[];
  /** What `runs.json` holds. */
  readonly list: () => object;
  /** 0: any free port. */
  readonly port: number;
}

export interface Served {
  /** Ends in '/'. */
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', json: 'application/json; charset=utf-8', wasm: 'application/wasm', yaml: 'text/plain; charset=utf-8',
};
const RUN_TYPES: Readonly<Record<string, string>> = { html: TYPES['html'], json: TYPES['json'], bin: 'application/octet-stream' };

const ALWAYS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** What to send: a file below a root, or text; else a status. */
type Answer =
  | { readonly root: string; readonly path: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly json: object }
  | { readonly status: 400 | 404 | 405 | 421 };

export async function serve(options: ServeOptions): Promise<Served> {
  let hosts: readonly string[] = [];
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    void respond(request, response, answerTo(request, hosts, options)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;
  hosts = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  return {
    url: `http://${LOOPBACK}:${port}/`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function answerTo({ method, headers, url = '' }: IncomingMessage, hosts: readonly string[], options: ServeOptions): Answer {
  if (!hosts.includes(headers.host ?? '')) return { status: 421 };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
  const parts = segmentsOf(url);
  if (!parts) return { status: 400 };
  const [first, key, ...rest] = parts;
  if (parts.length === 1 && first === 'runs.json') return { json: options.list() };
  if (first === 'runs') {
    const run = options.runs().find((candidate) => candidate.key === key);
    const type = extension(rest.at(-1) ?? '');
    if (!run || rest.length === 0) return { status: 404 };
    return { root: run.folder, path: join(...rest), headers: { 'Content-Type': RUN_TYPES[type] ?? 'text/plain; charset=utf-8', ...(type === 'html' && { 'Content-Security-Policy': REPORT_POLICY }) } };
  }
  const path = parts.length === 0 ? 'index.html' : join(...parts);
  // The names of built scripts and styles hold a hash of their content.
  return { root: options.page, path, headers: { 'Content-Type': TYPES[extension(path)] ?? 'application/octet-stream', ...(first === 'assets' && { 'Cache-Control': 'max-age=31536000, immutable' }) } };
}

const extension = (name: string): string => /\.([a-z0-9]+)$/.exec(name)?.[1] ?? '';

/** The decoded parts of a path, none for '/'; undefined where it is none that a file could have. */
function segmentsOf(url: string): string[] | undefined {
  if (!url.startsWith('/')) return undefined;
  const path = url.split(/[?#]/, 1)[0].slice(1);
  if (path === '') return [];
  try {
    const parts = path.split('/').map(decodeURIComponent);
    return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[/\\\0:]/.test(part)) ? parts : undefined;
  } catch {
    return undefined; // a broken escape
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if ('status' in answer) return refuse(response, answer.status);
  if ('json' in answer) {
    response.writeHead(200, { 'Content-Type': TYPES['json'] });
    return void response.end(request.method === 'HEAD' ? undefined : JSON.stringify(answer.json));
  }
  const file = await openInside(answer.root, answer.path);
  if (!file) return refuse(response, 404);
  try {
    const { size } = await file.stat();
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.setHeader('Accept-Ranges', 'bytes');
    const range = rangeOf(request.headers.range, size);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` });
      return void response.end();
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, { 'Content-Length': end - start + 1, ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }) });
    if (request.method === 'HEAD' || size === 0) return void response.end();
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

const REASONS = { 400: 'not a path', 404: 'not here', 405: 'only GET and HEAD', 421: 'not a name of this server' } as const;

function refuse(response: ServerResponse, status: keyof typeof REASONS): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...(status === 405 && { Allow: 'GET, HEAD' }) });
  response.end(`${REASONS[status]}\n`);
}

/** Opens a regular file whose real place is inside `root`; undefined for anything else, a link that leads out among them. */
async function openInside(root: string, path: string): Promise<fs.FileHandle | undefined> {
  try {
    const [realRoot, real] = await Promise.all([fs.realpath(root), fs.realpath(join(root, path))]);
    if (!real.startsWith(realRoot + sep)) return undefined;
    // Not blocking: a FIFO would wait for a writer.
    const file = await fs.open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return undefined;
  } catch {
    return undefined;
  }
}

/** One range of bytes (RFC 9110, 14.1.2); several, or another unit, are answered with the whole file, as it allows. */
function rangeOf(header: string | undefined, size: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
}
