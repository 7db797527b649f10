/** Foreign modules made countable as their reference counts: `nop`s for parameters and locals, an export in place of a start function. */
import { BinaryWriter } from '../../engine/starw/binary.ts';
import { decodeModule, SECTION } from '../../engine/starw/module.ts';

/** Under this name the start function is exported. */
export const startExport = 'test:start';

const NOP = 0x01;

export function foreign(bytes: Uint8Array): Uint8Array {
  const shape = decodeModule(bytes);
  const out = new BinaryWriter(2 * bytes.length);
  out.copy(bytes, 0, 8);
  const section = (id: number, write: (contents: BinaryWriter) => void): void => {
    const contents = new BinaryWriter(bytes.length);
    write(contents);
    out.byte(id);
    out.u32(contents.at);
    out.copy(contents.bytes, 0, contents.at);
  };
  for (const { id, offset, start, end } of shape.sections) {
    if (id === SECTION.start || id === SECTION.custom) continue;
    if (id === SECTION.export && shape.start !== undefined) {
      section(id, (contents) => {
        contents.u32(shape.exports.length + 1);
        let at = start;
        while (bytes[at++] >= 0x80);
        contents.copy(bytes, at, end);
        contents.name(startExport);
        contents.byte(0);
        contents.u32(shape.start!.function);
      });
    } else if (id === SECTION.code) {
      section(id, (contents) => {
        contents.u32(shape.bodies.length);
        shape.bodies.forEach((body, i) => {
          const nops = shape.types[shape.functions[shape.importedFunctions + i]].params.length + body.locals;
          contents.u32(body.end - body.start + nops);
          contents.copy(bytes, body.start, body.code);
          for (let k = 0; k < nops; k++) contents.byte(NOP);
          contents.copy(bytes, body.code, body.end);
        });
      });
    } else out.copy(bytes, offset, end);
  }
  return out.written().slice();
}
