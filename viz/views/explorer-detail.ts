/** One round, block, transaction, address or name in full, with buttons to what it belongs to. */
import { addressText } from '../../sim/report/views/address.ts';
import type { Found } from '../../sim/report/views/lookup.ts';
import { lifeFinding, lifeOf, type Account } from '../../sim/report/views/transaction-life.ts';
import { counted, percentText, regionText } from '../../sim/report/views/words.ts';
import { hexAt, ledgersIn, textAt, type Table } from '../../sim/trace/columns.ts';
import type { RunData } from '../data/run-data.ts';
import { h } from '../draw/dom.ts';
import { amount, bytes, clock, count, duration, shortHash } from '../draw/format.ts';
import { tableOf, type TableData } from '../draw/table.ts';
import type { Selection } from '../state/store.ts';

export interface Known {
  readonly blocks: Table<'ledgerBlocks'>;
  readonly legs: Table<'legs'>;
  readonly transactions: Table<'transactions'>;
  readonly domains: Table<'domains'>;
  readonly contractEvents: Table<'contractEvents'>;
}

export interface DetailInput {
  readonly run: RunData;
  readonly known: Known;
  readonly accounts: readonly Account[];
  readonly selection: Selection;
  readonly options: Readonly<Record<string, string>>;
  readonly open: (found: Found) => void;
  /** Chooses a transaction by its id. */
  readonly select: (transaction: string) => void;
}

export interface Detail {
  readonly title: string;
  readonly below: string;
  readonly element: HTMLElement;
  /** The fields once more, for CSV. */
  readonly table: TableData;
  /** Fills in what takes time to find out. */
  readonly later?: () => Promise<void>;
}

type Field = readonly [name: string, value: string | HTMLElement];

/** Undefined where nothing is chosen, or what is chosen is not in this run. */
export function detailOf(input: DetailInput): Detail | undefined {
  const { options, selection, known, accounts } = input;
  switch (options['show'] ?? (selection.transaction !== undefined ? 'transaction' : 'round')) {
    case 'transaction': return selection.transaction === undefined ? undefined : ofTransaction(input, selection.transaction);
    case 'block': {
      const row = Number(options['block']);
      return Number.isInteger(row) && row >= 0 && row < known.blocks.count ? ofBlock(input, row) : undefined;
    }
    case 'address': return /^[0-9a-f]{40}$/.test(options['address'] ?? '') ? ofAddress(
      input, accounts.find(({ account }) => account === options['address']) ?? { account: options['address'], transactions: [], domains: [] },
    ) : undefined;
    case 'name': {
      const row = known.domains.name.values.indexOf(options['name'] ?? '');
      return row < 0 ? undefined : ofName(input, known.domains.name.codes.indexOf(row));
    }
    default: return selection.round === undefined ? undefined : ofRound(input, selection.round);
  }
}

const link = (text: string, action: () => void): HTMLElement => h('button', { type: 'button', class: 'quiet link', onclick: action }, text);
const mono = (text: string): HTMLElement => h('code', {}, text);

function detail(title: string, below: string, fields: readonly Field[], ...more: readonly HTMLElement[]): Detail {
  return {
    title, below,
    element: h('div', {}, h('dl', { class: 'fields' }, ...fields.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])), ...more),
    table: tableOf(['field', 'value'], fields.map(([name, value]) => [name, typeof value === 'string' ? value : (value.textContent ?? '')])),
  };
}

/** A list of buttons under a heading; the first ones only, where there are many. */
function listOf(heading: string, items: readonly HTMLElement[], most = 40): HTMLElement {
  const rest = items.length - most;
  return h(
    'div', { class: 'related' }, h('h4', {}, heading),
    h('ul', {}, ...items.slice(0, most).map((item) => h('li', {}, item)), ...(rest > 0 ? [h('li', { class: 'quiet-text' }, `and ${count(rest)} more`)] : [])),
  );
}

function roundLink({ run, open }: DetailInput, round: number): HTMLElement {
  return link(
    `round ${run.rounds.number[round]} (${shortHash(hexAt(run.rounds.hash, round))})${run.rounds.canonical[round] === 1 ? '' : ', lost'}`,
    () => open({ what: 'round', round }),
  );
}
const nodeLink = ({ run, open }: DetailInput, node: number): HTMLElement | string =>
  node < 0 ? 'nobody' : link(`node ${node} (${textAt(run.nodes.kind, node)}, ${regionText(textAt(run.nodes.region, node))})`, () => open({ what: 'node', node }));
const addressLink = ({ open }: DetailInput, account: string): HTMLElement => link(addressText(account), () => open({ what: 'address', account }));

function ofRound(input: DetailInput, round: number): Detail {
  const { run, known, open } = input;
  const { rounds } = run;
  const spread = h('span', {}, 'reading …');
  const children: number[] = [];
  for (let r = 0; r < rounds.count; r++) if (rounds.parent[r] === round) children.push(r);
  const own = rowsWhere(known.transactions.round, known.transactions.count, round);
  const blocks = rowsWhere(known.blocks.round, known.blocks.count, round);
  const pool = textAt(rounds.rewardPool, round);
  const fields: Field[] = [
    ['hash', mono(hexAt(rounds.hash, round))],
    ['parent', rounds.parent[round] < 0 ? 'none: genesis' : roundLink(input, rounds.parent[round])],
    ['found', `${clock(rounds.foundAtUs[round])} (virtual)`],
    ['by', nodeLink(input, rounds.node[round])],
    ['on the best chain', rounds.canonical[round] === 1 ? 'yes' : 'no: it lost'],
    ['nodes that had it', spread],
    ['transactions', `${count(rounds.transactions[round])} in ${bytes(rounds.bytes[round])}`],
    ['subsidy, fees', `${amount(rounds.subsidy[round])} STR, ${amount(rounds.fees[round])} STR`],
    ...(pool === '' ? [] : [['treasury after it', `${amount(textAt(rounds.treasury, round))} STR`], ['CCOS pool after it', `${amount(pool)} CCOS`]] as const),
    ['time in its header', `${count(rounds.time[round])} (Unix seconds)`],
    ['target (compact)', mono(`0x${rounds.bits[round].toString(16)}`)],
    ['cumulative work', mono(textAt(rounds.work, round))],
    ['index in the files', String(round)],
  ];
  const state = rounds.canonical[round] === 1 ? '' : ', which lost,';
  return {
    ...detail(`Round ${rounds.number[round]}${state} holds ${counted(rounds.transactions[round], 'transaction')}`, shortHash(hexAt(rounds.hash, round)), fields,
      ...(children.length > 0 ? [listOf(
        children.length === 1 ? 'followed by' : 'two or more rounds follow: here the chain forked', children.map((child) => roundLink(input, child)),
      )] : []),
      ...(blocks.length > 0 ? [listOf(
        'ledger blocks',
        blocks.map((row) => link(
          `${textAt(known.blocks.ledger, row)}: ${counted(known.blocks.transactions[row], 'transaction')}`, () => open({ what: 'block', row }),
        )),
      )] : []),
      ...(own.length > 0 ? [listOf(`sampled transactions (${own.length} of ${rounds.transactions[round]})`, own.map((row) => link(`${textAt(known.transactions.kind, row)} ${shortHash(hexAt(known.transactions.id, row))}`, () => open({ what: 'transaction', row }))))] : [])),
    async later() {
      const coverage = await run.coverage();
      const part = (column: Float64Array): string => duration(column[round]);
      spread.textContent = `${count(coverage.reached[round])} of ${count(run.nodes.count)}; half after ${part(coverage.p50)}, 90 % after ${part(coverage.p90)}, 99 % after ${part(coverage.p99)}, all after ${part(coverage.all)}`;
    },
  };
}

function ofBlock(input: DetailInput, row: number): Detail {
  const { run, known: { blocks, transactions }, open } = input;
  const ledger = textAt(blocks.ledger, row);
  const round = blocks.round[row];
  const own = rowsWhere(transactions.round, transactions.count, round).filter((at) => textAt(transactions.ledger, at) === ledger);
  return detail(`Block ${blocks.number[row]} of ${ledger} holds ${counted(blocks.transactions[row], 'transaction')}`, shortHash(hexAt(blocks.hash, row)), [
    ['hash', mono(hexAt(blocks.hash, row))],
    ['state root after it', mono(hexAt(blocks.stateRoot, row))],
    ['in', roundLink(input, round)],
    ['gas used', `${count(blocks.gasUsed[row])}, ${percentText(blocks.gasUsed[row] / run.facts.parameters.gasLimitPerLedger)} of the limit`],
  ], ...(own.length > 0 ? [listOf(`sampled transactions (${own.length} of ${blocks.transactions[row]})`, own.map((at) => link(`${textAt(transactions.kind, at)} ${shortHash(hexAt(transactions.id, at))}`, () => open({ what: 'transaction', row: at }))))] : []));
}

function ofTransaction(input: DetailInput, id: string): Detail | undefined {
  const { run, known: { transactions, legs, contractEvents: events } } = input;
  const row = rowOfHex(transactions.id, transactions.count, id);
  const leg = rowOfHex(legs.transaction, legs.count, id);
  const touched = leg < 0 ? 'none' : ledgersIn(legs.touched[leg]).join(', ');
  const told = eventList(input, 'events of contracts', rowsOfHex(events.transaction, events.count, id));
  if (row < 0) {
    if (leg < 0) return told.length === 0 ? undefined : detail('A contract told of this transaction', 'not among the sampled transactions: only what contracts told is kept', [['id', mono(id)]], ...told);
    return detail(`This ${textAt(legs.kind, leg)} changed ${touched}`, 'not among the sampled transactions: only what it changed is kept', [
      ['id', mono(id)], ['kind', textAt(legs.kind, leg)], ['home ledger', textAt(legs.home, leg)], ['other ledgers that it changed', touched], ['in', roundLink(input, legs.round[leg])],
    ], ...told);
  }
  const { admittedUs, includedUs, finalUs } = lifeOf(transactions, row);
  const stage = (us: number | undefined): string => (us === undefined ? 'never in this run' : `${clock(transactions.submittedAtUs[row] + us)}, ${duration(us)} after submission`);
  return detail(lifeFinding(transactions, row), shortHash(id), [
    ['id', mono(id)],
    ['kind', textAt(transactions.kind, row)],
    ['home ledger', textAt(transactions.ledger, row)],
    ['other ledgers that it changed', touched],
    ['outcome', textAt(transactions.outcome, row)],
    ['sender', addressLink(input, hexAt(transactions.sender, row))],
    ['nonce', String(transactions.nonce[row])],
    ['submitted', `${clock(transactions.submittedAtUs[row])} (virtual)`],
    ['to', nodeLink(input, transactions.delegate[row])],
    ['admitted', stage(admittedUs)],
    ['in a round', stage(includedUs)],
    ...(transactions.round[row] < 0 ? [] : [['namely', roundLink(input, transactions.round[row])] as const]),
    ['final', stage(finalUs)],
  ], lifeBar(transactions, row, run.facts.endUs), ...told);
}

/** Its stages as one bar: waiting for admission, in pools, on the chain but not final. */
function lifeBar(transactions: Table<'transactions'>, row: number, endUs: number): HTMLElement {
  const { admittedUs, includedUs, finalUs } = lifeOf(transactions, row);
  const whole = finalUs ?? includedUs ?? (admittedUs === undefined ? 0 : endUs - transactions.submittedAtUs[row]);
  const parts: readonly (readonly [string, number])[] = [
    ['in pools', (includedUs ?? whole) - (admittedUs ?? 0)], ['on the chain, not final', whole - (includedUs ?? whole)],
  ];
  const bar = h('div', { class: 'life', 'aria-hidden': 'true' });
  if (whole <= 0) return bar;
  parts.forEach(([name, us], i) => {
    if (us <= 0) return;
    const part = h('span', { class: `life-part part-${i}`, title: `${name}: ${duration(us)}` }, `${name}: ${duration(us)}`);
    part.style.flexGrow = String(us / whole);
    bar.append(part);
  });
  return bar;
}

function ofAddress(input: DetailInput, { account, transactions: sent, domains: owned }: Account): Detail {
  const { known: { transactions, domains, contractEvents: events }, open } = input;
  const told = rowsOfHex(events.contract, events.count, account);
  return detail(`${sent.length === 0 ? 'No sampled transaction' : counted(sent.length, 'sampled transaction')} from this address, ${counted(owned.length, 'name')}`, 'balances are part of the state, which is not kept in run folders', [
    ['address', mono(addressText(account))], ['account', mono(account)], ...(told.length > 0 ? [['contract', `told ${counted(told.length, 'event')}`] as const] : []),
  ],
  ...eventList(input, 'events that it told', told),
  ...(owned.length > 0 ? [listOf('names', owned.map((row) => link(textAt(domains.name, row), () => open({ what: 'domain', row }))))] : []),
  ...(sent.length > 0 ? [listOf('sampled transactions', sent.map((row) => link(`${transactions.nonce[row]}: ${textAt(transactions.kind, row)}, ${textAt(transactions.outcome, row)}`, () => open({ what: 'transaction', row }))))] : []));
}

/** Events of contracts by row, each leading to its transaction; nothing where there are none. */
function eventList({ known: { contractEvents: events }, select }: DetailInput, heading: string, rows: readonly number[]): HTMLElement[] {
  if (rows.length === 0) return [];
  return [listOf(heading, rows.map((row) => link(`${textAt(events.topic, row)} ${textAt(events.data, row)}`, () => select(hexAt(events.transaction, row)))))];
}

function ofName(input: DetailInput, row: number): Detail {
  const { run, known: { domains } } = input;
  const expires = domains.expiresAt[row];
  const last = run.rounds.time.reduce((latest, time) => Math.max(latest, time), 0);
  return detail(`${textAt(domains.name, row)} ${expires > last ? `is registered for another ${duration((expires - last) * 1e6)} of chain time` : 'has expired'}`, counted(
    domains.changes[row], 'registration, renewal, transfer or sale', 'registrations, renewals, transfers and sales',
  ), [
    ['name', textAt(domains.name, row)],
    ['owner', addressLink(input, hexAt(domains.owner, row))],
    ['first registered in', roundLink(input, domains.registered[row])],
    ['last changed in', roundLink(input, domains.changed[row])],
    ['expires', `${new Date(expires * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC, chain time`],
  ]);
}

function rowsWhere(column: Int32Array, rows: number, value: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (column[row] === value) found.push(row);
  return found;
}

function rowsOfHex(column: Table<'transactions'>['id'], rows: number, hex: string): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (hexAt(column, row) === hex) found.push(row);
  return found;
}

function rowOfHex(column: Table<'transactions'>['id'], rows: number, hex: string): number {
  for (let row = 0; row < rows; row++) if (hexAt(column, row) === hex) return row;
  return -1;
}
