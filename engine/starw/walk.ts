/** One instruction after another: the decoding of bodies that gate and metering share. */
import { BinaryReader, Malformed } from './binary.ts';
import { familyOf, IMMEDIATE, INSTRUCTIONS, OP, PREFIXED, type Family, type Instruction } from './opcodes.ts';

/** The bit of an alignment that says that a memory's index stands between it and the offset (Core Specification 3.0, "Memory Instructions"). */
const MEMORY_FOLLOWS = 64;

/** An instruction that no one here knows. Thrown inside this folder only, like Malformed. */
export class UnknownInstruction {
  readonly offset: number;
  readonly name: string;
  readonly family: Family;
  constructor(offset: number, opcode: number, number: number) {
    this.offset = offset;
    this.name = `0x${opcode.toString(16).padStart(2, '0')}${number < 0 ? '' : ` ${number}`}`;
    this.family = familyOf(opcode);
  }
}

/** The instruction whose opcode was just read, and, behind the prefix, its number there (else −1). */
export class Walker extends BinaryReader {
  /** Where the instruction starts. */
  offset = 0;
  opcode = 0;
  number = -1;
  /** The first index that it carries, or the block type (−1: none of one byte, then `index` is its place in the types). */
  index = 0;
  second = 0;
  /** Of a block: the byte that says its type, or −1 if a type index stands there. */
  blockType = 0;

  /** Reads an instruction with what follows it; `onLabel` sees each label of a `br_table`. Throws Malformed. */
  next(onLabel?: (label: number) => void): Instruction {
    this.offset = this.at;
    const opcode = (this.opcode = this.byte());
    this.number = -1;
    let instruction = INSTRUCTIONS[opcode];
    if (opcode === OP.prefix) instruction = PREFIXED[(this.number = this.u32())];
    if (instruction === undefined) throw new UnknownInstruction(this.offset, opcode, this.number);
    switch (instruction.immediate) {
      case IMMEDIATE.none:
        break;
      case IMMEDIATE.index:
        this.index = this.u32();
        break;
      case IMMEDIATE.memory:
        this.index = this.u32();
        // Later versions let the memory's index follow such an alignment; earlier ones find it invalid.
        if (this.index >= MEMORY_FOLLOWS) throw new Malformed(this.offset, 'alignment with the index of a memory');
        this.second = this.u32();
        break;
      case IMMEDIATE.i32:
        this.skipSigned(32);
        break;
      case IMMEDIATE.block:
        this.readBlockType();
        break;
      case IMMEDIATE.i64:
        this.skipSigned(64);
        break;
      case IMMEDIATE.twoIndices:
        this.index = this.u32();
        this.second = this.u32();
        break;
      case IMMEDIATE.labels:
        for (let count = this.count(1); count >= 0; count--) {
          const label = this.u32();
          onLabel?.(label);
        }
        break;
      case IMMEDIATE.f32:
        this.skip(4);
        break;
      case IMMEDIATE.f64:
        this.skip(8);
        break;
      case IMMEDIATE.types:
        this.skip(this.count(1));
        break;
      case IMMEDIATE.type:
        this.byte();
        break;
    }
    return instruction;
  }

  private readBlockType(): void {
    const at = this.at;
    const first = this.byte();
    // Negative numbers of one byte are value types or nothing; others are indices of types.
    if ((first & 0xc0) === 0x40) {
      this.blockType = first;
      return;
    }
    this.at = at;
    this.blockType = -1;
    this.index = this.u32();
  }
}
