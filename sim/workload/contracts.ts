/**
 * The contract kinds: templates are deployed when they are first asked for, and called as people call them (`acts/`).
 *
 * What comes of a call is known exactly: a replica of all contracts executes what stands in the final chain (`contract-views.ts`), so
 * that it says at each place whether a call succeeds, reverts, or runs out of the gas it was given.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import type { Params } from '../../engine/params/params.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { encodeCall, encodeDeploy } from '../../engine/starw/abi-call.ts';
import { TEMPLATE_NAMES, templateOf, type TemplateName } from '../../engine/starw/templates.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import type { Act, Instance, Surroundings } from './acts/act.ts';
import { chooseAct, deployArguments } from './acts/index.ts';
import { statusOf, type Execution } from './contract-replica.ts';
import { ContractViews } from './contract-views.ts';
import type { Clock } from './clock.ts';
import type { Arrival, Draft, Family, KindEntry } from './draft.ts';
import { expectation, type Inclusion } from './expectations.ts';
import { Hostile } from './hostile.ts';
import { noContract } from './no-contract.ts';
import type { Roster } from './roster.ts';

/** Contracts of one template that are called; more may be deployed (assumption). */
const CALLED_MAX = 3;
/** Gas beyond a quarter more than was needed as seen: two entries that must be stored anew after all (assumption). */
const GAS_MARGIN = 45_000;
/** One call in this many is given less gas than it needed as seen (assumption). */
const SHORT_GAS = 24;
/** Gas of the estimate. */
const ESTIMATE_GAS = 20_000_000;
const AS_BESIDE = 'what the same call comes to beside the chain, after all that is final before it';
const BEFORE_SIGNING = '00'.repeat(20);

/** Templates that work with a token. */
const WITH_TOKEN: ReadonlySet<TemplateName> = new Set<TemplateName>(['dex', 'staking']);

export class Contracts implements Family {
  private readonly roster: Roster;
  private readonly clock: Clock;
  private readonly params: Params;
  private readonly crypto: Crypto;
  private readonly hostile: Hostile;
  private readonly views = new ContractViews();
  private readonly instances = new Map<TemplateName, Instance[]>();
  /** Deployments that were sent and not seen. */
  private readonly waiting = new Map<TemplateName, number>();

  constructor(roster: Roster, clock: Clock, params: Params, crypto: Crypto) {
    this.roster = roster;
    this.clock = clock;
    this.params = params;
    this.crypto = crypto;
    this.hostile = new Hostile(roster, params, crypto);
  }

  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    if (kind !== 'contract_deploy' && kind !== 'contract_call') return undefined;
    const name = entry.contract ?? TEMPLATE_NAMES[arrival.below(TEMPLATE_NAMES.length)];
    if (name === 'none') return noContract(kind, this.roster, arrival);
    if (name === 'hostile') return this.hostile.draft(kind, entry.function, arrival);
    return kind === 'contract_deploy' ? this.deploy(name, arrival) : this.call(name, entry, arrival);
  }

  private deploy(name: TemplateName, arrival: Arrival): Draft | undefined {
    const token = WITH_TOKEN.has(name) ? this.drawn('token', arrival) : undefined;
    if (WITH_TOKEN.has(name) && token === undefined) return this.needed('token', arrival);
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const template = templateOf(name);
    const input = encodeDeploy(template.abi, deployArguments(name, token));
    if (!input.ok) throw new Bug(`deploying ${name}: ${input.error.code}`);
    const payload = { kind: 'contract_deploy', module: template.module, value: 0n, input: input.value } as const;
    const caller = this.roster.account(sender);
    const execution: Execution = { contract: BEFORE_SIGNING, deploys: template, caller, value: 0n, input: input.value, gas: ESTIMATE_GAS };
    const draft = this.drafted(sender, payload, execution, false, arrival);
    return draft && {
      ...draft,
      sent: ({ id }) => {
        execution.contract = contractAddress(id, this.crypto);
        this.waiting.set(name, (this.waiting.get(name) ?? 0) + 1);
      },
      seen: (status, at, tag) => {
        draft.seen?.(status, at, tag);
        this.waiting.set(name, this.waiting.get(name)! - 1);
        const called = this.instances.get(name) ?? [];
        if (status !== 'success' || called.length >= CALLED_MAX) return;
        this.instances.set(name, [...called, { template: name, account: execution.contract, owner: sender, token, notes: [], count: 0, busy: new Set() }]);
      },
    };
  }

  private call(name: TemplateName, entry: KindEntry, arrival: Arrival): Draft | undefined {
    const contract = this.drawn(name, arrival);
    if (contract === undefined) return this.needed(name, arrival);
    const act = chooseAct(entry.function, { ...this.surroundings(), contract, entry, arrival });
    return act && this.acted(act, arrival);
  }

  private acted({ contract, sender, name, args, value = 0n, about, seen }: Act, arrival: Arrival): Draft | undefined {
    const input = encodeCall(templateOf(contract.template).abi, name, args);
    if (!input.ok) throw new Bug(`calling ${contract.template}.${name}: ${input.error.code}`);
    const payload = { kind: 'contract_call', contract: contract.account, value, input: input.value } as const;
    const caller = this.roster.account(sender);
    const execution: Execution = { contract: contract.account, deploys: undefined, caller, value, input: input.value, gas: ESTIMATE_GAS };
    const draft = this.drafted(sender, payload, execution, arrival.oneIn(SHORT_GAS), arrival);
    this.roster.everyoneMayReceive(value);
    return draft && {
      ...draft,
      sent: () => {
        if (about !== undefined) contract.busy.add(about);
      },
      seen: (status, at, tag) => {
        draft.seen?.(status, at, tag);
        if (about !== undefined) contract.busy.delete(about);
        if (status === 'success') seen?.();
      },
    };
  }

  /** With as much gas as it needs, or too little; undefined where no round has room for that. */
  private drafted(sender: number, payload: Payload, execution: Execution, short: boolean, arrival: Arrival): Draft | undefined {
    const { gasUsed } = this.views.latest.peek(execution, this.now());
    execution.gas = short ? arrival.below(gasUsed) : gasUsed + (gasUsed >> 2) + GAS_MARGIN;
    if (intrinsicGas(payload, encodePayload(payload).length) + execution.gas > this.params.gasLimitPerLedger) return undefined;
    return {
      sender,
      payload,
      gas: execution.gas,
      expected: (at) => expectation({ [statusOf(this.views.due(execution, at))]: AS_BESIDE }),
      seen: (status, at) => {
        if (status === 'success') this.views.seen(execution, at);
      },
      final: (status, at) => this.views.final(execution, at, status === 'success'),
    };
  }

  /** A deployment of something that is called for and not there; undefined while one is under way. */
  private needed(name: TemplateName, arrival: Arrival): Draft | undefined {
    return this.instances.get(name) === undefined && (this.waiting.get(name) ?? 0) > 0 ? undefined : this.deploy(name, arrival);
  }

  private drawn(name: TemplateName, arrival: Arrival): Instance | undefined {
    const instances = this.instances.get(name);
    return instances === undefined ? undefined : instances[arrival.below(instances.length)];
  }

  private now(): Inclusion {
    return { roundNumber: this.clock.roundSeen + 1, nowSeconds: this.clock.nowSeen };
  }

  private surroundings(): Surroundings {
    const at = this.now();
    const { roster, views } = this;
    return { roster, round: at.roundNumber, ask: ({ template, account }, name, ...args) => views.latest.ask(templateOf(template), account, name, args, at) };
  }
}
