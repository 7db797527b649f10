;; A contract that uses up what it is given. The first byte of its input says how; most of it never ends by itself.
(module
  (import "star" "input_len" (func $input_len (result i32)))
  (import "star" "input_read" (func $input_read (param i32 i32 i32)))
  (import "star" "self" (func $self (param i32)))
  (import "star" "storage_get" (func $storage_get (param i32 i32 i32 i32) (result i32)))
  (import "star" "storage_set" (func $storage_set (param i32 i32 i32 i32)))
  (import "star" "call" (func $star_call (param i32 i64 i32 i32 i32) (result i32)))
  (import "star" "reentry" (func $reentry (param i32)))
  (import "star" "emit" (func $emit (param i32 i32 i32 i32)))
  (import "star" "revert" (func $revert (param i32 i32)))
  (memory (export "memory") 16 16)

  ;; 0: nothing, for ever.
  (func $loop (loop $again (br $again)))

  ;; 1: fills a page with zeros, again and again: the most time that an instruction takes.
  (func $fill (loop $again (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br $again)))

  ;; 2: loads from all over its memory, where each address depends on the load before: no cache and no pipeline helps.
  (func $loads (local $x i32)
    (loop $again
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (local.set $x (i32.xor (local.get $x) (i32.load (i32.and (local.get $x) (i32.const 0xffffc)))))
      (br $again)))

  ;; 3: asks for entries that are not there.
  (func $storage (local $key i32)
    (loop $again
      (i32.store (i32.const 0) (local.get $key))
      (drop (call $storage_get (i32.const 0) (i32.const 4) (i32.const 64) (i32.const 64)))
      (local.set $key (i32.add (local.get $key) (i32.const 1)))
      (br $again)))

  ;; 4: calls itself until the stack ends.
  (func $recursion (param i32) (result i32) (i32.add (call $recursion (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))

  ;; 5: calls itself as a contract, twice in each call: a tree that no gas suffices for.
  (func $nested
    (call $reentry (i32.const 1))
    (call $self (i32.const 64))
    (drop (call $star_call (i32.const 64) (i64.const 0) (i32.const 0) (i32.const 1) (i32.const -1)))
    (drop (call $star_call (i32.const 64) (i64.const 0) (i32.const 0) (i32.const 1) (i32.const -1)))
    (call $loop))

  ;; 6: tells more than a receipt may hold.
  (func $events (loop $again (call $emit (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0)) (br $again)))

  ;; 7: stores something, and stops in a trap.
  (func $trap (call $storage_set (i32.const 0) (i32.const 8) (i32.const 0) (i32.const 64)) (unreachable))

  ;; 8: stores something, and takes it back.
  (func $undo (call $storage_set (i32.const 0) (i32.const 8) (i32.const 0) (i32.const 64)) (call $revert (i32.const 0) (i32.const 1)))

  (func (export "call") (local $how i32)
    (call $input_read (i32.const 0) (i32.const 0) (i32.const 1))
    (local.set $how (i32.load8_u (i32.const 0)))
    (if (i32.eq (local.get $how) (i32.const 0)) (then (call $loop)))
    (if (i32.eq (local.get $how) (i32.const 1)) (then (call $fill)))
    (if (i32.eq (local.get $how) (i32.const 2)) (then (call $loads)))
    (if (i32.eq (local.get $how) (i32.const 3)) (then (call $storage)))
    (if (i32.eq (local.get $how) (i32.const 4)) (then (drop (call $recursion (i32.const 0)))))
    (if (i32.eq (local.get $how) (i32.const 5)) (then (call $nested)))
    (if (i32.eq (local.get $how) (i32.const 6)) (then (call $events)))
    (if (i32.eq (local.get $how) (i32.const 7)) (then (call $trap)))
    (if (i32.eq (local.get $how) (i32.const 8)) (then (call $undo))))

  ;; Deployed with an input, it undoes its own deployment after some work.
  (func (export "deploy") (local $left i32)
    (local.set $left (i32.const 10000))
    (loop $again (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (if (call $input_len) (then (call $undo))))
)
