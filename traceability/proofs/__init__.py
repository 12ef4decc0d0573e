"""What makes a record provable, as pure functions: packing, hashing, folding, Merkle trees, signatures, verifier.

The formats are those of docs/format.md. A second reader written from that page must agree with this package byte for
byte, so nothing here reads a clock, a file or a random number.
"""
