/**
 * Contracts that attack: calls that take as much time for their gas as the model allows, and modules that cost work before
 * anything runs. Nearly all of it must fail, each in its own way, and leave nothing.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { wasmBytes } from '../../engine/crypto/wasm/compile.ts';
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import { GAS, type Params } from '../../engine/params/params.ts';
import { VM_GAS } from '../../engine/params/vm.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import type { Account, Payload } from '../../engine/tx/transaction.ts';
import { CONTRACT_FUNCTIONS, HOSTILE_MODULES } from '../scenario/contracts.ts';
import type { Arrival, Draft } from './draft.ts';
import { expectation, SUCCESS, type Expectation } from './expectations.ts';
import { largeModule, refusedModule, swellingModule } from './hostile-modules.ts';
import { HOSTILE_TEXT } from './hostile-text.ts';
import type { Roster } from './roster.ts';

type Attack = (typeof CONTRACT_FUNCTIONS)['hostile'][number];
type Deploying = (typeof HOSTILE_MODULES)[number];

const NEVER_ENDS = expectation({ 'out-of-gas': 'it goes on until its gas is used up' });
/** What each attack comes to; those that never end get as much gas as they can use, the others as much as they need. */
const ATTACKS: Readonly<Record<Attack, { readonly ends: Expectation; readonly endless: boolean }>> = {
  loop: { ends: NEVER_ENDS, endless: true },
  fill: { ends: NEVER_ENDS, endless: true },
  loads: { ends: NEVER_ENDS, endless: true },
  storage: { ends: NEVER_ENDS, endless: true },
  nested: { ends: NEVER_ENDS, endless: true },
  recursion: { ends: expectation({ 'stack-overflow': 'it calls itself until the stack ends' }), endless: false },
  events: { ends: expectation({ 'event-count': 'it tells more than a receipt may hold' }), endless: false },
  trap: { ends: expectation({ trap: 'it stops where nothing may be reached' }), endless: false },
  revert: { ends: expectation({ reverted: 'it takes back what it did' }), endless: false },
};
const REFUSED = expectation({ 'module-refused': 'the gate or the metering refuses it' });
const UNDONE = expectation({ reverted: 'it takes its own deployment back' });
const NOT_FOUND = expectation({ 'not-found': 'its deployment is not in the chain before it' });

/** Most gas of one attack: what a whole round of its ledger has, where that is less (assumption: seconds of wall time would not be). */
const GAS_MAX = 20_000_000;
/** One endless attack in this many takes all of that, the others this part of it (assumption). */
const WHOLE_ONE_IN = 8;
const PART = 16;
/** Enough for the attacks that end, and for the deployment that does not. */
const GAS_ENOUGH = 600_000;
/** Largest module, bytes; a transaction has less than twice as many (D11). */
const MODULE_BYTES = 60_000;
const SMALLEST_BYTES = 1_024;

export class Hostile {
  private readonly roster: Roster;
  private readonly params: Params;
  private readonly crypto: Crypto;
  private contract: { readonly account: Account; final: boolean } | undefined;
  private waiting = false;

  constructor(roster: Roster, params: Params, crypto: Crypto) {
    this.roster = roster;
    this.params = params;
    this.crypto = crypto;
  }

  /** `name`: the attack, or the sort of module, where the mix says which. */
  draft(kind: Extract<Kind, 'contract_deploy' | 'contract_call'>, name: string | undefined, arrival: Arrival): Draft | undefined {
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    if (kind === 'contract_deploy') {
      const sort = (name as Deploying | undefined) ?? HOSTILE_MODULES[arrival.below(HOSTILE_MODULES.length)];
      return this.deploy(sort, sender, arrival);
    }
    const attacks = CONTRACT_FUNCTIONS.hostile;
    const attack = (name as Attack | undefined) ?? attacks[arrival.below(attacks.length)];
    return this.contract === undefined ? this.settle(sender) : this.attack(this.contract, attack, sender, arrival);
  }

  /** The attacking contract itself, which has to be there first. */
  private settle(sender: number): Draft | undefined {
    if (this.waiting) return undefined;
    let contract: NonNullable<Hostile['contract']>;
    return this.within({
      sender,
      payload: { kind: 'contract_deploy', module: wasmBytes(HOSTILE_TEXT), value: 0n, input: new Uint8Array(0) },
      gas: GAS_ENOUGH,
      expected: SUCCESS,
      sent: ({ id }) => {
        this.waiting = true;
        contract = { account: contractAddress(id, this.crypto), final: false };
      },
      seen: (status) => {
        this.waiting = false;
        if (status === 'success') this.contract = contract;
      },
      final: (status) => void (contract.final = status === 'success'),
    });
  }

  private attack(contract: NonNullable<Hostile['contract']>, attack: Attack, sender: number, arrival: Arrival): Draft | undefined {
    const { ends, endless } = ATTACKS[attack];
    const most = Math.min(this.params.gasLimitPerLedger, GAS_MAX) - GAS.base;
    const gas = !endless ? GAS_ENOUGH : arrival.oneIn(WHOLE_ONE_IN) ? most : Math.floor(most / PART);
    const input = Uint8Array.of(CONTRACT_FUNCTIONS.hostile.indexOf(attack));
    const payload = { kind: 'contract_call', contract: contract.account, value: 0n, input } as const;
    return this.within({ sender, payload, gas, expected: () => (contract.final ? ends : NOT_FOUND) });
  }

  private deploy(sort: Deploying, sender: number, arrival: Arrival): Draft | undefined {
    const nonce = arrival.u32();
    if (sort === 'reverting') {
      const payload = { kind: 'contract_deploy', module: wasmBytes(HOSTILE_TEXT), value: 0n, input: Uint8Array.of(1) } as const;
      return this.within({ sender, payload, gas: GAS_ENOUGH, expected: UNDONE });
    }
    const bytes = this.moduleBytes();
    const make = { large: largeModule, refused: refusedModule, swelling: swellingModule }[sort];
    const payload = { kind: 'contract_deploy', module: make(bytes, nonce), value: 0n, input: new Uint8Array(0) } as const;
    return this.within({ sender, payload, gas: bytes * VM_GAS.entryByte + GAS_ENOUGH, expected: sort === 'large' ? SUCCESS : REFUSED });
  }

  /** As large as a transaction may be, and half a round's gas of this ledger can pay for. */
  private moduleBytes(): number {
    const { gasLimitPerLedger, txBytesMax } = this.params;
    const perByte = GAS.storage / GAS.storageUnitBytes + VM_GAS.entryByte;
    const affordable = Math.floor(gasLimitPerLedger / 2 / perByte);
    return Math.max(SMALLEST_BYTES, Math.min(MODULE_BYTES, txBytesMax - SMALLEST_BYTES, affordable));
  }

  /** Undefined where no round has room for it. */
  private within(draft: Draft & { readonly payload: Payload; readonly gas: number }): Draft | undefined {
    const intrinsic = intrinsicGas(draft.payload, encodePayload(draft.payload).length);
    return intrinsic + draft.gas > this.params.gasLimitPerLedger ? undefined : draft;
  }
}
