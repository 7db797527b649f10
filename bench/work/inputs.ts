/** Inputs that take seconds to make (signed blocks), kept beside the bundle that made them: other sources never read them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface InputStore {
  /** The bytes under `name`, made once. */
  bytes(name: string, make: () => Uint8Array): Uint8Array;
}

export const inMemory: InputStore = { bytes: (_name, make) => make() };

export function onDisk(folder: string): InputStore {
  return {
    bytes(name, make) {
      const path = join(folder, `${name.replace(/[^\w.-]+/g, '_')}.bin`);
      try {
        return new Uint8Array(readFileSync(path));
      } catch {
        const made = make();
        mkdirSync(folder, { recursive: true });
        const temporary = `${path}.${process.pid}`;
        writeFileSync(temporary, made);
        renameSync(temporary, path);
        return made;
      }
    },
  };
}
