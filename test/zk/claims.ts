/** Claims to prove: notes of a few owners, made of small numbers so that a failure can be read. */
import { OUTPUT_COUNT, RING_SIZE } from '../../engine/params/zk.ts';
import { fieldOf, ZERO_FIELD, type Field } from '../../engine/zk/field.ts';
import { addressOf, commitmentOf, nullifierOf, type Note } from '../../engine/zk/note.ts';
import type { Claim, OwnershipStatement, OwnershipWitness, TransferStatement, TransferWitness } from '../../engine/zk/statements.ts';

export type TransferClaim = { readonly statement: TransferStatement; readonly witness: TransferWitness };
export type OwnershipClaim = { readonly statement: OwnershipStatement; readonly witness: OwnershipWitness };

export const U64_MAX = 18_446_744_073_709_551_615n;
/** The field's order (EIP-197). */
export const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export const ALICE = fieldOf(101n);
export const BOB = fieldOf(202n);
export const note = (value: bigint, secret: Field, blinding: number): Note => ({ value, address: addressOf(secret), blinding: fieldOf(BigInt(blinding)) });

export interface TransferParts {
  readonly secret: Field;
  readonly spent: Note;
  readonly outputs: readonly Note[];
  readonly deposit: bigint;
  readonly withdrawal: bigint;
  readonly ring: readonly Field[];
  readonly context: Field;
}

const others = Array.from({ length: RING_SIZE - 1 }, (_, i) => commitmentOf(note(7n, BOB, 900 + i)));

/** Alice spends 70 + 30 = 100 between Bob and herself, unless told otherwise; the note is third in the ring. */
export function transferClaim(parts: Partial<TransferParts> = {}): TransferClaim {
  const secret = parts.secret ?? ALICE;
  const spent = parts.spent ?? note(100n, secret, 1);
  const outputs = parts.outputs ?? [note(70n, BOB, 2), note(30n, secret, 3)];
  const { deposit = 0n, withdrawal = 0n, context = fieldOf(77n) } = parts;
  const commitment = commitmentOf(spent);
  const ring = parts.ring ?? [...others.slice(0, 2), commitment, ...others.slice(2)];
  return {
    statement: { type: 'transfer-within-balance', ring, nullifier: nullifierOf(secret, commitment), outputs: outputs.map(commitmentOf), deposit, withdrawal, context },
    witness: { secret, value: spent.value, blinding: spent.blinding, outputs },
  };
}

export const EMPTY_RING: readonly Field[] = Array.from({ length: RING_SIZE }, () => ZERO_FIELD);

/** A claim without a note to spend: what is made comes out of `deposit`. */
export const depositClaim = (parts: Partial<TransferParts> = {}): TransferClaim =>
  transferClaim({ spent: note(0n, ALICE, 11), ring: EMPTY_RING, deposit: 100n, ...parts });

export const ownershipClaim = (secret = ALICE, context = fieldOf(5n)): OwnershipClaim => ({
  statement: { type: 'address-ownership', address: addressOf(secret), context },
  witness: { secret },
});

/** By what they show. */
export const TRUE_CLAIMS: Readonly<Record<string, Claim>> = {
  'a transfer': transferClaim(),
  ...Object.fromEntries([0, 1, 3].map((place) => [`a note in place ${place} of the ring`, transferClaim({ ring: EMPTY_RING.map((zero, i) => (i === place ? commitmentOf(note(100n, ALICE, 1)) : zero)) })])),
  'a ring of one note four times': transferClaim({ ring: EMPTY_RING.map(() => commitmentOf(note(100n, ALICE, 1))) }),
  'a deposit': depositClaim(),
  'a deposit on top of a note': transferClaim({ deposit: 5n, outputs: [note(70n, BOB, 2), note(35n, ALICE, 3)] }),
  'a withdrawal of all': transferClaim({ withdrawal: 100n, outputs: [note(0n, ALICE, 2), note(0n, ALICE, 3)] }),
  'a withdrawal of a part': transferClaim({ withdrawal: 1n, outputs: [note(99n, ALICE, 2), note(0n, ALICE, 3)] }),
  'the largest amount': depositClaim({ deposit: U64_MAX, outputs: [note(U64_MAX, BOB, 2), note(0n, ALICE, 3)] }),
  'nothing at all': depositClaim({ deposit: 0n, outputs: [note(0n, ALICE, 2), note(0n, ALICE, 3)] }),
  'a context of 0': transferClaim({ context: ZERO_FIELD }),
  'the largest elements': transferClaim({ context: fieldOf(ORDER - 1n), outputs: [{ ...note(70n, BOB, 2), blinding: fieldOf(ORDER - 1n) }, note(30n, ALICE, 3)] }),
  'an address': ownershipClaim(),
  'an address in another context': ownershipClaim(BOB, fieldOf(ORDER - 1n)),
};

/** The same claim with something of its witness changed, the statement left. */
const lying = (claim: TransferClaim, witness: Partial<TransferWitness>): Claim => ({ ...claim, witness: { ...claim.witness, ...witness } });
const saying = (claim: TransferClaim, statement: Partial<TransferStatement>): Claim => ({ ...claim, statement: { ...claim.statement, ...statement } });
const raw = (value: bigint): Note => ({ ...note(0n, BOB, 2), value });

/** What nobody may prove, by the lie. All but the last three are well-formed. */
export const FALSE_CLAIMS: Readonly<Record<string, Claim>> = {
  'a unit too much': transferClaim({ outputs: [note(71n, BOB, 2), note(30n, ALICE, 3)] }),
  'a unit too little': transferClaim({ outputs: [note(69n, BOB, 2), note(30n, ALICE, 3)] }),
  'a withdrawal besides': transferClaim({ withdrawal: 1n }),
  'a deposit that is not used': transferClaim({ deposit: 1n }),
  'a negative output that wraps around the field': transferClaim({ outputs: [note(101n, BOB, 2), { ...note(0n, ALICE, 3), value: ORDER - 1n }] }),
  'an output of 2^64': transferClaim({ outputs: [raw(U64_MAX + 1n), { ...note(0n, ALICE, 3), value: ORDER + 99n - U64_MAX }] }),
  'a note that is not in the ring': transferClaim({ ring: EMPTY_RING }),
  'a worthless note said to be worth something': lying(depositClaim({ deposit: 0n }), { value: 100n }),
  "another's note": lying(transferClaim({ secret: BOB, spent: note(100n, BOB, 1) }), { secret: ALICE }),
  'another value of the note': lying(transferClaim(), { value: 99n }),
  'another blinding of the note': lying(transferClaim(), { blinding: fieldOf(4n) }),
  'a nullifier of its own choice': saying(transferClaim(), { nullifier: fieldOf(1n) }),
  'the nullifier that belongs to another owner': saying(transferClaim(), { nullifier: nullifierOf(BOB, commitmentOf(note(100n, ALICE, 1))) }),
  'an output that is not what was made': saying(transferClaim(), { outputs: [commitmentOf(note(71n, BOB, 2)), commitmentOf(note(30n, ALICE, 3))] }),
  'outputs in the other order': saying(transferClaim(), { outputs: [...transferClaim().statement.outputs].reverse() }),
  "another's address": { ...ownershipClaim(), witness: { secret: BOB } },
  'a ring that is too small': transferClaim({ ring: [commitmentOf(note(100n, ALICE, 1))] }),
  'an output too few': transferClaim({ outputs: [note(100n, BOB, 2)] }),
  'a context that is no element': transferClaim({ context: ORDER.toString(16) }),
};

/** Every public part of a statement changed, one at a time. */
export function altered({ statement }: Claim): readonly (readonly [what: string, statement: Claim['statement']])[] {
  const next = (field: Field): Field => fieldOf((BigInt(`0x${field}`) + 1n) % ORDER);
  /** The same number modulo the order, written too large. */
  const wrapped = (field: Field): Field => (BigInt(`0x${field}`) + ORDER).toString(16).padStart(64, '0');
  const at = <T>(list: readonly T[], place: number, value: T): T[] => list.map((each, i) => (i === place ? value : each));
  if (statement.type === 'address-ownership') {
    return [
      ['address', { ...statement, address: next(statement.address) }],
      ['context', { ...statement, context: next(statement.context) }],
      ['context, wrapped', { ...statement, context: wrapped(statement.context) }],
      ['type', { ...transferClaim().statement, context: statement.context }],
    ];
  }
  const { ring, outputs, nullifier, deposit, withdrawal, context } = statement;
  return [
    ...ring.map((member, i) => [`ring ${i}`, { ...statement, ring: at(ring, i, next(member)) }] as const),
    ...outputs.map((output, i) => [`output ${i}`, { ...statement, outputs: at(outputs, i, next(output)) }] as const),
    ['nullifier', { ...statement, nullifier: next(nullifier) }],
    ['nullifier, wrapped', { ...statement, nullifier: wrapped(nullifier) }],
    ['nullifier, upper case', { ...statement, nullifier: nullifier.toUpperCase() }],
    ['output, wrapped', { ...statement, outputs: at(outputs, 0, wrapped(outputs[0])) }],
    ['deposit', { ...statement, deposit: deposit + 1n }],
    ['deposit below 0', { ...statement, deposit: -1n }],
    ['withdrawal', { ...statement, withdrawal: withdrawal + 1n }],
    ['deposit and withdrawal together', { ...statement, deposit: deposit + 1n, withdrawal: withdrawal + 1n }],
    ['deposit plus the order', { ...statement, deposit: deposit + ORDER }],
    ['context', { ...statement, context: next(context) }],
    ['ring in another order', { ...statement, ring: at(at(ring, 0, ring[2]), 2, fieldOf(1n)) }],
    ['type', ownershipClaim().statement],
    ['an output more', { ...statement, outputs: Array.from({ length: OUTPUT_COUNT + 1 }, () => outputs[0]) }],
  ];
}
