/** Governance: a proposal with the one thing it does, votes, and execution (D19). */
import { LIMITS } from '../../params/params.ts';
import type { Reader, Writer } from '../../primitives/codec.ts';
import { GOVERNED_PARAMETERS, type ProposalAction } from '../transaction.ts';
import type { PayloadCodecs } from './codec.ts';
import { readAccount, readHash, readText, writeHex, writeText } from './fields.ts';

type GovernanceKind = 'proposal' | 'vote' | 'execute_proposal';

/** Wire numbers of what a proposal does. */
const ACTIONS = ['parameter', 'treasury'] as const satisfies readonly ProposalAction['type'][];

function writeAction(action: ProposalAction, out: Writer): void {
  out.u8(ACTIONS.indexOf(action.type));
  if (action.type === 'treasury') writeHex(action.to, out).u64(action.amount);
  else out.u8(GOVERNED_PARAMETERS.indexOf(action.parameter)).u64(action.value);
}

function readAction(input: Reader): ProposalAction {
  const type = input.oneOf(ACTIONS, 'proposal action');
  if (type === 'treasury') return { type, to: readAccount(input), amount: input.u64() };
  return { type, parameter: input.oneOf(GOVERNED_PARAMETERS, 'governed parameter'), value: input.u64() };
}

export const governanceCodecs: PayloadCodecs<GovernanceKind> = {
  proposal: {
    write: ({ title, action }, out) => writeAction(action, writeText(title, out)),
    read: (input) => ({ kind: 'proposal', title: readText(input, LIMITS.textBytes), action: readAction(input) }),
  },
  vote: {
    write: ({ proposal, approve }, out) => void writeHex(proposal, out).u8(approve ? 1 : 0),
    read: (input) => ({ kind: 'vote', proposal: readHash(input), approve: input.flag('vote') }),
  },
  execute_proposal: {
    write: ({ proposal }, out) => void writeHex(proposal, out),
    read: (input) => ({ kind: 'execute_proposal', proposal: readHash(input) }),
  },
};
