/** Payments: what always fits. */
import { UNIT } from '../../engine/params/params.ts';
import type { Kind, Token } from '../../engine/tx/kinds.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { expectation, SUCCESS, type Expectation } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import type { Roster } from './roster.ts';

/** Tokens that the workload's accounts never hold: a scenario that asks for them asks for failures. */
const NOT_HELD = expectation({ 'value-not-covered': 'no account of the workload holds this token' });
const NOT_TRANSFERABLE = expectation({ 'not-transferable': 'eSTR does not transfer (D10)' });

const EXPECTED: Readonly<Record<Token, Expectation>> = {
  STR: SUCCESS,
  CCOS: SUCCESS,
  ARSS: NOT_HELD,
  wSTR: NOT_HELD,
  $TR: NOT_HELD,
  eSTR: NOT_TRANSFERABLE,
};

/** Smallest lower bound of CCOS from which an account still pays in it, base units. */
const CCOS_MIN = UNIT / 1000n;

export class Transfers implements Family {
  private readonly roster: Roster;

  constructor(roster: Roster) {
    this.roster = roster;
  }

  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    const { roster } = this;
    const sender = roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    switch (kind) {
      case 'transfer':
        return this.transfer(sender, entry.kind === 'transfer' ? (entry.token ?? 'STR') : 'STR', entry, arrival);
      case 'financial-public-transaction': {
        const to = roster.recipient(sender, arrival.index, arrival.nextAccount());
        const amount = roster.affordableStr(sender, arrival.amount(entry, MEDIAN.financial));
        roster.mayReceive(to, amount);
        return { sender, payload: { kind, to: roster.account(to), amount }, expected: SUCCESS };
      }
      default:
        return undefined;
    }
  }

  private transfer(sender: number, token: Token, entry: KindEntry, arrival: Arrival): Draft | undefined {
    const { roster } = this;
    const to = roster.draw(arrival.index, arrival.nextAccount()); // also the sender itself: chains have failed at that
    const wanted = arrival.amount(entry, token === 'CCOS' ? MEDIAN.ccos : MEDIAN.transfer);
    const payload = payment(roster, sender, to, token, wanted);
    return payload === undefined ? undefined : { sender, payload, expected: EXPECTED[token] };
  }
}

/** A transfer that its sender can cover; `undefined` where its CCOS run out. */
export function payment(
  roster: Roster,
  sender: number,
  to: number,
  token: Token,
  wanted: bigint,
): (Payload & { kind: 'transfer' }) | undefined {
  let amount = wanted;
  if (token === 'STR') {
    amount = roster.affordableStr(sender, wanted);
    roster.mayReceive(to, amount);
  } else if (token === 'CCOS') {
    if (roster.lowCcosOf(sender) < CCOS_MIN) return undefined;
    amount = roster.affordableCcos(sender, wanted);
  }
  return { kind: 'transfer', token, to: roster.account(to), amount };
}
