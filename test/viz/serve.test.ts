/** The dashboard's server under attack: nothing outside page and run folders, to read only, for nobody who names it otherwise. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../sim/cli/serve.ts';

const base = mkdtempSync(join(tmpdir(), 'stratus-serve-'));
const SECRET = 'nobody may read this';
let server: Served;
let port: number;

beforeAll(async () => {
  for (const folder of ['page/assets', 'run/det', 'other']) mkdirSync(join(base, folder), { recursive: true });
  const write = (path: string, content: string): void => writeFileSync(join(base, path), content);
  write('secret.txt', SECRET);
  write('other/secret.txt', SECRET);
  write('page/index.html', '<!doctype html><title>page</title>');
  write('page/assets/main-abc.js', 'export {};');
  write('run/manifest.json', '{}');
  write('run/report.html', '<script src="evil.js"></script>');
  write('run/evil.js', 'alert(1)');
  write('run/det/numbers.txt', '0123456789');
  write('run/det/empty.txt', '');
  symlinkSync(join(base, 'secret.txt'), join(base, 'run/det/link.txt'));
  symlinkSync(join(base, 'other'), join(base, 'run/linked'));
  symlinkSync('/etc', join(base, 'page/etc'));
  execFileSync('mkfifo', [join(base, 'run/det/fifo')]);
  server = await serve({ page: join(base, 'page'), runs: () => [{ key: 'run', folder: join(base, 'run') }], list: () => ({ runs: ['run'] }), port: 0 });
  port = Number(new URL(server.url).port);
});

afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `path` goes out as it is: no client tidies it up first. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    asking.on('error', reject).end();
  });

/** Whatever bytes: for what `request` refuses to send. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (part) => (answer += part.toString())).on('close', () => resolve(answer)).on('error', reject);
  });

describe('gives', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', /page/],
    ['/?x=1', 'text/html; charset=utf-8', /page/],
    ['/assets/main-abc.js', 'text/javascript; charset=utf-8', /export/],
    ['/runs.json', 'application/json; charset=utf-8', /"run"/],
    ['/runs/run/manifest.json', 'application/json; charset=utf-8', /\{\}/],
    ['/runs/run/det/numbers.txt', 'text/plain; charset=utf-8', /^0123456789$/],
    ['/runs/run/det/empty.txt', 'text/plain; charset=utf-8', /^$/],
    ['/runs/%72un/det/numbers.txt', 'text/plain; charset=utf-8', /^0123456789$/],
  ])('%s', async (path, type, content) => {
    const { status, headers, body } = await ask(path);
    expect([status, headers['content-type']]).toEqual([200, type]);
    expect(body).toMatch(content);
  });

  it('a policy with everything that lets no page do more than it must', async () => {
    for (const path of ['/', '/assets/main-abc.js', '/runs/run/manifest.json', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';.*frame-ancestors 'none'$/);
      expect([headers['x-content-type-options'], headers['referrer-policy'], headers['cross-origin-resource-policy']]).toEqual(['nosniff', 'no-referrer', 'same-origin']);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('nothing out of a run folder that could run', async () => {
    expect((await ask('/runs/run/evil.js')).headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await ask('/runs/run/report.html')).headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=5-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
    ['bytes=99999999999999999999-', 200, '0123456789', undefined],
  ])('range %s', async (range, status, body, contentRange) => {
    const reply = await ask('/runs/run/det/numbers.txt', { range });
    expect([reply.status, reply.body, reply.headers['content-range']]).toEqual([status, body, contentRange]);
  });

  it('heads without bodies', async () => {
    const { status, headers, body } = await ask('/runs/run/det/numbers.txt', {}, 'HEAD');
    expect([status, headers['content-length'], body]).toEqual([200, '10', '']);
  });
});

describe('refuses', () => {
  it.each([
    '/../secret.txt', '/runs/run/../../secret.txt', '/runs/run/det/../../../secret.txt', '/%2e%2e/secret.txt', '/runs/run/%2e%2e/%2e%2e/secret.txt', '/runs/run/..%2f..%2fsecret.txt', '/runs/run/..%5c..%5csecret.txt',
    '/runs/run/det%2f..%2f..%2f..%2fsecret.txt', '/runs/run/%252e%252e/secret.txt', '/runs/run//etc/passwd', '//etc/passwd', '/%2fetc%2fpasswd', '/runs/run/%00', '/runs/run/manifest.json%00.txt', '/runs/run/\\..\\secret.txt',
    '/runs/../secret.txt', '/runs/', '/runs', '/runs/run', '/runs/run/', '/runs/run/det', '/runs/nobody/manifest.json', '/runs/__proto__/x', '/page/index.html', '/assets', '/assets/', '/etc/passwd', '/%', '/%zz', '/C:/x', '/.',
    '/runs/run/det/link.txt', '/runs/run/linked/secret.txt', '/runs/run/det/fifo', `/${'a/'.repeat(3_000)}a`,
  ])('%s', async (path) => {
    const { status, body } = await ask(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain(SECRET);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s', async (method) => {
    const { status, headers } = await ask('/', {}, method);
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['evil.example', `evil.example:${'1'}`, '127.0.0.1', 'localhost', `127.0.0.1:1`, `127.0.0.1.evil.example`])('the name “%s”', async (host) => {
    expect((await ask('/', { host })).status).toBe(421);
  });

  it('no name, and addresses of elsewhere', async () => {
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421/);
    expect(await raw(`GET http://127.0.0.1:${port}/runs/run/manifest.json HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(`CONNECT secret.txt:80 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).not.toContain('200');
    expect(await raw('\0\x01\x02 nonsense\r\n\r\n')).not.toContain('200');
  });

  it('to listen to anything but loopback', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    await expect(serve({ page: base, runs: () => [], list: () => ({}), port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

it('its own name works too, and goes on working after a reader hangs up', async () => {
  writeFileSync(join(base, 'run/det/large.bin'), Buffer.alloc(8 << 20));
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET /runs/run/det/large.bin HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`));
    socket.once('data', () => socket.destroy()).on('close', () => resolve());
  });
  expect((await ask('/', { host: `localhost:${port}` })).status).toBe(200);
});
