/* The host functions of `star` (docs/star-abi.md) that the token uses, as they are. */
#ifndef STAR_H
#define STAR_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define STAR(name) __attribute__((import_module("star"), import_name(#name))) extern
#define EXPORT(name) __attribute__((export_name(#name)))

STAR(input_len) u32 star_input_len(void);
STAR(input_read) void star_input_read(u8 *to, u32 from, u32 length);
STAR(caller) void star_caller(u8 *to);
STAR(value) u64 star_value(void);
STAR(storage_get) int star_storage_get(const u8 *key, u32 key_length, void *to, u32 capacity);
STAR(storage_set) void star_storage_set(const u8 *key, u32 key_length, const void *from, u32 length);
STAR(storage_delete) void star_storage_delete(const u8 *key, u32 key_length);
STAR(emit) void star_emit(const char *topic, u32 topic_length, const u8 *from, u32 length);
STAR(ret) void star_ret(const void *from, u32 length);
STAR(revert) __attribute__((noreturn)) void star_revert(const u8 *from, u32 length);

#endif
