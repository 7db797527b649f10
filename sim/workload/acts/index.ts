/** What is called of which template. */
import { UNIT } from '../../../engine/params/params.ts';
import type { AbiValue } from '../../../engine/starw/abi-value.ts';
import type { TemplateName } from '../../../engine/starw/templates.ts';
import type { Arrival } from '../draft.ts';
import type { Act, Acts, Choice, Chosen, Instance } from './act.ts';
import { dex } from './dex.ts';
import { escrow } from './escrow.ts';
import { governance } from './governance.ts';
import { nft } from './nft.ts';
import { staking } from './staking.ts';
import { token } from './token.ts';

const ACTS: { readonly [T in TemplateName]: Acts<T> } = { token, nft, governance, staking, dex, escrow };

/** A call of the named function, or of one by weight; undefined where nobody can make it now. */
export function chooseAct(name: string | undefined, choice: Choice): Act | undefined {
  const acts = ACTS[choice.contract.template] as Readonly<Record<string, Chosen>>;
  const act = (name === undefined ? byWeight(Object.values(acts), choice.arrival) : acts[name]).choose(choice);
  return act !== undefined && choice.roster.maySend(act.sender) ? act : undefined;
}

function byWeight(acts: readonly Chosen[], arrival: Arrival): Chosen {
  let left = arrival.below(acts.reduce((sum, { weight }) => sum + weight, 0));
  return acts.find(({ weight }) => (left -= weight) < 0)!;
}

/** Arguments of `deploy`. */
export function deployArguments(template: TemplateName, token: Instance | undefined): readonly AbiValue[] {
  switch (template) {
    case 'token':
      return [1_000_000_000n * UNIT];
    case 'dex':
      return [token!.account, 30n];
    case 'staking':
      return [token!.account, UNIT, 2n];
    case 'governance':
      return [6n, 2n, 1_000n, 5_000n, 100n];
    default:
      return [];
  }
}
