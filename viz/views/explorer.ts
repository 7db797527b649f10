/** Rounds, ledger blocks, sampled transactions, addresses and names: search, tables, and one of them in full. */
import { addressText } from '../../sim/report/views/address.ts';
import { lookup, type Found } from '../../sim/report/views/lookup.ts';
import { accountsOf, type Account } from '../../sim/report/views/transaction-life.ts';
import { counted } from '../../sim/report/views/words.ts';
import { hexAt, textAt } from '../../sim/trace/columns.ts';
import { problemOf } from '../data/problem.ts';
import { h } from '../draw/dom.ts';
import { clock, count, shortHash } from '../draw/format.ts';
import type { TableData } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { choice } from './charts/choice.ts';
import { detailOf, type Detail, type Known } from './explorer-detail.ts';
import { latest } from './latest.ts';
import './charts/charts.css';
import './explorer.css';
import type { MountedView, ViewContext } from './view.ts';

const TABLES = ['rounds', 'blocks', 'transactions', 'addresses', 'names', 'events'] as const;
type Shown = (typeof TABLES)[number];
/** Finds that are listed. */
const FINDS_MAX = 500;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  let known: Known | undefined;
  let accounts: readonly Account[] = [];

  // ── search and tables ───────────────────────────────────────────────────────────────────────────────────────────

  const input = h('input', {
    type: 'search', class: 'explorer-search', placeholder: 'round 12, node 7, a hash, zk13str_…, a name', 'aria-label': 'search rounds, blocks, transactions, addresses and names', autocomplete: 'off', spellcheck: 'false',
    oninput: () => store.set({ filter: input.value }),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'ArrowDown') listHost.querySelector<HTMLElement>('.table-scroll')?.focus();
      else if (event.key === 'Enter') listed().onRow?.(0);
      else if (event.key === 'Escape' && input.value === '') input.blur();
      else if (event.key === 'Escape') store.set({ filter: '' });
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  const tables = choice<Shown>(
    'table', TABLES.map((name): [Shown, string] => [name, name]), (name) => store.set({ filter: '', options: { ...store.get().options, table: name } }),
  );
  const list = context.panel({ id: 'list', span: 'half', table: () => listed() });
  const listHost = h('div');
  list.tools.append(input, tables.element);
  list.body.prepend(listHost);
  list.element.classList.add('explorer-list');

  const detail = context.panel({ id: 'detail', span: 'half', table: () => shownDetail?.table ?? { columns: [{ name: 'field' }, { name: 'value' }], rows: 0, cell: () => undefined } });
  const detailHost = h('div', { class: 'explorer-detail' });
  detail.body.prepend(detailHost);
  let shownDetail: Detail | undefined;

  const chosenTable = (): Shown => TABLES.find((name) => name === store.get().options['table']) ?? 'rounds';
  const query = (): string => store.get().filter.trim();

  /** What the list shows now: finds while there is a query, else the chosen table. */
  function listed(): TableData {
    if (!known) return { columns: [{ name: 'nothing yet' }], rows: 0, cell: () => undefined };
    return query() === '' ? TABLE_OF[chosenTable()](known) : findTable(finds(known));
  }
  const finds = ({ blocks, transactions, legs, domains }: Known): Found[] => lookup(
    query(), { nodes: run.nodes.count, rounds: run.rounds, blocks, transactions, legs, domains }, FINDS_MAX,
  );

  const open = (found: Found): void => {
    const { selection, options } = store.get();
    const { address: _address, name: _name, block: _block, ...others } = options;
    switch (found.what) {
      case 'round': return store.set({ selection: { ...selection, round: found.round, transaction: undefined }, timeUs: run.rounds.foundAtUs[found.round], options: { ...others, show: 'round' } });
      case 'node': return store.set({ selection: { ...selection, node: found.node }, view: 'nodes', filter: '', options: {} });
      case 'block': return store.set({ selection: { ...selection, round: known!.blocks.round[found.row], ledger: textAt(known!.blocks.ledger, found.row) }, options: { ...others, show: 'block', block: String(found.row) } });
      case 'transaction': return openTransaction(hexAt(known!.transactions.id, found.row));
      case 'leg': return openTransaction(hexAt(known!.legs.transaction, found.row));
      case 'address': return store.set({ options: { ...others, show: 'address', address: found.account } });
      case 'domain': return store.set({ options: { ...others, show: 'name', name: textAt(known!.domains.name, found.row) } });
    }
  };
  const openTransaction = (id: string): void => store.set({ selection: { ...store.get().selection, transaction: id }, options: { ...store.get().options, show: 'transaction' } });

  const findTable = (found: readonly Found[]): TableData => ({
    columns: [{ name: 'what' }, { name: 'which' }, { name: 'about it' }],
    rows: found.length,
    cell: (row, column) => describe(found[row])[column],
    onRow: (row) => found[row] && open(found[row]),
  });

  function describe(found: Found): readonly [string, string, string] {
    const { rounds } = run;
    const { blocks, transactions, legs, domains } = known!;
    switch (found.what) {
      case 'round': return [
        'round', String(rounds.number[found.round]),
        `${shortHash(hexAt(rounds.hash, found.round))}, ${clock(rounds.foundAtUs[found.round])}${rounds.canonical[found.round] === 1 ? '' : ', lost'}`,
      ];
      case 'node': return ['node', String(found.node), `${textAt(run.nodes.kind, found.node)}, ${textAt(run.nodes.region, found.node)}`];
      case 'block': return ['block', `${textAt(blocks.ledger, found.row)} ${blocks.number[found.row]}`, shortHash(hexAt(blocks.hash, found.row))];
      case 'transaction': return [
        'transaction', shortHash(hexAt(transactions.id, found.row)), `${textAt(transactions.kind, found.row)}, ${textAt(transactions.outcome, found.row)}`,
      ];
      case 'leg': return ['transaction', shortHash(hexAt(legs.transaction, found.row)), `${textAt(legs.kind, found.row)}, not sampled`];
      case 'address': return ['address', shortHash(found.account), addressText(found.account)];
      case 'domain': return ['name', textAt(domains.name, found.row), `owned by ${shortHash(hexAt(domains.owner, found.row))}`];
    }
  }

  const TABLE_OF: Readonly<Record<Shown, (known: Known) => TableData>> = {
    rounds: () => {
      const { rounds } = run;
      return {
        columns: [
          { name: 'round', number: true }, { name: 'found (s, virtual)', number: true }, { name: 'finder', number: true },
          { name: 'transactions', number: true }, { name: 'bytes', number: true }, { name: 'best chain' }, { name: 'hash' },
        ],
        rows: rounds.count,
        cell: (row, column) => [
          rounds.number[row], rounds.foundAtUs[row] / 1e6, rounds.node[row] < 0 ? undefined : rounds.node[row], rounds.transactions[row], rounds.bytes[row],
          rounds.canonical[row] === 1 ? 'yes' : 'lost', hexAt(rounds.hash, row),
        ][column],
        onRow: (round) => open({ what: 'round', round }),
      };
    },
    blocks: ({ blocks }) => ({
      columns: [{ name: 'ledger' }, { name: 'block', number: true }, { name: 'transactions', number: true }, { name: 'gas used', number: true }, { name: 'hash' }],
      rows: blocks.count,
      cell: (row, column) => [textAt(blocks.ledger, row), blocks.number[row], blocks.transactions[row], blocks.gasUsed[row], hexAt(blocks.hash, row)][column],
      onRow: (row) => open({ what: 'block', row }),
    }),
    transactions: ({ transactions }) => ({
      columns: [
        { name: 'kind' }, { name: 'ledger' }, { name: 'submitted (s, virtual)', number: true }, { name: 'round', number: true }, { name: 'outcome' },
        { name: 'nonce', number: true }, { name: 'id' },
      ],
      rows: transactions.count,
      cell: (row, column) => [
        textAt(transactions.kind, row), textAt(transactions.ledger, row), transactions.submittedAtUs[row] / 1e6, transactions.round[row] < 0 ? undefined : run.rounds.number[transactions.round[row]], textAt(transactions.outcome, row),
        transactions.nonce[row], hexAt(transactions.id, row),
      ][column],
      onRow: (row) => open({ what: 'transaction', row }),
    }),
    addresses: () => ({
      columns: [{ name: 'address' }, { name: 'sampled transactions', number: true }, { name: 'names', number: true }],
      rows: accounts.length,
      cell: (row, column) => (column === 0 ? addressText(accounts[row].account) : column === 1 ? accounts[row].transactions.length : accounts[row].domains.length),
      onRow: (row) => accounts[row] && open({ what: 'address', account: accounts[row].account }),
    }),
    names: ({ domains }) => ({
      columns: [
        { name: 'name' }, { name: 'registered in round', number: true }, { name: 'changes', number: true }, { name: 'expires (chain time)' }, { name: 'owner' },
      ],
      rows: domains.count,
      cell: (row, column) => [
        textAt(domains.name, row), run.rounds.number[domains.registered[row]], domains.changes[row], dateText(domains.expiresAt[row]),
        addressText(hexAt(domains.owner, row)),
      ][column],
      onRow: (row) => open({ what: 'domain', row }),
    }),
    events: ({ contractEvents: events }) => ({
      columns: [{ name: 'round', number: true }, { name: 'event' }, { name: 'contract' }, { name: 'data (hex)' }, { name: 'transaction' }],
      rows: events.count,
      cell: (row, column) => [
        run.rounds.number[events.round[row]], textAt(events.topic, row), addressText(hexAt(events.contract, row)), textAt(events.data, row),
        hexAt(events.transaction, row),
      ][column],
      onRow: (row) => openTransaction(hexAt(events.transaction, row)),
    }),
  };

  const SUBTITLES: Readonly<Record<Shown, string>> = {
    rounds: 'every round that was found, lost ones too', blocks: 'one on each of six ledgers per round', transactions: 'a sample drawn by key; the others are in no file',
    addresses: 'senders of sampled transactions, and owners of names', names: 'as the final best chain left them',
    events: 'what contracts told on the final best chain, the first 10,000',
  };

  function showList(): void {
    if (!known) return;
    tables.show(query() === '' ? chosenTable() : ('' as Shown));
    if (input.value !== store.get().filter) input.value = store.get().filter;
    const data = listed();
    if (query() === '') {
      list.finding(`${count(data.rows)} ${chosenTable()}`, SUBTITLES[chosenTable()]);
    } else if (data.rows === 0) list.finding(`Nothing matches “${query()}”`, 'try a number, “node 7”, four or more hex digits from the beginning of a hash, an address, or part of a name');
    else list.finding(
      `${data.rows === FINDS_MAX ? 'The first ' : ''}${counted(data.rows, 'thing')} ${data.rows === 1 ? 'matches' : 'match'} “${query()}”`,
      'Enter opens the first, arrow down goes into the list',
    );
    if (data.rows === 0) {
      const why = query() !== '' ? 'Hashes are found by their beginning, names by any part.' : EMPTY[chosenTable()];
      listHost.replaceChildren();
      return list.empty(why, query() !== '' ? 'Esc empties the search.' : `stratus run scenarios/${chosenTable() === 'events' ? 'contracts' : 'ledgers'}.yaml has them`);
    }
    list.redraw();
    virtualTable(listHost, data, list.element.querySelector('h3')?.textContent ?? 'list');
  }

  function showDetail(): void {
    if (!known) return;
    const { selection, options } = store.get();
    shownDetail = detailOf({ run, known, accounts, selection, options, open, select: openTransaction });
    if (!shownDetail) {
      detailHost.replaceChildren();
      detail.finding('Nothing is chosen');
      return detail.empty('Choose a row of the list.', 'The address of this page keeps what is chosen.');
    }
    detail.finding(shownDetail.title, shownDetail.below);
    detailHost.replaceChildren(shownDetail.element);
    detail.redraw();
    const own = shownDetail;
    own.later?.().catch((problem: unknown) => !signal.aborted && own === shownDetail && detail.fail(problemOf(problem, 'explorer')));
  }

  const refresh = latest(async () => {
    run = store.get().run ?? run;
    if (!known) {
      list.finding('Reading …');
      list.loading();
    }
    try {
      const [blocks, legs, transactions, domains, contractEvents] = await Promise.all([
        run.table('ledgerBlocks'), run.table('legs'), run.table('transactions'), run.table('domains'),
        run.table('contractEvents'),
      ]);
      if (signal.aborted) return;
      known = { blocks, legs, transactions, domains, contractEvents };
      accounts = accountsOf(transactions, domains).sort((a, b) => b.transactions.length + b.domains.length - a.transactions.length - a.domains.length || (a.account < b.account ? -1 : 1));
    } catch (problem) {
      if (!signal.aborted && run === store.get().run) list.fail(problemOf(problem, 'explorer'));
      return;
    }
    showList();
    showDetail();
  });

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) return refresh();
      if (state.filter !== before.filter || state.options['table'] !== before.options['table']) showList();
      if (state.selection !== before.selection || state.options !== before.options) showDetail();
    },
  };
}

const EMPTY: Readonly<Record<Shown, string>> = {
  rounds: 'No round was found.', blocks: 'This run’s rounds have no content (the relay model).', transactions: 'This run has no transactions.', addresses: 'No account sent a transaction or owned a name.', names: 'No name was registered.',
  events: 'No contract told anything.',
};

/** Unix seconds of chain time. */
const dateText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
