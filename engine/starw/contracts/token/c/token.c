/*
 * The token in C: the same calls, events, errors and storage as ../token.ts, byte for byte (../abi.json).
 *
 * To compile it: `apt-get install clang lld` (Debian 12 has 14.0.6, with which token.wasm was made), then
 * `node engine/starw/contracts/token/build-native.mjs c`. Nobody needs that to use the module, which is checked in.
 */
#include "star.h"

enum { ADDRESS = 20, AMOUNT = 8, INPUT_MAX = 512 };
enum { UNKNOWN_FUNCTION = 1, BAD_INPUT = 2, OVERFLOW = 3, NOT_ALLOWED = 4, NOT_COVERED = 5, NOT_PAYABLE = 6 };
enum { TOTAL_SUPPLY, BALANCE_OF, TRANSFER, APPROVE, ALLOWANCE, TRANSFER_FROM, MINT, BURN, OWNER };

/* Where the 20 bytes lie: in the input, or in one of the places below. */
typedef const u8 *address;

static u8 input[INPUT_MAX], key[1 + 2 * ADDRESS], by[ADDRESS], only[ADDRESS];
static const u8 nobody[ADDRESS];
static u32 input_length, read_at, key_length;

static _Noreturn void fail(u8 error) { star_revert(&error, 1); }

static void require(int condition, u8 error) {
  if (!condition) fail(error);
}

/* ── Bytes: without a library there is no memcpy to call; these are eight or four at a time ── */

static u64 load(const u8 *from) {
  u64 number;
  __builtin_memcpy(&number, from, sizeof number);
  return number;
}

static u32 load_half(const u8 *from) {
  u32 number;
  __builtin_memcpy(&number, from, sizeof number);
  return number;
}

static void copy(u8 *to, address from) { __builtin_memcpy(to, from, ADDRESS); }

static int same(address x, address y) { return load(x) == load(y) && load(x + 8) == load(y + 8) && load_half(x + 16) == load_half(y + 16); }

/* ── Arguments ── */

static void read_input(void) {
  read_at = 0;
  input_length = star_input_len();
  require(input_length <= INPUT_MAX, BAD_INPUT);
  star_input_read(input, 0, input_length);
}

static const u8 *take(u32 length) {
  const u8 *from = input + read_at;
  read_at += length;
  require(read_at <= input_length, BAD_INPUT);
  return from;
}

static address take_address(void) { return take(ADDRESS); }

static u64 take_amount(void) { return load(take(AMOUNT)); }

static void end_of_input(void) { require(read_at == input_length, BAD_INPUT); }

static void not_payable(void) { require(star_value() == 0, NOT_PAYABLE); }

static address caller(void) {
  star_caller(by);
  return by;
}

/* ── Storage: a key is a letter and the addresses that the entry is about ── */

static void begin_key(char letter) {
  key[0] = (u8)letter;
  key_length = 1;
}

static void add_to_key(address of) {
  copy(key + key_length, of);
  key_length += ADDRESS;
}

static void supply(void) { begin_key('s'); }

static void balance(address holder) {
  begin_key('b');
  add_to_key(holder);
}

static void allowance(address holder, address spender) {
  begin_key('a');
  add_to_key(holder);
  add_to_key(spender);
}

/* 0 where there is no entry. */
static u64 entry(void) {
  u64 amount;
  return star_storage_get(key, key_length, &amount, AMOUNT) == AMOUNT ? amount : 0;
}

/* 0 deletes the entry. */
static void set_entry(u64 amount) {
  if (amount == 0) star_storage_delete(key, key_length);
  else star_storage_set(key, key_length, &amount, AMOUNT);
}

static void add_to_entry(u64 amount) {
  u64 before = entry(), sum = before + amount;
  require(sum >= before, OVERFLOW);
  set_entry(sum);
}

static void subtract_from_entry(u64 amount) {
  u64 before = entry();
  require(amount <= before, NOT_COVERED);
  set_entry(before - amount);
}

static address owner(void) {
  begin_key('o');
  require(star_storage_get(key, key_length, only, ADDRESS) == ADDRESS, NOT_ALLOWED);
  return only;
}

/* ── Rules ── */

static void tell(const char *topic, address from, address to, u64 amount) {
  u8 data[2 * ADDRESS + AMOUNT];
  copy(data, from);
  copy(data + ADDRESS, to);
  __builtin_memcpy(data + 2 * ADDRESS, &amount, AMOUNT);
  star_emit(topic, 8, data, sizeof data);
}

static void transfer(address from, address to, u64 amount) {
  balance(from);
  subtract_from_entry(amount);
  balance(to);
  add_to_entry(amount);
  tell("Transfer", from, to, amount);
}

static void mint(address to, u64 amount) {
  supply();
  add_to_entry(amount);
  balance(to);
  add_to_entry(amount);
  tell("Transfer", nobody, to, amount);
}

static void burn(address from, u64 amount) {
  balance(from);
  subtract_from_entry(amount);
  supply();
  subtract_from_entry(amount);
  tell("Transfer", from, nobody, amount);
}

static void approve(address holder, address spender, u64 amount) {
  allowance(holder, spender);
  set_entry(amount);
  tell("Approval", holder, spender, amount);
}

static void return_entry(void) {
  u64 amount = entry();
  star_ret(&amount, AMOUNT);
}

/* Input: the first supply. Whoever deploys owns the contract and holds the supply. */
EXPORT(deploy) void deploy(void) {
  not_payable();
  read_input();
  u64 first = take_amount();
  end_of_input();
  begin_key('o');
  star_storage_set(key, key_length, caller(), ADDRESS);
  mint(by, first);
}

EXPORT(call) void call(void) {
  not_payable();
  read_input();
  u8 which = *take(1);
  /* Arguments in the order of the description; what a function does not take stays empty. */
  int reads = which == BALANCE_OF || which == ALLOWANCE;
  address first = reads || which == TRANSFER || which == APPROVE || which == TRANSFER_FROM || which == MINT ? take_address() : 0;
  address second = which == ALLOWANCE || which == TRANSFER_FROM ? take_address() : 0;
  u64 amount = which == TRANSFER || which == APPROVE || which == TRANSFER_FROM || which == MINT || which == BURN ? take_amount() : 0;
  require(which <= OWNER, UNKNOWN_FUNCTION);
  end_of_input();
  switch (which) {
    case TOTAL_SUPPLY:
      supply();
      return return_entry();
    case BALANCE_OF:
      balance(first);
      return return_entry();
    case TRANSFER:
      return transfer(caller(), first, amount);
    case APPROVE:
      return approve(caller(), first, amount);
    case ALLOWANCE:
      allowance(first, second);
      return return_entry();
    case TRANSFER_FROM:
      allowance(first, caller());
      subtract_from_entry(amount);
      return transfer(first, second, amount);
    case MINT:
      require(same(owner(), caller()), NOT_ALLOWED);
      return mint(first, amount);
    case BURN:
      return burn(caller(), amount);
    case OWNER:
      return star_ret(owner(), ADDRESS);
  }
}
