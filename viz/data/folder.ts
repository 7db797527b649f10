/** A run folder, wherever it lies: files by their path inside it, whole or a part. Rejects with a `Problem` only. */
import { PROBLEMS } from './problem.ts';

export interface Folder {
  /** As messages name it. */
  readonly name: string;
  /** At most `bytesMax` bytes, or 'too-large'. */
  read(path: string, bytesMax: number): Promise<Uint8Array>;
  /** Bytes from … to (not included), and the size of the whole file. Fewer bytes come only at its end. */
  readPart(path: string, from: number, to: number): Promise<{ readonly bytes: Uint8Array; readonly size: number }>;
}

const mib = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
const tooLarge = (where: string, size: number, bytesMax: number): never => {
  throw PROBLEMS.tooLarge(where, `${mib(size)}, and at most ${mib(bytesMax)} are read`);
};

/** Below a URL that ends in '/'. */
export function httpFolder(base: string, ask: typeof fetch = fetch): Folder {
  const get = async (path: string, range?: string): Promise<Response> => {
    const where = base + path;
    const response = await ask(where, { credentials: 'same-origin', redirect: 'error', ...(range !== undefined && { headers: { Range: range } }) }).catch((error: unknown) => {
      throw PROBLEMS.unreachable(where, error instanceof Error ? error.message : 'no answer');
    });
    if (response.status === 404) throw PROBLEMS.notFound(where);
    if (!response.ok && response.status !== 416) throw PROBLEMS.unreachable(where, `the server answers ${response.status}`);
    return response;
  };
  const bytesOf = async (response: Response, where: string): Promise<Uint8Array> =>
    new Uint8Array(await response.arrayBuffer().catch(() => {
      throw PROBLEMS.truncated(where, 'the connection broke');
    }));
  return {
    name: base,
    async read(path, bytesMax) {
      const response = await get(path);
      const declared = Number(response.headers.get('content-length') ?? 0);
      if (declared > bytesMax) {
        await response.body?.cancel();
        tooLarge(base + path, declared, bytesMax);
      }
      return bounded(response, base + path, bytesMax);
    },
    async readPart(path, from, to) {
      const response = await get(path, `bytes=${from}-${to - 1}`);
      if (response.status === 416) return { bytes: new Uint8Array(0), size: sizeIn(response) };
      const bytes = await bytesOf(response, base + path);
      // A server without ranges sends the whole file.
      return response.status === 206 ? { bytes, size: sizeIn(response) } : { bytes: bytes.subarray(from, to), size: bytes.length };
    },
  };
}

/** The size after the slash in `Content-Range: bytes 0-9/100`. */
const sizeIn = (response: Response): number => Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0);

/** The body, as long as it does not exceed `bytesMax` (a declared length may be wrong, or missing). */
async function bounded(response: Response, where: string, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch(() => {
      throw PROBLEMS.truncated(where, 'the connection broke');
    });
    if (!part?.value) break;
    size += part.value.length;
    if (size > bytesMax) {
      await reader?.cancel();
      tooLarge(where, size, bytesMax);
    }
    parts.push(part.value);
  }
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Files that a person dropped or chose, by their path inside the run folder. */
export function fileFolder(name: string, files: ReadonlyMap<string, Blob>): Folder {
  const find = (path: string): Blob => {
    const file = files.get(path);
    if (!file) throw PROBLEMS.notFound(`${name}/${path}`);
    return file;
  };
  const bytesOf = async (blob: Blob, path: string): Promise<Uint8Array> =>
    new Uint8Array(await blob.arrayBuffer().catch(() => {
      throw PROBLEMS.unreachable(`${name}/${path}`, 'the file was moved or changed since it was chosen');
    }));
  return {
    name,
    async read(path, bytesMax) {
      const file = find(path);
      if (file.size > bytesMax) tooLarge(`${name}/${path}`, file.size, bytesMax);
      return bytesOf(file, path);
    },
    async readPart(path, from, to) {
      const file = find(path);
      return { bytes: await bytesOf(file.slice(from, to), path), size: file.size };
    },
  };
}
