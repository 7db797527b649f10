/** The views, in the order of their tabs. */
import type { ViewEntry } from './view.ts';

/**
 * One line each, where it belongs in the design note's order (Overview, TPMS, Propagation curves and matrix, Ripple,
 * Activation, Forks, Ledgers, Rewards and tokens, Invariants, Explorer, Nodes, Compare, Live):
 *
 *     { id: 'tpms', key: '2', title: 'TPMS', question: 'What is lost where?', load: () => import('./tpms.ts') },
 */
export const VIEWS: readonly ViewEntry[] = [
  { id: 'overview', key: '1', title: 'Overview', question: 'Did it pass, and where should I look?', load: () => import('./overview.ts') },
  { id: 'tpms', key: '2', title: 'TPMS', question: 'What is lost where, against offered load and capacity?', load: () => import('./tpms.ts') },
  { id: 'propagation', key: '3', title: 'Propagation', question: 'How fast does a round reach 50, 90, 99 and 100 % of the nodes?', load: () => import('./propagation.ts') },
  { id: 'matrix', key: '4', title: 'Matrix', question: 'Which nodes are always late, and when?', load: () => import('./matrix.ts') },
  { id: 'ripple', key: '5', title: 'Ripple', question: 'How does this round spread?', load: () => import('./ripple.ts') },
  { id: 'activation', key: '6', title: 'Activation', question: 'Which nodes woke, why, and did it help?', load: () => import('./activation.ts') },
  { id: 'forks', key: '7', title: 'Forks', question: 'Who was on which branch, how deep?', load: () => import('./forks.ts') },
  { id: 'ledgers', key: '8', title: 'Ledgers', question: 'Six chains side by side: what crossed between them?', load: () => import('./ledgers.ts') },
  { id: 'tokens', key: '9', title: 'Rewards & tokens', question: 'Where did supply, treasury and rewards go, and are reward rates fair?', load: () => import('./tokens.ts') },
  { id: 'invariants', key: '0', title: 'Invariants', question: 'What was checked, and how near was failure?', load: () => import('./invariants.ts') },
  { id: 'explorer', key: 'e', title: 'Explorer', question: 'Rounds, ledger blocks, transactions, addresses, names: what is in there?', load: () => import('./explorer.ts') },
  { id: 'nodes', key: 'n', title: 'Nodes', question: 'Who is slow, who loses, who was down?', load: () => import('./nodes.ts') },
  { id: 'compare', key: 'v', title: 'Compare', question: 'What changed between two runs?', load: () => import('./compare.ts') },
  { id: 'live', key: 'l', title: 'Live', question: 'What happens if I do this now?', standalone: true, load: () => import('./live.ts') },
];
