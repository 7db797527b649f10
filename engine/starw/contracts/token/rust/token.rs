//! The token in Rust: the same calls, events, errors and storage as ../token.ts, byte for byte (../abi.json).
//!
//! To compile it: `apt-get install rustc libstd-rust-dev-wasm32` (Debian 12 has 1.63.0, with which token.wasm was made), then
//! `node engine/starw/contracts/token/build-native.mjs rust`. Nobody needs that to use the module, which is checked in.
#![no_std]
#![no_main]

mod star;

const ADDRESS: usize = 20;
const AMOUNT: usize = 8;
/// A longer input is refused unread …
const INPUT_MAX: usize = 512;
/// … and no function takes more than this: a selector, two addresses, an amount.
const INPUT_READ: usize = 1 + 2 * ADDRESS + AMOUNT;

type Address = [u8; ADDRESS];

/// Where tokens come from and go to when they are minted and burned.
const NOBODY: Address = [0; ADDRESS];

#[derive(Clone, Copy)]
enum Failure {
    UnknownFunction = 1,
    BadInput = 2,
    Overflow = 3,
    NotAllowed = 4,
    NotCovered = 5,
    NotPayable = 6,
}

/// Ends the call: all that it changed is undone.
fn fail(failure: Failure) -> ! {
    star::revert(&[failure as u8])
}

fn require(condition: bool, failure: Failure) {
    if !condition {
        fail(failure)
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

// ── Arguments ──

/// What came with the call; arguments come off it one by one.
struct Input {
    bytes: [u8; INPUT_READ],
    /// Of the whole input, also where it is longer than any should be.
    length: usize,
    at: usize,
}

impl Input {
    fn read() -> Input {
        let length = star::input_len();
        require(length <= INPUT_MAX, Failure::BadInput);
        let mut bytes = [0; INPUT_READ];
        star::input_read(&mut bytes, length);
        Input { bytes, length, at: 0 }
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        require(self.at + N <= self.length, Failure::BadInput);
        match self.bytes.get(self.at..self.at + N).and_then(|bytes| bytes.try_into().ok()) {
            Some(taken) => {
                self.at += N;
                taken
            }
            None => fail(Failure::BadInput),
        }
    }

    fn byte(&mut self) -> u8 {
        self.take::<1>()[0]
    }

    fn address(&mut self) -> Address {
        self.take()
    }

    fn amount(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn end(&self) {
        require(self.at == self.length, Failure::BadInput)
    }
}

fn not_payable() {
    require(star::value() == 0, Failure::NotPayable)
}

// ── Storage ──

/// What an entry is about: its key is a letter and the addresses behind it.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Supply,
    Owner,
    Balance(&'a Address),
    Allowance(&'a Address, &'a Address),
}

impl Entry<'_> {
    fn with_key<T>(&self, then: impl FnOnce(&[u8]) -> T) -> T {
        let mut key = [0; 1 + 2 * ADDRESS];
        let (letter, addresses): (u8, [Option<&Address>; 2]) = match *self {
            Entry::Supply => (b's', [None, None]),
            Entry::Owner => (b'o', [None, None]),
            Entry::Balance(holder) => (b'b', [Some(holder), None]),
            Entry::Allowance(holder, spender) => (b'a', [Some(holder), Some(spender)]),
        };
        key[0] = letter;
        match addresses {
            [Some(first), Some(second)] => {
                key[1..1 + ADDRESS].copy_from_slice(first);
                key[1 + ADDRESS..].copy_from_slice(second);
                then(&key)
            }
            [Some(first), None] => {
                key[1..1 + ADDRESS].copy_from_slice(first);
                then(&key[..1 + ADDRESS])
            }
            _ => then(&key[..1]),
        }
    }

    /// 0 where there is no entry.
    fn amount(&self) -> u64 {
        let mut value = [0; AMOUNT];
        let found = self.with_key(|key| star::storage_get(key, &mut value));
        if found == AMOUNT as i32 { u64::from_le_bytes(value) } else { 0 }
    }

    /// 0 deletes the entry.
    fn set_amount(&self, amount: u64) {
        self.with_key(|key| if amount == 0 { star::storage_delete(key) } else { star::storage_set(key, &amount.to_le_bytes()) })
    }

    fn add(&self, amount: u64) {
        match self.amount().checked_add(amount) {
            Some(sum) => self.set_amount(sum),
            None => fail(Failure::Overflow),
        }
    }

    fn subtract(&self, amount: u64) {
        match self.amount().checked_sub(amount) {
            Some(rest) => self.set_amount(rest),
            None => fail(Failure::NotCovered),
        }
    }
}

fn owner() -> Address {
    let mut owner = NOBODY;
    let found = Entry::Owner.with_key(|key| star::storage_get(key, &mut owner));
    require(found == ADDRESS as i32, Failure::NotAllowed);
    owner
}

// ── Rules ──

fn tell(topic: &[u8; 8], from: &Address, to: &Address, amount: u64) {
    let mut data = [0; 2 * ADDRESS + AMOUNT];
    data[..ADDRESS].copy_from_slice(from);
    data[ADDRESS..2 * ADDRESS].copy_from_slice(to);
    data[2 * ADDRESS..].copy_from_slice(&amount.to_le_bytes());
    star::emit(topic, &data)
}

fn transfer(from: &Address, to: &Address, amount: u64) {
    Entry::Balance(from).subtract(amount);
    Entry::Balance(to).add(amount);
    tell(b"Transfer", from, to, amount)
}

fn mint(to: &Address, amount: u64) {
    Entry::Supply.add(amount);
    Entry::Balance(to).add(amount);
    tell(b"Transfer", &NOBODY, to, amount)
}

/// Input: the first supply. Whoever deploys owns the contract and holds the supply.
#[no_mangle]
pub extern "C" fn deploy() {
    not_payable();
    let mut input = Input::read();
    let supply = input.amount();
    input.end();
    let owner = star::caller();
    Entry::Owner.with_key(|key| star::storage_set(key, &owner));
    mint(&owner, supply)
}

#[no_mangle]
pub extern "C" fn call() {
    not_payable();
    let mut input = Input::read();
    match input.byte() {
        0 => {
            input.end();
            star::ret(&Entry::Supply.amount().to_le_bytes())
        }
        1 => {
            let holder = input.address();
            input.end();
            star::ret(&Entry::Balance(&holder).amount().to_le_bytes())
        }
        2 => {
            let (to, amount) = (input.address(), input.amount());
            input.end();
            transfer(&star::caller(), &to, amount)
        }
        3 => {
            let (spender, amount) = (input.address(), input.amount());
            input.end();
            let holder = star::caller();
            Entry::Allowance(&holder, &spender).set_amount(amount);
            tell(b"Approval", &holder, &spender, amount)
        }
        4 => {
            let (holder, spender) = (input.address(), input.address());
            input.end();
            star::ret(&Entry::Allowance(&holder, &spender).amount().to_le_bytes())
        }
        5 => {
            let (from, to, amount) = (input.address(), input.address(), input.amount());
            input.end();
            Entry::Allowance(&from, &star::caller()).subtract(amount);
            transfer(&from, &to, amount)
        }
        6 => {
            let (to, amount) = (input.address(), input.amount());
            input.end();
            require(owner() == star::caller(), Failure::NotAllowed);
            mint(&to, amount)
        }
        7 => {
            let amount = input.amount();
            input.end();
            let holder = star::caller();
            Entry::Balance(&holder).subtract(amount);
            Entry::Supply.subtract(amount);
            tell(b"Transfer", &holder, &NOBODY, amount)
        }
        8 => {
            input.end();
            star::ret(&owner())
        }
        _ => fail(Failure::UnknownFunction),
    }
}
