"""The chain adapter: the only room that knows what a transaction is.

Two kinds of chain stand behind one `Node` protocol: `EmbeddedChain`, an EVM that keeps its blocks in one file of the
data folder, and any node that speaks JSON-RPC. `LedgerClient` is the `ProvenanceLedger` contract on either of them;
`connect` puts the pieces together.
"""
