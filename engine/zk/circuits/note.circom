pragma circom 2.2.0;
include "poseidon.circom";

// The three hashes of engine/zk/note.ts. Poseidon of one, two and three inputs are three different permutations, so
// that none of these can stand for another.

template Address() {
    signal input secret;
    signal output address <== Poseidon(1)([secret]);
}

template Commitment() {
    signal input value;
    signal input address;
    signal input blinding;
    signal output commitment <== Poseidon(3)([value, address, blinding]);
}

template Nullifier() {
    signal input secret;
    signal input commitment;
    signal output nullifier <== Poseidon(2)([secret, commitment]);
}
