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
  const walker = new Walker(metered, at, body.end);
  walker.next();
  let paid = 0;
  while (!LAST.has(walker.opcode) && walker.at < body.end) {
    walker.next();
    if (walker.opcode === OP.loop || (walker.opcode === OP.globalGet && walker.index >= gas)) break;
    if (walker.opcode !== OP.end && walker.opcode !== OP.else) paid++;
  }
  return paid;
}
