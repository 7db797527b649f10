//! The host functions of `star` (docs/star-abi.md) that the token uses: each once as it is, and once with slices for pointers.

mod host {
    #[link(wasm_import_module = "star")]
    extern "C" {
        pub fn input_len() -> u32;
        pub fn input_read(to: *mut u8, from: u32, length: u32);
        pub fn caller(to: *mut u8);
        pub fn value() -> u64;
        pub fn storage_get(key: *const u8, key_length: u32, to: *mut u8, capacity: u32) -> i32;
        pub fn storage_set(key: *const u8, key_length: u32, from: *const u8, length: u32);
        pub fn storage_delete(key: *const u8, key_length: u32);
        pub fn emit(topic: *const u8, topic_length: u32, from: *const u8, length: u32);
        pub fn ret(from: *const u8, length: u32);
        pub fn revert(from: *const u8, length: u32) -> !;
    }
}

pub fn input_len() -> usize {
    unsafe { host::input_len() as usize }
}

/// The first `length` bytes; more than `to` holds are not read.
pub fn input_read(to: &mut [u8], length: usize) {
    unsafe { host::input_read(to.as_mut_ptr(), 0, length.min(to.len()) as u32) }
}

pub fn caller() -> [u8; 20] {
    let mut address = [0; 20];
    unsafe { host::caller(address.as_mut_ptr()) }
    address
}

pub fn value() -> u64 {
    unsafe { host::value() }
}

/// The entry's length, or −1.
pub fn storage_get(key: &[u8], to: &mut [u8]) -> i32 {
    unsafe { host::storage_get(key.as_ptr(), key.len() as u32, to.as_mut_ptr(), to.len() as u32) }
}

pub fn storage_set(key: &[u8], value: &[u8]) {
    unsafe { host::storage_set(key.as_ptr(), key.len() as u32, value.as_ptr(), value.len() as u32) }
}

pub fn storage_delete(key: &[u8]) {
    unsafe { host::storage_delete(key.as_ptr(), key.len() as u32) }
}

pub fn emit(topic: &[u8], data: &[u8]) {
    unsafe { host::emit(topic.as_ptr(), topic.len() as u32, data.as_ptr(), data.len() as u32) }
}

pub fn ret(data: &[u8]) {
    unsafe { host::ret(data.as_ptr(), data.len() as u32) }
}

pub fn revert(reason: &[u8]) -> ! {
    unsafe { host::revert(reason.as_ptr(), reason.len() as u32) }
}
