pragma circom 2.2.0;
include "note.circom";

// The statement `address-ownership` of engine/zk/statements.ts.
template AddressOwnership() {
    signal input address;
    signal input context;

    signal input secret;

    signal derived <== Address()(secret);
    address === derived;

    // The proof holds in this context only.
    signal bound <== context * context;
}

component main { public [address, context] } = AddressOwnership();
