"""Where the pieces of the chain adapter are put together: a node by its setting, and the ledger on it.

`embedded` is the chain in the data folder, anything else the address of a JSON-RPC node. Only the one that is asked
for is imported, since each brings a large library along.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from traceability.chain.account import PayingAccount
from traceability.chain.ledger import Deployment, LedgerClient
from traceability.chain.node import Node
from traceability.ports import KeyStore

EMBEDDED: Final = "embedded"
"""The setting that means the chain in the data folder."""

CHAIN_FILE: Final = "chain.db"
"""Name of the embedded chain's file in the data folder."""


def create_embedded(folder: Path, *funded: str, now: Callable[[], float] = time.time) -> None:
    """Make the embedded chain of a data folder, whose genesis block funds the given addresses and nobody else.

    Args:
        folder: the data folder's part for the chain.
        funded: checksummed addresses.
        now: seconds since 1970, UTC; the genesis block's time.

    Raises:
        StorageError: there is one already.
        ChainError: another process is writing it.
    """
    from traceability.chain.embedded import EmbeddedChain  # noqa: PLC0415  # only the library that is wanted is loaded

    EmbeddedChain.create(folder / CHAIN_FILE, funded, now=now).close()


def open_node(
    chain: str,
    folder: Path,
    *,
    read_only: bool = False,
    timeout: float = 10.0,
    now: Callable[[], float] = time.time,
) -> Node:
    """Return the node that a setting names.

    Args:
        chain: `embedded`, or the http(s) address of a JSON-RPC node.
        folder: the data folder, for the embedded chain.
        read_only: see the embedded chain's newest block while another process writes it.
        timeout: seconds to wait for each answer of a JSON-RPC node.
        now: seconds since 1970, UTC; the time of the embedded chain's blocks.

    Raises:
        ChainError: another process is writing the embedded chain.
        StorageError: there is no embedded chain, or its file is damaged or of another version.
    """
    if chain == EMBEDDED:
        from traceability.chain.embedded import EmbeddedChain  # noqa: PLC0415  # as above
        from traceability.chain.embedded_node import EmbeddedNode  # noqa: PLC0415  # as above

        return EmbeddedNode(EmbeddedChain.open(folder / CHAIN_FILE, read_only=read_only, now=now))
    from traceability.chain.rpc import RpcNode  # noqa: PLC0415  # as above

    return RpcNode(chain, timeout)


def connect(
    node: Node, deployment: Deployment, keys: KeyStore | None = None, *, operator: str = "", relayer: str = ""
) -> LedgerClient:
    """Return the ledger on a node.

    Args:
        node: see `open_node`.
        deployment: where the contract is, as `deploy` returned it.
        keys: holds the keys of operator and relayer; None for a client that only reads.
        operator: checksummed address of the operator; empty for a client that administers nothing.
        relayer: checksummed address that pays for what others signed; empty for a client that relays nothing.

    Raises:
        ChainError: the node is down, or on another chain than the deployment.
    """
    return LedgerClient(
        node,
        deployment,
        operator=PayingAccount(node, keys, operator) if keys and operator else None,
        relayer=PayingAccount(node, keys, relayer) if keys and relayer else None,
    )
