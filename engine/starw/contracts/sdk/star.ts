// The host functions of `star` (docs/star-abi.md), as they are.
@external('star', 'input_len') export declare function inputLength(): i32;
@external('star', 'input_read') export declare function inputRead(to: usize, from: i32, length: i32): void;
@external('star', 'caller') export declare function caller(to: usize): void;
@external('star', 'self') export declare function self(to: usize): void;
@external('star', 'value') export declare function value(): u64;
@external('star', 'block') export declare function block(to: usize): void;
@external('star', 'balance') export declare function balance(address: usize): u64;
@external('star', 'storage_get') export declare function storageGet(key: usize, keyLength: i32, to: usize, capacity: i32): i32;
@external('star', 'storage_set') export declare function storageSet(key: usize, keyLength: i32, from: usize, length: i32): void;
@external('star', 'storage_delete') export declare function storageDelete(key: usize, keyLength: i32): void;
@external('star', 'call') export declare function call(address: usize, value: u64, input: usize, length: i32, gas: i32): i32;
@external('star', 'reentry') export declare function reentry(allowed: i32): void;
@external('star', 'ret_len') export declare function returnedLength(): i32;
@external('star', 'ret_read') export declare function returnedRead(to: usize, from: i32, length: i32): void;
@external('star', 'emit') export declare function emit(topic: usize, topicLength: i32, from: usize, length: i32): void;
@external('star', 'ret') export declare function ret(from: usize, length: i32): void;
@external('star', 'revert') export declare function revert(from: usize, length: i32): void;
@external('star', 'gas_left') export declare function gasLeft(): i32;
