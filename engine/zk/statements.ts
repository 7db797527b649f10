/**
 * What can be proved, in plain code. The circuits in `circuits/` say the same in constraints; test/zk holds the two to
 * each other.
 */
import { OUTPUT_COUNT, RING_SIZE } from '../params/zk.ts';
import { U64_MAX } from '../params/params.ts';
import { isField, numberOf, ZERO_FIELD, type Field } from './field.ts';
import { addressOf, commitmentOf, nullifierOf, type Note } from './note.ts';

/**
 * "I spend a note of the ring that is mine, and what I make of it, with what I deposit, is worth no more and no less."
 * Public, in this order: ring, nullifier, outputs, deposit, withdrawal, context.
 */
export interface TransferStatement {
  readonly type: 'transfer-within-balance';
  /** `RING_SIZE` commitments; a zero stands for none, since nobody knows what it would open to. */
  readonly ring: readonly Field[];
  readonly nullifier: Field;
  /** Commitments to the new notes, `OUTPUT_COUNT` of them. */
  readonly outputs: readonly Field[];
  /** STR, base units (u64), that enter the pool … */
  readonly deposit: bigint;
  /** … and that leave it. */
  readonly withdrawal: bigint;
  /** What the proof is bound to: it holds for this and nothing else. */
  readonly context: Field;
}

/** "I know the secret of this address." Public, in this order: address, context. */
export interface OwnershipStatement {
  readonly type: 'address-ownership';
  readonly address: Field;
  readonly context: Field;
}

export type Statement = TransferStatement | OwnershipStatement;
export type StatementType = Statement['type'];
export const STATEMENT_TYPES: readonly StatementType[] = ['transfer-within-balance', 'address-ownership'];

/** What makes a statement true, and what its proof does not tell. */
export interface TransferWitness {
  readonly secret: Field;
  /** Of the note that is spent; a value of 0 needs no note in the ring. */
  readonly value: bigint;
  readonly blinding: Field;
  readonly outputs: readonly Note[];
}

export interface OwnershipWitness {
  readonly secret: Field;
}

/** A statement with its witness. */
export type Claim =
  | { readonly statement: TransferStatement; readonly witness: TransferWitness }
  | { readonly statement: OwnershipStatement; readonly witness: OwnershipWitness };

/** Public inputs in the circuit's order; undefined where one is not written as it must be. */
export function publicInputs(statement: Statement): readonly bigint[] | undefined {
  if (statement.type === 'address-ownership') return numbersOf([statement.address, statement.context]);
  const { ring, nullifier, outputs, deposit, withdrawal, context } = statement;
  if (ring.length !== RING_SIZE || outputs.length !== OUTPUT_COUNT || !isAmount(deposit) || !isAmount(withdrawal)) return undefined;
  const fields = numbersOf([...ring, nullifier, ...outputs, context]);
  return fields && [...fields.slice(0, -1), deposit, withdrawal, fields[fields.length - 1]];
}

const numbersOf = (fields: readonly Field[]): bigint[] | undefined => (fields.every(isField) ? fields.map(numberOf) : undefined);
const isAmount = (value: bigint): boolean => value >= 0n && value <= U64_MAX;

/** Whether the witness makes the statement true. */
export function holds({ statement, witness }: Claim): boolean {
  if (publicInputs(statement) === undefined || !isField(witness.secret)) return false;
  return statement.type === 'address-ownership' ? addressOf(witness.secret) === statement.address : transferHolds(statement, witness as TransferWitness);
}

function transferHolds(statement: TransferStatement, { secret, value, blinding, outputs }: TransferWitness): boolean {
  const notes = [{ value, address: addressOf(secret), blinding }, ...outputs];
  if (outputs.length !== OUTPUT_COUNT || !notes.every((note) => isAmount(note.value) && isField(note.address) && isField(note.blinding))) return false;
  const [spent, ...made] = notes.map(commitmentOf);
  return (
    (value === 0n || (statement.ring.includes(spent) && spent !== ZERO_FIELD)) &&
    statement.nullifier === nullifierOf(secret, spent) &&
    statement.outputs.every((output, i) => output === made[i]) &&
    value + statement.deposit === outputs.reduce((sum, note) => sum + note.value, statement.withdrawal)
  );
}
