/** A block on its chain, ready to be measured. */
import { Senders } from '../../engine/tx/accounts.ts';
import type { WorkEnvironment } from './work.ts';
import { BenchChain, type ChainSize, type Draft, type RawBlock } from './chain.ts';
import { draftsFor, type Mix } from './drafts.ts';
import type { Place } from './node-path.ts';

export interface BlockSpec extends ChainSize {
  readonly mix: Mix;
  /** Transactions with a bad signature, per mille of the block; they come from senders that sign nothing else. */
  readonly badPerMille?: number;
  /** Without R's y: what a node gets from peers that do not send it. */
  readonly withoutHints?: boolean;
}

/** `transfer-8192tx-4096senders-100000accounts`: every size that matters stands in the name. */
export function nameOf({ mix, transactions, senders, accounts, badPerMille = 0, withoutHints = false }: BlockSpec): string {
  const parts = [mix, `${transactions}tx`, `${senders}senders`];
  if (accounts !== senders) parts.push(`${accounts}accounts`);
  if (badPerMille > 0) parts.push(`${badPerMille / 10}%bad`);
  if (withoutHints) parts.push('no-hints');
  return parts.join('-');
}

export interface Ready {
  readonly block: RawBlock;
  readonly place: Place;
  readonly bad: number;
}

export function prepareBlock(spec: BlockSpec, { crypto, inputs }: WorkEnvironment): Ready {
  const bad = Math.ceil((spec.transactions * (spec.badPerMille ?? 0)) / 1_000);
  const good = spec.transactions - bad;
  const chain = new BenchChain({ ...spec, senders: spec.senders + bad, accounts: Math.max(spec.accounts, spec.senders + bad) }, crypto);
  const drafts = spoil(draftsFor(spec.mix, good, chain, spec.senders), bad, spec.senders);
  const block = chain.block(nameOf({ ...spec, withoutHints: false }), inputs, drafts);
  const ageSeconds = spec.mix === 'bridge_refund' ? 2 * chain.environment.params.bridgeTimeoutSeconds : undefined;
  return {
    block: spec.withoutHints ? { ...block, hints: new Uint8Array(block.hints.length) } : block,
    place: { environment: chain.environment, context: chain.context(ageSeconds), state: chain.state, senders: new Senders(crypto) },
    bad,
  };
}

/** Spreads `bad` spoiled transfers over the block, from the senders behind the first `honest` ones. */
function spoil(drafts: readonly Draft[], bad: number, honest: number): Draft[] {
  const all = [...drafts];
  const step = Math.max(1, Math.floor(drafts.length / Math.max(1, bad)));
  for (let i = 0; i < bad; i++) {
    const spoiled: Draft = { from: honest + i, payload: { kind: 'transfer', token: 'STR', to: '00'.repeat(20), amount: 1n }, spoiled: true };
    all.splice(i * (step + 1), 0, spoiled);
  }
  return all;
}
