pragma circom 2.2.0;
include "note.circom";
include "bitify.circom";

// The statement `transfer-within-balance` of engine/zk/statements.ts; docs/proofs.md tells what it says and why it holds.
template TransferWithinBalance(ringSize) {
    signal input ring[ringSize];
    signal input nullifier;
    signal input outputs[2];
    signal input deposit;
    signal input withdrawal;
    signal input context;

    signal input secret;
    signal input value;
    signal input blinding;
    signal input outputValues[2];
    signal input outputAddresses[2];
    signal input outputBlindings[2];

    // The note that is spent belongs to `secret` …
    signal address <== Address()(secret);
    signal spent <== Commitment()(value, address, blinding);

    // … and is one of the ring, or is worth nothing.
    signal outside[ringSize + 1];
    outside[0] <== value;
    for (var i = 0; i < ringSize; i++) outside[i + 1] <== outside[i] * (spent - ring[i]);
    outside[ringSize] === 0;

    // It can be spent once: its nullifier follows from it.
    signal once <== Nullifier()(secret, spent);
    nullifier === once;

    // The new notes are what they are said to be, and no value is negative: each fits 64 bits, so no sum wraps.
    signal made[2];
    for (var i = 0; i < 2; i++) {
        made[i] <== Commitment()(outputValues[i], outputAddresses[i], outputBlindings[i]);
        outputs[i] === made[i];
        _ <== Num2Bits(64)(outputValues[i]);
    }
    _ <== Num2Bits(64)(value);

    // Nothing is created. `deposit` and `withdrawal` are public and fit 64 bits by their encoding.
    value + deposit === outputValues[0] + outputValues[1] + withdrawal;

    // The proof holds in this context only.
    signal bound <== context * context;
}

component main { public [ring, nullifier, outputs, deposit, withdrawal, context] } = TransferWithinBalance(4);
