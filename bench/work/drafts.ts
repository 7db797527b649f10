/** What the transactions of a measured block do, and what must have happened before: every kind, so that it succeeds. */
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import { U64_MAX, UNIT } from '../../engine/params/params.ts';
import { assert } from '../../engine/primitives/result.ts';
import { encodeCall, encodeDeploy } from '../../engine/starw/abi-call.ts';
import { templateOf } from '../../engine/starw/templates.ts';
import { bridgeDigest } from '../../engine/tx/bridge-digest.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Account, BridgeMessage, BridgeProof, Payload, Transaction } from '../../engine/tx/transaction.ts';
import { stubProver } from '../../engine/zk/stub.ts';
import { ShieldedPlan } from '../../sim/workload/shielded-plan.ts';
import { WHALE, type BenchChain, type Draft, type Stage } from './chain.ts';
import { hexOf } from './seeded.ts';

/** Weights of docs' example scenario (atlantic-cut), those of kinds that a block can hold without a longer history. */
const WEIGHTS: readonly (readonly [kind: Kind, weight: number])[] = [
  ['transfer', 50],
  ['financial-public-transaction', 15],
  ['nft_mint', 6],
  ['nft_list', 4],
  ['nft_buy', 3],
  ['domain_register', 4],
  ['contract_call', 8],
  ['vote', 3],
  ['bridge_lock', 3],
  ['bridge_mint', 1],
  ['atomic', 2],
  ['proposal', 1],
];
const WEIGHT_SUM = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
/** Proposals that are open when a block of mixed kinds comes. */
const OPEN_PROPOSALS = 64;

export type Mix = 'transfer' | 'mixed' | Kind;

/** Sets the stage on `chain` for `count` transactions of a mix from the first `senders` in turn, and gives their drafts. */
export function draftsFor(mix: Mix, count: number, chain: BenchChain, senders: number): Draft[] {
  const kinds = Array.from({ length: count }, () => (mix === 'mixed' ? drawKind(chain.draw()) : mix));
  const setting = new Setting(chain, senders);
  const makers = kinds.map((kind, i) => setting.plan(kind, i, i % senders));
  setting.play();
  return makers.map((make, i) => ({ from: i % senders, payload: make() }));
}

function drawKind(u32: number): Kind {
  let rest = u32 % WEIGHT_SUM;
  for (const [kind, weight] of WEIGHTS) {
    if (rest < weight) return kind;
    rest -= weight;
  }
  return 'transfer';
}

/** Gathers what the planned transactions need, plays it in as few rounds as it takes, and knows the ids that came of it. */
class Setting {
  private readonly chain: BenchChain;
  private readonly senders: number;
  private readonly first: Draft[] = [];
  private readonly second: (() => Draft)[] = [];
  /** Places in `first` of proposals whose vote must be over. */
  private readonly voted: number[] = [];
  /** Places in `first` of proposals that are open, by turn. */
  private readonly proposals = new Map<number, number>();
  private made: readonly Transaction[] = [];
  /** Place in `first` of the token that is called, and who will hold some of it. */
  private tokenAt: number | undefined;
  private readonly holders = new Set<number>();

  constructor(chain: BenchChain, senders: number) {
    this.chain = chain;
    this.senders = senders;
  }

  /** The payload can be made after `play`. */
  plan(kind: Kind, i: number, from: number): () => Payload {
    const { chain } = this;
    const to = chain.someone();
    const nft = hexOf(`nft ${i}`);
    const name = `name-${i}`;
    const seller = (from + 1) % this.senders;
    const sellerAccount = chain.senders[seller].account;
    const amount = BigInt(1_000 + (i % 1_000));
    switch (kind) {
      case 'transfer':
        return () => ({ kind, token: 'STR', to, amount });
      case 'financial-public-transaction':
        // Below what earns a reward: rewards are paid in the round after.
        return () => ({ kind, to, amount });
      case 'domain_register':
        return () => ({ kind, name });
      case 'domain_renew':
        this.first.push({ from, payload: { kind: 'domain_register', name } });
        return () => ({ kind, name });
      case 'domain_transfer':
        this.first.push({ from, payload: { kind: 'domain_register', name } });
        return () => ({ kind, name, to });
      case 'domain_list':
        this.first.push({ from, payload: { kind: 'domain_register', name } });
        return () => ({ kind, name, price: amount });
      case 'domain_buy':
        this.first.push({ from: seller, payload: { kind: 'domain_register', name } });
        this.second.push(() => ({ from: seller, payload: { kind: 'domain_list', name, price: amount } }));
        return () => ({ kind, name, seller: sellerAccount, price: amount });
      case 'nft_mint':
        return () => ({ kind, nft, royaltyBps: 250, uri: `ipfs://${nft.slice(0, 46)}` });
      case 'nft_transfer':
        this.first.push({ from, payload: mint(nft) });
        return () => ({ kind, nft, to });
      case 'nft_list':
        this.first.push({ from, payload: mint(nft) });
        return () => ({ kind, nft, price: amount });
      case 'nft_buy':
        this.first.push({ from: seller, payload: mint(nft) });
        this.second.push(() => ({ from: seller, payload: { kind: 'nft_list', nft, price: amount } }));
        return () => ({ kind, nft, seller: sellerAccount, price: amount });
      case 'proposal':
        return () => propose(`proposal ${i}`);
      case 'vote': {
        // Each sender votes once on each: the number of its turn says on which.
        const turn = Math.floor(i / this.senders) % OPEN_PROPOSALS;
        const at = this.proposalAt(turn);
        return () => ({ kind, proposal: this.made[at].id, approve: i % 3 !== 0 });
      }
      case 'execute_proposal': {
        const at = this.first.push({ from, payload: propose(`decided ${i}`) }) - 1;
        this.voted.push(at);
        return () => ({ kind, proposal: this.made[at].id });
      }
      case 'bridge_lock':
        return () => ({ kind, foreignChain: 7, recipient: `0x${nft.slice(0, 40)}`, amount });
      case 'bridge_unlock':
        this.first.push({ from, payload: { kind: 'bridge_lock', foreignChain: 7, recipient: '0x1', amount } });
        return () => ({ kind, ...proven(chain, kind, { messageId: nft, asset: 'STR', amount, recipient: to }) });
      case 'bridge_mint':
        return () => ({ kind, ...proven(chain, kind, { messageId: nft, asset: 'ETH', amount, recipient: to }) });
      case 'bridge_burn': {
        const recipient = chain.senders[from].account;
        this.first.push({ from, payload: { kind: 'bridge_mint', ...proven(chain, 'bridge_mint', { messageId: nft, asset: 'ETH', amount, recipient }) } });
        return () => ({ kind, foreignChain: 7, asset: 'ETH', recipient: '0x1', amount });
      }
      case 'bridge_refund': {
        const at = this.first.push({ from, payload: { kind: 'bridge_lock', foreignChain: 7, recipient: '0x1', amount } }) - 1;
        return () => ({ kind, ...proven(chain, kind, { messageId: this.made[at].id, asset: 'STR', amount, recipient: chain.senders[from].account }) });
      }
      case 'atomic':
        return () => ({ kind, legs: [{ kind: 'transfer', token: 'STR', to, amount }, { kind: 'transfer', token: 'CCOS', to, amount: 1n }, mint(nft)] });
      case 'contract_deploy':
        return () => deployToken();
      case 'contract_call':
        this.tokenAt ??= this.first.push({ from: TOKEN_OWNER, payload: deployToken() }) - 1;
        if (!this.holders.has(from)) this.second.push(() => ({ from: TOKEN_OWNER, payload: this.tokenTransfer(chain.senders[from].account, UNIT) }));
        this.holders.add(from);
        return () => this.tokenTransfer(to, amount);
      case 'shielded_transfer': {
        // A plan of one's own begins with a deposit, which needs nothing.
        const key = Int32Array.from({ length: 8 }, (_, word) => i + word);
        const { payload, claim } = new ShieldedPlan([chain.senders[from].account], chain.environment.genesisHash, chain.crypto, key).next();
        return () => ({ ...payload, proof: stubProver.prove(claim)! });
      }
    }
  }

  play(): void {
    const { chain } = this;
    if (this.first.length > 0) this.made = chain.round(this.first);
    if (this.second.length > 0) chain.round(this.second.map((make) => make()));
    if (this.voted.length === 0) return;
    chain.round(this.voted.map((at) => ({ from: WHALE, payload: { kind: 'vote', proposal: this.made[at].id, approve: true } })));
    const { votingPeriodRounds, executionDelayRounds } = chain.environment.params;
    for (let i = 0; i < votingPeriodRounds + executionDelayRounds; i++) chain.round([]);
  }

  /** A transfer of the token that was deployed in `first`. */
  private tokenTransfer(to: Account, amount: bigint): Payload & { readonly kind: 'contract_call' } {
    const input = encodeCall(templateOf('token').abi, 'transfer', [to, amount]);
    assert(input.ok, 'the token has transfers');
    return { kind: 'contract_call', contract: contractAddress(this.made[this.tokenAt!].id, this.chain.crypto), value: 0n, input: input.value };
  }

  private proposalAt(turn: number): number {
    let at = this.proposals.get(turn);
    if (at === undefined) {
      at = this.first.push({ from: turn % this.senders, payload: propose(`open ${turn}`) }) - 1;
      this.proposals.set(turn, at);
    }
    return at;
  }
}

/** Turn of the sender that deploys the token and holds what nobody else does. */
const TOKEN_OWNER = 0;

function deployToken(): Payload & { readonly kind: 'contract_deploy' } {
  const { module, abi } = templateOf('token');
  const input = encodeDeploy(abi, [U64_MAX]);
  assert(input.ok, 'a token is deployed with its supply');
  return { kind: 'contract_deploy', module, value: 0n, input: input.value };
}

const mint = (nft: string): Payload & { readonly kind: 'nft_mint' } => ({ kind: 'nft_mint', nft, royaltyBps: 250, uri: `ipfs://${nft.slice(0, 46)}` });
const propose = (title: string): Payload => ({ kind: 'proposal', title, action: { type: 'parameter', parameter: 'domainFee', value: 10n * UNIT } });

function proven(stage: Stage, kind: Kind, what: Pick<BridgeMessage, 'messageId' | 'asset' | 'amount' | 'recipient'>): BridgeProof {
  const message = { foreignChain: 7, foreignBlock: 100, epoch: 0, ...what };
  const digest = bridgeDigest(stage.genesisHash, kind, message, stage.crypto);
  return { message, signatures: [0, 1, 2].map((relayer) => ({ relayer, signature: stage.crypto.sign(digest, stage.relayers[relayer].secretKey) })) };
}
