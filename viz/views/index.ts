/** The views, in the order of their tabs. */
import type { ViewEntry } from './view.ts';

/**
 * One line each, where it belongs in the design note's order (Overview, TPMS, Propagation curves and matrix, Ripple,
 * Activation, Forks, Ledgers, Rewards and tokens, Invariants, Explorer, Nodes, Compare, Live):
 *
 *     { id: 'tpms', key: '2', title: 'TPMS', question: 'What is lost where?', load: () => import('./tpms.ts') },
 */
export const VIEWS: readonly ViewEntry[] = [];
