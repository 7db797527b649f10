/**
 * Templates as people use them: every scene and example again, each call a signed transaction in a round of a chain. What comes of it
 * must be what came of it outside the chain, to the gas, and what the reference model says.
 */
import { describe, expect, it } from 'vitest';
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { contractStorage } from '../../engine/ledgers/tables.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { diffDelta } from '../../sim/invariants/reference/compare.ts';
import { ReferenceModel } from '../../sim/invariants/reference/model.ts';
import * as keys from '../helpers/fixtures.ts';
import { EXAMPLES, FUNDS } from './scenes.ts';
import { ALICE, BOB, CAROL, DAVE, TEMPLATES, World } from './template.ts';

const { crypto } = keys;
const KEYS = { [ALICE]: keys.ALICE, [BOB]: keys.BOB, [CAROL]: keys.CAROL, [DAVE]: keys.DAVE };

class OnChain extends World {
  private readonly chain = new keys.TestChain();
  private model = ReferenceModel.genesis(this.chain.genesis, crypto);
  /** Accounts of the scenes by those on the chain. */
  private readonly names = new Map(Object.entries(KEYS).map(([name, { account }]) => [account, name]));

  constructor() {
    super(FUNDS);
  }

  /** Does it here, and then on the chain in the next round; the scene's clock is the chain's. */
  override execute(entry: 'call' | 'deploy', contract: string, by: string, input: readonly number[], value: bigint): Outcome {
    while (this.chain.number + 1 < this.round) this.follow(() => this.chain.round());
    this.round = this.chain.number + 1;
    const outcome = super.execute(entry, contract, by, input, value);
    const key = (KEYS as Record<string, keys.Key | undefined>)[by];
    // Nobody signs nothing: views.
    if (key === undefined) return outcome;
    const data = fromHex(this.told(toHex(Uint8Array.from(input))));
    const payload: Payload =
      entry === 'deploy'
        ? { kind: 'contract_deploy', module: this.state.codeOf(contract)!.bytes, value, input: data }
        : { kind: 'contract_call', contract: this.told(contract), value, input: data };
    const intrinsic = intrinsicGas(payload, encodePayload(payload).length);
    const receipt = this.follow(() => this.chain.run(key, payload, { gasLimit: intrinsic + this.gas }));
    if (entry === 'deploy') this.names.set(contractAddress(receipt.transaction, crypto), contract);
    const events = receipt.events.flatMap((event) => (event.type === 'contract' ? [[this.named(event.contract), toHex(event.topic), this.named(toHex(event.data))]] : []));
    expect({ status: receipt.status, gasUsed: receipt.gasUsed - intrinsic, output: this.named(toHex(receipt.output!)), events }).toEqual({
      status: outcome.status === 'ok' ? 'success' : outcome.status === 'trapped' ? outcome.fault : outcome.status,
      gasUsed: outcome.gasUsed,
      output: toHex(outcome.status === 'ok' ? outcome.output : outcome.status === 'reverted' ? outcome.reason : new Uint8Array(0)),
      events: outcome.status === 'ok' ? outcome.events.map((event) => [event.contract, toHex(event.topic), toHex(event.data)]) : [],
    });
    return outcome;
  }

  /** That storage and STR of all contracts are the same here and there. */
  compare(): void {
    const { state } = this.chain;
    for (const [key, value] of this.state.storage) {
      const [contract, rest] = key.split('/');
      expect(this.named(toHex(state.get(contractStorage, `${this.told(contract)}/${this.told(rest)}`)!))).toBe(toHex(value));
    }
    for (const contract of this.state.codes.keys()) expect(accountOf(state, this.told(contract)).str).toBe(this.state.balanceOf(contract));
  }

  /** Does a round, and lets the reference model do it too. */
  private follow<Result>(round: () => Result): Result {
    const result = round();
    const told = this.model.apply(this.chain.rounds.at(-1)!);
    if (!told.valid) throw new Error(told.detail);
    expect(diffDelta(told, this.chain.last.delta, this.model)).toEqual([]);
    this.model = told.model;
    return result;
  }

  /** Hex digits with the chain's accounts in place of the scene's, and back. */
  private told(hex: string): string {
    return replaced(hex, [...this.names].map(([there, here]) => [here, there]));
  }

  private named(hex: string): string {
    return replaced(hex, [...this.names]);
  }
}

/** Byte by byte: two digits that belong to two bytes are none. */
function replaced(hex: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  const apart = (digits: string): string => digits.replace(/../g, '$& ');
  return pairs.reduce((text, [from, to]) => text.replaceAll(apart(from), apart(to)), apart(hex)).replaceAll(' ', '');
}

describe.each(TEMPLATES)('%s', (template) => {
  it.each(EXAMPLES[template])('$name', ({ name, scene, by, args, value = 0n, again = args }) => {
    const world = new OnChain();
    const contract = scene(world);
    expect(contract.pay(value, by, name, ...args).error).toBeUndefined();
    contract.pay(value, by, name, ...again);
    world.compare();
  });
});
