/** A light node's second half (D22): headers tell which round is best, proofs tell what the state says there. */
import type { Account } from '../tx/transaction.ts';
import type { AccountProof, Executor } from '../chain/executor.ts';
import type { Registry, RoundRef } from '../chain/registry.ts';
import type { Step } from '../p2p/effects.ts';
import { MESSAGE, WIRE, message, type Message } from '../p2p/messages.ts';
import type { Peers } from '../p2p/peers.ts';

/** Unanswered requests remembered; beyond that the oldest is forgotten. */
const ASKED_MAX = 16;

export class LightClient {
  private readonly step: Step;
  private readonly account: Account;
  private readonly registry: Registry;
  private readonly executor: Executor;
  private readonly peers: Peers;
  /** Heads for which a proof is on its way: no other is listened to. */
  private readonly asked = new Set<RoundRef>();

  constructor(step: Step, account: Account, registry: Registry, executor: Executor, peers: Peers) {
    this.step = step;
    this.account = account;
    this.registry = registry;
    this.executor = executor;
    this.peers = peers;
  }

  /** Asks a peer that has the round for the watched account, with a proof. */
  headMoved(head: RoundRef): void {
    const peer = this.peers.anyWith(head);
    if (peer < 0) return;
    if (this.asked.size === ASKED_MAX) this.asked.delete([...this.asked][0]);
    this.asked.add(head);
    this.step.out.send(peer, message(MESSAGE.proofRequest, undefined, head, undefined, this.account), WIRE.frame + WIRE.hash + 20);
  }

  /** Checks the answer against the header alone. */
  onProof(msg: Message): void {
    if (!this.asked.delete(msg.round)) return;
    const proof = msg.detail as AccountProof;
    const ok = this.executor.verifyAccount(this.registry.rounds[msg.round].header, this.account, proof);
    this.step.out.tell({ type: 'proved', round: msg.round, ok });
  }
}
