/** What a segment had paid for instructions behind the one that trapped: found from V8's byte offset of the trap. */
import { decodeModule } from '../../engine/starw/module.ts';
import { OP } from '../../engine/starw/opcodes.ts';
import { Walker } from '../../engine/starw/walk.ts';

/** Behind these nothing more of a segment comes. */
const LAST: ReadonlySet<number> = new Set([OP.if, OP.br, OP.brIf, OP.brTable, OP.return, OP.unreachable, OP.call, OP.callIndirect, OP.else]);

/** `gas` is the index of the first global that metering appended: reading it begins a charge, or gives stack back. */
export function paidBehindTrap(trap: Error, metered: Uint8Array, gas: number): number {
  const place = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(trap.stack ?? '');
  if (place === null) throw new Error(`no place in ${trap.stack}`);
  const at = Number.parseInt(place[1], 16);
  const body = decodeModule(metered).bodies.find(({ start, end }) => start <= at && at < end)!;
  /** What opens each block around the place, the body's own first; of a loop, where it begins. */
  const open: (number | undefined)[] = [undefined];
  const walker = new Walker(metered, body.code, body.end);
  const step = (): void => {
    walker.next();
    if (walker.opcode === OP.block || walker.opcode === OP.if) open.push(undefined);
    else if (walker.opcode === OP.loop) open.push(walker.offset);
    else if (walker.opcode === OP.end) open.pop();
  };
  while (walker.at <= at) step();
  /** Instructions from here to the end of the segment; `loop` begins a new one if it is followed by a charge. */
  const rest = (): number => {
    let paid = 0;
    while (!LAST.has(walker.opcode) && walker.at < body.end) {
      step();
      if (walker.opcode === OP.loop && metered[walker.at] === OP.globalGet && new Walker(metered, walker.at + 1, body.end).u32() >= gas) break;
      if (walker.opcode === OP.globalGet && walker.index >= gas) break;
      if (walker.opcode !== OP.end && walker.opcode !== OP.else) paid++;
    }
    return paid;
  };
  const paid = rest();
  // A jump back has paid ahead for the loop's first segment if that has no charge of its own.
  const loop = walker.opcode === OP.br ? open.at(-1 - walker.index) : undefined;
  if (loop === undefined) return paid;
  walker.at = loop;
  step();
  const charged = metered[walker.at] === OP.globalGet && new Walker(metered, walker.at + 1, body.end).u32() >= gas;
  return charged ? paid : paid + 1 + rest();
}
