// Governance: members with weights, who vote on calls that this contract then makes, with STR that it holds. Whoever deploys
// it names the members until the first proposal; from then on only a proposal that calls the contract itself changes them.
//
// Nobody's weight counts twice: a member votes once on a proposal, and only on those made after its weight was last set.
// Rounds: a proposal of round r is voted on until r + period, rests for `delay` rounds, and can be executed for `period` more.
import {
  add, begin, caller, callWithMessage, copyAddress, copyBytes, emitMessage, endOfInput, fail, Failure, key,
  keyAddress, keyU64, loadBytes, loadRecord, notPayable, putAddress, putBytes, putHash, putRaw, putU64, readInput,
  remove, require, returnMessage, returnU64, round, sameAddress, saveRecord, self, takeAddress, takeByte, takeBytes,
  takeHash, takeLength, takeU64,
} from '../sdk/contract';
import * as star from '../sdk/star';

/** "Member": its weight was set. */
const MEMBER = memory.data<u8>([0x4d, 0x65, 0x6d, 0x62, 0x65, 0x72]);
/** "Proposed", "Voted", "Executed". */
const PROPOSED = memory.data<u8>([0x50, 0x72, 0x6f, 0x70, 0x6f, 0x73, 0x65, 0x64]);
const VOTED = memory.data<u8>([0x56, 0x6f, 0x74, 0x65, 0x64]);
const EXECUTED = memory.data<u8>([0x45, 0x78, 0x65, 0x63, 0x75, 0x74, 0x65, 0x64]);
/** "Funded". */
const FUNDED = memory.data<u8>([0x46, 0x75, 0x6e, 0x64, 0x65, 0x64]);

const enum Key {
  /** How many proposals there are, and the weight of all members: u64. */
  Totals = 0x67, // g
  /** Of a member: its weight, and how many proposals there were when it was set: u64. */
  Member = 0x6d, // m
  /** By number, from 1: `Proposal`. */
  Proposal = 0x70, // p
  /** By number and member: 1 for, 0 against, and the weight: u64. */
  Vote = 0x76, // v
  /** Period, delay, quorum, majority: u64; who deployed it. */
  Rules = 0x72, // r
}

/** Places in a proposal's entry. */
const enum Proposal {
  /** STR that goes with the call. */
  Value = 0,
  /** The round that it was made in. */
  Round = 8,
  /** The weight of all members then. */
  Weight = 16,
  For = 24,
  Against = 32,
  /** 1: it was executed. */
  Executed = 40,
  /** What it calls: a contract, or an account that is paid. */
  Target = 48,
  /** What it calls it with, up to the end. */
  Input = 68,
}

const enum Refusal {
  NoSuchProposal = 16,
  NoMember = 17,
  /** The weight was set after the proposal was made. */
  TooLate = 18,
  AlreadyVoted = 19,
  Closed = 20,
  /** Voting or delay is not over. */
  TooEarly = 21,
  NotPassed = 22,
  AlreadyExecuted = 23,
  /** Of all members the weight would be nothing. */
  NobodyLeft = 24,
}

const TOTALS = memory.data(16, 8);
const MEMBER_ENTRY = memory.data(16, 8);
const VOTE = memory.data(16, 8);
const RULES = memory.data(52, 8);
const RULES_BYTES: i32 = 52;
const FOUNDER = RULES + 32;
const PROPOSAL = memory.data(228, 8);
/** A proposal and its key share one unit of storage. */
const INPUT_MAX: i32 = 160;

/** Weights, and rounds of period and delay, stay below this: products with basis points then fit. */
const LIMIT: u64 = 1 << 48;
const BASIS: u64 = 10_000;

/** Bytes of the input of the proposal that was read. */
let inputLength: i32 = 0;

function readTotals(): void {
  key(Key.Totals);
  loadRecord(TOTALS, 16);
}

function writeTotals(): void {
  key(Key.Totals);
  saveRecord(TOTALS, 16);
}

function readRules(): void {
  key(Key.Rules);
  require(loadRecord(RULES, RULES_BYTES), Failure.NotAllowed);
}

/** Weight 0 where it is none. */
function readMember(member: usize): void {
  key(Key.Member);
  keyAddress(member);
  loadRecord(MEMBER_ENTRY, 16);
}

function proposalKey(id: u64): void {
  key(Key.Proposal);
  keyU64(id);
}

function readProposal(id: u64): void {
  proposalKey(id);
  inputLength = loadBytes(PROPOSAL, Proposal.Input + INPUT_MAX) - Proposal.Input;
  require(inputLength >= 0, Refusal.NoSuchProposal);
}

function writeProposal(id: u64): void {
  proposalKey(id);
  saveRecord(PROPOSAL, Proposal.Input + inputLength);
}

function voteKey(id: u64, member: usize): void {
  key(Key.Vote);
  keyU64(id);
  keyAddress(member);
}

function setWeight(member: usize, weight: u64): void {
  require(weight < LIMIT, Failure.Overflow);
  readTotals();
  readMember(member);
  const total = load<u64>(TOTALS, 8) - load<u64>(MEMBER_ENTRY) + weight;
  require(total < LIMIT, Failure.Overflow);
  require(total != 0, Refusal.NobodyLeft);
  store<u64>(TOTALS, total, 8);
  writeTotals();
  store<u64>(MEMBER_ENTRY, weight);
  store<u64>(MEMBER_ENTRY, load<u64>(TOTALS), 8);
  key(Key.Member);
  keyAddress(member);
  if (weight == 0) remove();
  else saveRecord(MEMBER_ENTRY, 16);
  begin();
  putAddress(member);
  putU64(weight);
  emitMessage(MEMBER, 6);
}

function setMember(member: usize, weight: u64): void {
  readRules();
  readTotals();
  const who = caller();
  require(sameAddress(who, self()) || (load<u64>(TOTALS) == 0 && sameAddress(who, FOUNDER)), Failure.NotAllowed);
  setWeight(member, weight);
}

function propose(target: usize, value: u64, input: usize, length: i32, text: usize): void {
  const who = caller();
  readTotals();
  readMember(who);
  require(load<u64>(MEMBER_ENTRY) != 0, Refusal.NoMember);
  require(length <= INPUT_MAX, Failure.BadInput);
  const id = load<u64>(TOTALS) + 1;
  store<u64>(TOTALS, id);
  writeTotals();
  store<u64>(PROPOSAL, value, Proposal.Value);
  store<u64>(PROPOSAL, round(), Proposal.Round);
  store<u64>(PROPOSAL, load<u64>(TOTALS, 8), Proposal.Weight);
  copyAddress(PROPOSAL + Proposal.Target, target);
  copyBytes(PROPOSAL + Proposal.Input, input, length);
  inputLength = length;
  writeProposal(id);
  begin();
  putU64(id);
  putAddress(who);
  putAddress(target);
  putU64(value);
  putHash(text);
  emitMessage(PROPOSED, 8);
  returnU64(id);
}

function vote(id: u64, support: u64): void {
  require(support <= 1, Failure.BadInput);
  const who = caller();
  readRules();
  readProposal(id);
  require(round() <= load<u64>(PROPOSAL, Proposal.Round) + load<u64>(RULES), Refusal.Closed);
  readMember(who);
  const weight = load<u64>(MEMBER_ENTRY);
  require(weight != 0, Refusal.NoMember);
  require(load<u64>(MEMBER_ENTRY, 8) < id, Refusal.TooLate);
  voteKey(id, who);
  require(!loadRecord(VOTE, 16), Refusal.AlreadyVoted);
  store<u64>(VOTE, support);
  store<u64>(VOTE, weight, 8);
  saveRecord(VOTE, 16);
  const side = PROPOSAL + (support != 0 ? <i32>Proposal.For : <i32>Proposal.Against);
  store<u64>(side, add(load<u64>(side), weight));
  writeProposal(id);
  begin();
  putU64(id);
  putAddress(who);
  putU64(support);
  putU64(weight);
  emitMessage(VOTED, 5);
}

/** Enough of the members' weight voted, and more than the majority of it for the proposal. */
function passed(): bool {
  const inFavour = load<u64>(PROPOSAL, Proposal.For);
  const cast = inFavour + load<u64>(PROPOSAL, Proposal.Against);
  return cast * BASIS >= load<u64>(RULES, 16) * load<u64>(PROPOSAL, Proposal.Weight) && inFavour * BASIS > load<u64>(RULES, 24) * cast;
}

/** Anyone may. Where the call fails nothing happened, and it may be tried again while there is time. */
function execute(id: u64): void {
  readRules();
  readProposal(id);
  const period = load<u64>(RULES);
  const from = load<u64>(PROPOSAL, Proposal.Round) + period + load<u64>(RULES, 8);
  const now = round();
  require(load<u64>(PROPOSAL, Proposal.Executed) == 0, Refusal.AlreadyExecuted);
  require(now > from, Refusal.TooEarly);
  require(now <= from + period, Refusal.Closed);
  require(passed(), Refusal.NotPassed);
  store<u64>(PROPOSAL, 1, Proposal.Executed);
  writeProposal(id);
  begin();
  putU64(id);
  emitMessage(EXECUTED, 8);
  // The contract may call itself, and only here: everything that this call has to write is written.
  const target = PROPOSAL + Proposal.Target;
  if (sameAddress(target, self())) star.reentry(1);
  begin();
  putRaw(PROPOSAL + Proposal.Input, inputLength);
  callWithMessage(target, load<u64>(PROPOSAL, Proposal.Value));
}

function fund(): void {
  begin();
  putAddress(caller());
  putU64(star.value());
  emitMessage(FUNDED, 6);
}

/** Input: period and delay in rounds, quorum and majority in basis points, the deployer's weight; all u64. */
export function deploy(): void {
  notPayable();
  readInput();
  for (let place = 0; place < 32; place += 8) store<u64>(RULES + place, takeU64());
  const weight = takeU64();
  endOfInput();
  require(load<u64>(RULES) != 0 && load<u64>(RULES) < LIMIT && load<u64>(RULES, 8) < LIMIT, Failure.BadInput);
  require(load<u64>(RULES, 16) <= BASIS && load<u64>(RULES, 24) < BASIS, Failure.BadInput);
  const founder = caller();
  copyAddress(FOUNDER, founder);
  key(Key.Rules);
  saveRecord(RULES, RULES_BYTES);
  setWeight(founder, weight);
}

export function call(): void {
  readInput();
  const which = takeByte();
  if (which == 6) {
    endOfInput();
    return fund();
  }
  notPayable();
  if (which == 0) {
    endOfInput();
    readTotals();
    begin();
    putU64(load<u64>(TOTALS));
    putU64(load<u64>(TOTALS, 8));
    returnMessage();
  } else if (which == 1) {
    const member = takeAddress();
    endOfInput();
    readMember(member);
    returnU64(load<u64>(MEMBER_ENTRY));
  } else if (which == 2) {
    endOfInput();
    readRules();
    begin();
    putRaw(RULES, RULES_BYTES);
    returnMessage();
  } else if (which == 3) {
    const id = takeU64();
    endOfInput();
    readProposal(id);
    begin();
    putRaw(PROPOSAL, Proposal.Input);
    putBytes(PROPOSAL + Proposal.Input, inputLength);
    returnMessage();
  } else if (which == 4) {
    const id = takeU64();
    const member = takeAddress();
    endOfInput();
    voteKey(id, member);
    require(loadRecord(VOTE, 16), Refusal.NoMember);
    begin();
    putRaw(VOTE, 16);
    returnMessage();
  } else if (which == 5) {
    const member = takeAddress();
    const weight = takeU64();
    endOfInput();
    setMember(member, weight);
  } else if (which == 7) {
    const target = takeAddress();
    const value = takeU64();
    const length = takeLength();
    const input = takeBytes(length);
    const text = takeHash();
    endOfInput();
    propose(target, value, input, length, text);
  } else if (which == 8) {
    const id = takeU64();
    const support = takeU64();
    endOfInput();
    vote(id, support);
  } else if (which == 9) {
    const id = takeU64();
    endOfInput();
    execute(id);
  } else fail(Failure.UnknownFunction);
}
