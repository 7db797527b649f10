/** Pool rules (D11 › Admission, D16): rule by rule, then against a model of plain maps, then with and without the fast path. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Registry } from '../../engine/chain/registry.ts';
import { Bits, TxSet, type TxHandle } from '../../engine/chain/tx-set.ts';
import { Clearance } from '../../engine/pool/clearance.ts';
import { Pool } from '../../engine/pool/pool.ts';
import type { StateReader } from '../../engine/state/state.ts';
import { testGenesis } from '../helpers/fixtures.ts';
import { fabricated } from '../helpers/world.ts';

const genesis = testGenesis();
type Accounts = Readonly<Record<string, { readonly nonce: number; readonly str: bigint }>>;
/** Accounts by name, and a ledger's gas limit where governance changed it. */
const stateOf = (accounts: Accounts, gasLimitPerLedger?: bigint): StateReader => ({
  get: (table, key) => (table.name === 'parameter' ? (key === 'gasLimitPerLedger' ? gasLimitPerLedger : undefined) : accounts[key]) as never,
});
/** A clearance under which nobody is clear: every rule is then asked one by one. */
const NEVER = { bits: new Bits(), update: () => undefined } as unknown as Clearance;

const GAS = 21_000;
const PRICE = 10n;
/** Fee of `make`'s default transaction. */
const FEE = BigInt(GAS) * PRICE;

function setUp(accounts: Accounts, txsMax = 100, clear = true) {
  const registry = new Registry(genesis);
  const evictions: string[] = [];
  const state = stateOf(accounts);
  const pool = new Pool(registry, { txsMax, priceBumpPercent: 10 }, state, clear ? new Clearance(registry, state, undefined) : NEVER, (handle, reason) => evictions.push(`${handle} ${reason}`));
  const make = (sender: string, nonce: number, gasPrice = PRICE, amount = 0n): TxHandle => registry.addTransaction(fabricated({ sender, nonce, gasPrice, gasLimit: GAS, amount }));
  const code = (handle: TxHandle): string => pool.admit(handle)?.code ?? 'ok';
  return { registry, pool, evictions, make, code, state };
}

test('each rule refuses with its code and what explains it', () => {
  const { pool, make } = setUp({ a: { nonce: 5, str: 10n * FEE } });
  const first = make('a', 5);
  expect(pool.admit(first)).toBeUndefined();
  expect(pool.admit(first)).toEqual({ code: 'known' });
  expect(pool.admit(make('a', 4))).toEqual({ code: 'nonce-used', got: 4, expected: 5 });
  expect(pool.admit(make('a', 1_005))).toBeUndefined(); // exactly 1,000 ahead queues
  expect(pool.admit(make('a', 1_006))).toEqual({ code: 'nonce-gap', got: 1_006, expected: 5 });
  expect(pool.admit(make('a', 6, PRICE, 7n * FEE + 1n))).toEqual({ code: 'overdraft', needed: 10n * FEE + 1n, available: 10n * FEE });
  expect(pool.admit(make('a', 6, PRICE, 7n * FEE))).toBeUndefined(); // exactly covered
  expect(pool.admit(make('a', 7))).toMatchObject({ code: 'overdraft' });
  expect(pool.admit(make('unknown', 0))).toEqual({ code: 'overdraft', needed: FEE, available: 0n });
});

test('a gas limit that no round can take is refused, and goes when governance lowers the limit below it (D11, D19)', () => {
  const { pool, registry, evictions, make, code } = setUp({ a: { nonce: 0, str: 10n ** 18n } });
  const made = (nonce: number, gasLimit: number): TxHandle => registry.addTransaction(fabricated({ sender: 'a', nonce, gasLimit }));
  expect(pool.admit(made(0, 200_000_001))).toEqual({ code: 'gas-above-ledger-limit', got: 200_000_001, left: 200_000_000 });
  const [large, small] = [made(0, 200_000_000), make('a', 1)];
  expect([large, small].map(code)).toEqual(['ok', 'ok']);
  const state = stateOf({ a: { nonce: 0, str: 10n ** 18n } }, 199_999_999n);
  pool.moveTo(state, new Clearance(registry, state, undefined), [], []);
  expect([[...pool], evictions]).toEqual([[small], [`${large} gas-above-ledger-limit`]]);
});

test('a replacement pays 10 % more, rounded up, takes its rival’s place and frees its reserve', () => {
  const { pool, make, evictions } = setUp({ a: { nonce: 0, str: 2n * FEE } });
  const old = make('a', 0, PRICE, FEE); // reserves all
  pool.admit(old);
  expect(pool.admit(make('a', 0, 10n))).toEqual({ code: 'underpriced-replacement', got: 10n, needed: 11n });
  const next = make('a', 0, 11n, 0n);
  expect(pool.admit(next)).toBeUndefined();
  expect([[...pool], pool.count, evictions]).toEqual([[next], 1, [`${old} replaced`]]);
  expect(pool.admit(make('a', 0, 12n))).toEqual({ code: 'underpriced-replacement', got: 12n, needed: 13n }); // 12.1 up
});

test('1,000 per address: the next nonce waits outside, a replacement does not', () => {
  const { pool, make, code } = setUp({ a: { nonce: 0, str: 10n ** 18n } }, 2_000);
  for (let nonce = 1; nonce <= 1_000; nonce++) expect(code(make('a', nonce))).toBe('ok');
  expect(pool.admit(make('a', 0))).toEqual({ code: 'address-full', max: 1_000 });
  expect([code(make('a', 500, 11n)), pool.count]).toEqual(['ok', 1_000]);
});

test('a full pool: the cheapest sender-last transaction of somebody else goes, if it is cheaper', () => {
  const { pool, make, code, evictions } = setUp({ a: { nonce: 0, str: 10n ** 18n }, b: { nonce: 0, str: 10n ** 18n }, c: { nonce: 0, str: 10n ** 18n } }, 3);
  const [a0, a1, b0] = [make('a', 0, 5n), make('a', 1, 20n), make('b', 0, 8n)];
  expect([a0, a1, b0].map(code)).toEqual(['ok', 'ok', 'ok']);
  expect(code(make('c', 0, 8n))).toBe('pool-full'); // a0 is cheaper but not last, b0 is not cheaper
  expect(code(make('b', 1, 9n))).toBe('pool-full'); // b0 is its own: evicting it would leave a gap
  const c0 = make('c', 0, 9n);
  expect([code(c0), [...pool], evictions]).toEqual(['ok', [a0, a1, c0], [`${b0} pool-full`]]);
});

test('on another head (M2): the included leave, the abandoned come back where valid, what is no longer covered goes with a reason', () => {
  const { registry, pool, make, evictions, code } = setUp({ a: { nonce: 0, str: 5n * FEE }, b: { nonce: 0, str: 3n * FEE } });
  const [a0, a1, a2, b0, b1, b2, rival] = [make('a', 0), make('a', 1), make('a', 2), make('b', 0), make('b', 1), make('b', 2), make('b', 1, 20n)];
  for (const handle of [a1, a2, b0, b1, b2]) expect(code(handle)).toBe('ok');
  const move = (accounts: Accounts, included: TxHandle[], abandoned: TxHandle[]): TxHandle[] => {
    const state = stateOf(accounts);
    evictions.length = 0;
    pool.moveTo(state, new Clearance(registry, state, undefined), [TxSet.of(included)], [TxSet.of(abandoned)]);
    expect(pool.count).toBe([...pool].length);
    return [...pool];
  };
  expect(move({ a: { nonce: 2, str: 2n * FEE }, b: { nonce: 1, str: FEE } }, [a0, a1, b0], [])).toEqual([a2, b1]);
  expect(evictions).toEqual([`${b2} overdraft`]);
  // Back: a0 and a1 return; of b, the other branch used nonce 1 for the rival, so b1 goes.
  expect(move({ a: { nonce: 0, str: 5n * FEE }, b: { nonce: 2, str: FEE } }, [b0, rival], [a0, a1, b0])).toEqual([a0, a1, a2]);
  expect(evictions).toEqual([`${b1} nonce-used`]);
  expect(move({ a: { nonce: 0, str: 5n * FEE }, b: { nonce: 0, str: FEE } }, [], [b0, rival])).toEqual([a0, a1, a2, b0]);
  expect(evictions).toEqual([`${rival} overdraft`]);
});

test.each<[string, (pool: Pool, handle: TxHandle) => unknown]>([
  ['one', (pool, handle) => pool.admit(handle)],
  ['a set', (pool, handle) => pool.admitSet(TxSet.of([handle]), () => {})],
  ['a word', (pool, handle) => (pool.ready(handle >>> 5), pool.admitWord(handle >>> 5, 1 << (handle & 31)))],
])('an old transaction is seen in the pool also when younger ones were there before it: %s', (_, admit) => {
  const names = Array.from({ length: 80 }, (_x, i) => `s${i}`);
  const { registry, pool, make, code, state } = setUp(Object.fromEntries(names.map((name) => [name, { nonce: 0, str: FEE }])));
  const handles = names.map((name) => make(name, 0));
  code(handles[70]);
  pool.moveTo(state, new Clearance(registry, state, undefined), [], []);
  admit(pool, handles[3]);
  expect([[...pool], pool.count, [...pool.snapshot]]).toEqual([[3, 70], 2, [3, 70]]);
});

// ── random scripts ──────────────────────────────────────────────────────────────────────────────────────────────────

const SENDERS = ['a', 'b', 'c'];
const account = fc.record({ nonce: fc.nat(3), str: fc.constantFrom(0n, FEE, 3n * FEE, 20n * FEE, 10n ** 18n) });
const accounts: fc.Arbitrary<Accounts> = fc.record({ a: account, b: account, c: account });
const transaction = fc.record({
  sender: fc.constantFrom(...SENDERS),
  nonce: fc.oneof(fc.nat(5), fc.constantFrom(1_000, 1_001, 1_003, 1_004)),
  gasLimit: fc.constantFrom(GAS, GAS, GAS, GAS, 200_000_001),
  gasPrice: fc.constantFrom(9n, 10n, 11n, 12n, 20n),
  amount: fc.constantFrom(0n, 0n, 0n, FEE, 30n * FEE),
});
type Step =
  | { readonly type: 'register'; readonly made: readonly { sender: string; nonce: number; gasLimit: number; gasPrice: bigint; amount: bigint }[] }
  | { readonly type: 'admit' | 'set' | 'words'; readonly picks: readonly number[] }
  | { readonly type: 'move'; readonly accounts: Accounts; readonly included: readonly number[]; readonly abandoned: readonly number[]; readonly child: boolean };
const picks = fc.array(fc.nat(), { maxLength: 8 });
const script: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('register' as const), made: fc.array(transaction, { minLength: 1, maxLength: 12 }) }),
    fc.record({ type: fc.constantFrom('admit' as const, 'set' as const, 'words' as const), picks }),
    fc.record({ type: fc.constantFrom('admit' as const, 'set' as const, 'words' as const), picks }),
    fc.record({ type: fc.constant('move' as const), accounts, included: picks, abandoned: picks, child: fc.boolean() }),
  ),
  { minLength: 4, maxLength: 25, size: 'max' },
);

/** The rules from the decisions, over maps: what a pool must answer to one transaction. Keeps no reserve and no order. */
function modelAdmit(registry: Registry, pooled: Set<TxHandle>, accounts: Accounts, txsMax: number, handle: TxHandle): string {
  const tx = registry.transactions[handle];
  const { nonce, str } = accounts[tx.sender];
  const cost = (h: TxHandle): bigint => {
    const { gasPrice, payload } = registry.transactions[h];
    return BigInt(GAS) * gasPrice + (payload.kind === 'transfer' ? payload.amount : 0n);
  };
  if (pooled.has(handle)) return 'known';
  if (tx.gasLimit > 200_000_000) return 'gas-above-ledger-limit';
  if (tx.nonce < nonce) return 'nonce-used';
  if (tx.nonce > nonce + 1_000) return 'nonce-gap';
  const own = [...pooled].filter((h) => registry.transactions[h].sender === tx.sender);
  const rival = own.find((h) => registry.transactions[h].nonce === tx.nonce);
  if (rival !== undefined && 100n * tx.gasPrice < 110n * registry.transactions[rival].gasPrice) return 'underpriced-replacement';
  if (own.filter((h) => h !== rival).reduce((sum, h) => sum + cost(h), cost(handle)) > str) return 'overdraft';
  if (rival !== undefined) pooled.delete(rival);
  else if (pooled.size >= txsMax) {
    const lasts = [...pooled].filter((h) => {
      const x = registry.transactions[h];
      return x.sender !== tx.sender && ![...pooled].some((o) => registry.transactions[o].sender === x.sender && registry.transactions[o].nonce > x.nonce);
    });
    const cheapest = lasts.map((h) => registry.transactions[h]).sort((x, y) => (x.gasPrice !== y.gasPrice ? Number(x.gasPrice - y.gasPrice) : x.id > y.id ? -1 : 1))[0];
    if (cheapest === undefined || cheapest.gasPrice >= tx.gasPrice) return 'pool-full';
    pooled.delete(registry.handleOf(cheapest.id)!);
  }
  pooled.add(handle);
  return 'ok';
}

test('one by one, a pool answers as the model; the fast path decides as the rules one by one, on every head', () => {
  fc.assert(
    fc.property(accounts, script, fc.constantFrom(4, 9, 1_000), (initial, steps, txsMax) => {
      const registry = new Registry(genesis);
      let current = initial;
      let clearance = new Clearance(registry, stateOf(initial), undefined);
      const told: [string[], string[]] = [[], []];
      const poolOf = (which: 0 | 1, clear: Clearance): Pool =>
        new Pool(registry, { txsMax, priceBumpPercent: 10 }, stateOf(initial), clear, (handle, reason) => told[which].push(`${handle} ${reason}`));
      const fast = poolOf(0, clearance);
      const slow = poolOf(1, NEVER);
      for (const step of steps) {
        const count = registry.transactions.length;
        if (step.type === 'register') for (const fields of step.made) registry.addTransaction(fabricated(fields));
        else if (count === 0) continue;
        else if (step.type === 'move') {
          const state = stateOf(step.accounts);
          const [included, abandoned] = [step.included, step.abandoned].map((list) => [TxSet.of(list.map((pick) => pick % count))]);
          clearance = new Clearance(registry, state, step.child && onward(current, step.accounts) ? clearance : undefined);
          current = step.accounts;
          fast.moveTo(state, clearance, included, abandoned);
          slow.moveTo(state, NEVER, included, abandoned);
        } else {
          const handles = [...new Set(step.picks.map((pick) => pick % count))];
          const set = TxSet.of(handles);
          if (step.type === 'admit') {
            for (const handle of handles) {
              const pooled = new Set(slow);
              const expected = modelAdmit(registry, pooled, current, txsMax, handle);
              expect([fast.admit(handle)?.code ?? 'ok', slow.admit(handle)?.code ?? 'ok']).toEqual([expected, expected]);
              expect([...slow]).toEqual([...pooled].sort((x, y) => x - y));
            }
          } else if (step.type === 'words') {
            // As gossip does: a word at a time where all is clear, the rest by the rules.
            const novel = fast.bits.missing(set);
            fast.ready(novel.top);
            const rest: number[] = [];
            for (let i = 0; i < novel.pairs.length; i += 2) if (!fast.admitWord(novel.pairs[i], novel.pairs[i + 1])) rest.push(novel.pairs[i], novel.pairs[i + 1]);
            const taken = [...novel].filter((handle) => fast.bits.has(handle));
            for (const handle of [...taken, ...new TxSet(rest)]) slow.admit(handle);
            fast.admitSet(new TxSet(rest), () => {});
          } else {
            const refusals: [string[], string[]] = [[], []];
            const note = (which: 0 | 1) => (handle: TxHandle, { code }: { code: string }) => void (code !== 'known' && refusals[which].push(`${handle} ${code}`));
            const admitted = [fast.admitSet(set, note(0)), slow.admitSet(set, note(1))].map((list) => [...list]);
            expect(admitted[0]).toEqual(admitted[1]);
            expect(refusals[0]).toEqual(refusals[1]);
          }
        }
        expect([...fast]).toEqual([...slow]);
        expect([fast.count, slow.count]).toEqual([[...fast].length, [...fast].length]);
        expect(told[0]).toEqual(told[1]);
        for (const sender of SENDERS) {
          const own = [...fast].filter((handle) => registry.transactions[handle].sender === sender);
          expect(own.reduce((sum, handle) => sum + registry.reserve[handle], 0n) <= current[sender].str).toBe(true);
          expect(new Set(own.map((handle) => registry.transactions[handle].nonce)).size).toBe(own.length);
        }
      }
    }),
    { numRuns: 400 },
  );
});

/** Whether the second state can follow the first on a branch: nonces never fall. */
const onward = (from: Accounts, to: Accounts): boolean => SENDERS.every((sender) => to[sender].nonce >= from[sender].nonce);
