/** Governance: its founder names members, who propose, vote and execute. */
import { UNIT } from '../../../engine/params/params.ts';
import { toHex } from '../../../engine/primitives/bytes.ts';
import { encodeCall } from '../../../engine/starw/abi-call.ts';
import { templateOf } from '../../../engine/starw/templates.ts';
import { MEDIAN } from '../draft.ts';
import { free, note, noted, number, other, pay, sender, TRIES, wanted, type Acts, type Choice } from './act.ts';

/** Members of a governance contract that its founder names (assumption). */
const MEMBERS = 6;
/** Proposals that are voted on at a time, and one vote in how many is against (assumptions). */
const OPEN_MAX = 2;
const AGAINST = 8;

interface Motion {
  readonly id: bigint;
  readonly round: bigint;
  readonly ahead: boolean;
  readonly executed: boolean;
}

/** The latest proposals, as seen, newest first. */
function motions(choice: Choice): Motion[] {
  const last = number(choice, choice.contract, 'totals');
  const found: Motion[] = [];
  for (let id = last; id > 0n && id > last - 8n; id--) {
    const [, round, , inFavour, against, executed] = (choice.ask(choice.contract, 'proposal', id) ?? []) as readonly bigint[];
    if (round !== undefined) found.push({ id, round, ahead: inFavour > against, executed: executed !== 0n });
  }
  return found;
}

/** Those that can still be voted on. */
const open = (choice: Choice): Motion[] => motions(choice).filter((motion) => BigInt(choice.round) < motion.round + period(choice));
const period = (choice: Choice): bigint => number(choice, choice.contract, 'rules');
/** Somebody with a weight; its founder where nobody else was seen to have any. */
const member = (choice: Choice): number => noted(choice)?.[0] ?? choice.contract.owner;

export const governance: Acts<'governance'> = {
  setMember: {
    weight: 2,
    choose(choice) {
      const { contract, roster, arrival } = choice;
      if (contract.notes.length >= MEMBERS || number(choice, contract, 'totals') > 0n) return governance.propose.choose(choice);
      const who = other(choice, contract.owner);
      const weight = BigInt(1 + arrival.below(100));
      return { contract, sender: contract.owner, name: 'setMember', args: [who, weight], seen: () => note(contract, roster.indexOf.get(who)!) };
    },
  },
  fund: {
    weight: 1,
    choose(choice) {
      const who = sender(choice);
      return who === undefined ? undefined : { contract: choice.contract, sender: who, name: 'fund', args: [], value: pay(choice, who, MEDIAN.bridge) };
    },
  },
  propose: {
    weight: 1,
    choose(choice) {
      const { contract, arrival } = choice;
      if (contract.notes.length === 0 && number(choice, contract, 'totals') === 0n) return governance.setMember.choose(choice);
      if (open(choice).length >= OPEN_MAX) return governance.fund.choose(choice);
      const who = member(choice);
      const newcomer = encodeCall(templateOf('governance').abi, 'setMember', [other(choice, who), BigInt(1 + arrival.below(100))]);
      const own = arrival.oneIn(2) && newcomer.ok;
      const args = own ? [contract.account, 0n, toHex(newcomer.value)] : [other(choice, who), wanted(choice, UNIT), ''];
      return free(contract, { contract, sender: who, name: 'propose', args: [...args, arrival.hash()], about: 'proposal' });
    },
  },
  vote: {
    weight: 4,
    choose(choice) {
      const { contract, roster, arrival } = choice;
      for (let i = 0; i < TRIES; i++) {
        const who = member(choice);
        const about = (id: bigint): string => `vote ${id} ${who}`;
        const motion = open(choice).find(({ id }) => !contract.busy.has(about(id)) && choice.ask(contract, 'voteOf', id, roster.account(who)) === undefined);
        if (motion !== undefined) return { contract, sender: who, name: 'vote', args: [motion.id, arrival.oneIn(AGAINST) ? 0n : 1n], about: about(motion.id) };
      }
      return governance.propose.choose(choice);
    },
  },
  execute: {
    weight: 2,
    choose(choice) {
      const { contract, round } = choice;
      const [, delay] = (choice.ask(contract, 'rules') ?? []) as readonly bigint[];
      const about = (id: bigint): string => `execution ${id}`;
      const waits = period(choice) + delay;
      const due = motions(choice).find(({ id, round: made, ahead, executed }) => ahead && !executed && !contract.busy.has(about(id)) && BigInt(round) > made + waits);
      const who = sender(choice);
      if (due === undefined || who === undefined) return governance.vote.choose(choice);
      return { contract, sender: who, name: 'execute', args: [due.id], about: about(due.id) };
    },
  },
};
