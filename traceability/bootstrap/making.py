"""Making a data folder: keys, chain, contract, and the operator's own record, in steps that may be repeated."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from traceability.bootstrap.application import Application, build, epoch_seconds
from traceability.bootstrap.clock import SystemClock
from traceability.bootstrap.folder import (
    CHAIN_FOLDER,
    OPERATOR,
    RELAYER,
    deployment_of,
    is_initialised,
    make_keys,
    read_deployment,
    write_deployment,
)
from traceability.chain.connect import CHAIN_FILE, EMBEDDED, create_embedded, open_node
from traceability.chain.keystore import FileKeyStore
from traceability.chain.ledger import deploy
from traceability.chain.node import Node, NodeRefusedError
from traceability.domain.identifiers import PartyCode
from traceability.domain.ledger import Kind
from traceability.domain.records import ParticipantRecord
from traceability.domain.uris import PartyRef
from traceability.errors import ChainError, StorageError
from traceability.ports import Clock
from traceability.proofs.documents import pack
from traceability.proofs.history import subject_key
from traceability.services.codes import new_party_code
from traceability.services.keepsakes import Keepsakes
from traceability.services.usecases import touch
from traceability.settings import Settings

OPERATOR_NAME: Final = "Đơn vị vận hành ocop-trace"
"""What the operator is called."""


@dataclass(frozen=True, slots=True)
class Made:
    """What `init` found or made."""

    created: bool
    folder: Path
    chain_id: int
    contract: str
    operator: str
    relayer: str


def init(settings: Settings, clock: Clock | None = None) -> Made:
    """Make the data folder, or finish making it; one that is complete is left as it is.

    Args:
        settings: where it lies, and which chain.
        clock: the time of the first blocks; the real time when left out.

    Raises:
        ChainError: the node cannot be reached or the contract not be created; run it again when it can.
        ConfigurationError: the folder was made with other settings.
        StorageError: the folder cannot be written.
    """
    clock = clock or SystemClock()
    created = not is_initialised(settings)
    if created:
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                "The data folder {folder} cannot be made: {reason}.",
                folder=str(settings.data_dir),
                reason=error.strerror or str(error),
            ) from error
        keystore = make_keys(settings)
        _create(settings, keystore, clock)
    application = build(settings, clock=clock)
    try:
        _record_operator(application)
        keystore = application.keystore
        deployment = deployment_of(read_deployment(settings))
        return Made(
            created,
            settings.data_dir,
            deployment.chain_id,
            deployment.address,
            keystore.role(OPERATOR),
            keystore.role(RELAYER),
        )
    finally:
        application.close()


def _create(settings: Settings, keystore: FileKeyStore, clock: Clock) -> None:
    """Make the chain where it is ours, create the contract, and note both."""
    operator, relayer = keystore.role(OPERATOR), keystore.role(RELAYER)
    folder = settings.data_dir / CHAIN_FOLDER
    seconds = partial(epoch_seconds, clock)
    if settings.chain == EMBEDDED and not (folder / CHAIN_FILE).exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        create_embedded(folder, operator, relayer, now=seconds)
    node = open_node(settings.chain, folder, timeout=settings.chain_timeout, now=seconds)
    ref = PartyRef(new_party_code(), settings.namespace)
    try:
        _require_answer(node, settings)
        deployment = deploy(node, keystore, operator, ref.key)
    except NodeRefusedError as error:
        if settings.chain == EMBEDDED:
            raise
        raise ChainError(
            "The ledger could not be created: {reason} Where the network charges fees, give the accounts {operator} "
            "and {relayer} some of its currency, then run `ocop-trace init` again.",
            reason=str(error),
            operator=operator,
            relayer=relayer,
        ) from error
    finally:
        node.close()
    write_deployment(settings, deployment, ref.number)


def _require_answer(node: Node, settings: Settings) -> None:
    """Return quietly when the node answers. Raises ChainError with what to look at."""
    try:
        node.height()
    except ChainError as error:
        raise ChainError(
            "The ledger could not be created, since the node {host} cannot be reached ({reason}). Check OCOP_CHAIN and "
            "that the node runs, then run `ocop-trace init` again.",
            host=urlsplit(settings.chain).hostname or settings.chain,
            reason=error.facts.get("reason", str(error)),
        ) from error


def _record_operator(application: Application) -> None:
    """Put the operator's own record on the chain, once."""
    code = PartyCode(read_deployment(application.settings)["operator_code"])
    ref = PartyRef(code, application.settings.namespace)
    ledger = application.ledger
    if ledger.subject(subject_key(ref.uri)).sequence:
        application.indexer.advance()
        return
    kept = Keepsakes(ref.uri).text("name", OPERATOR_NAME)
    record = ParticipantRecord(uri=ref.uri, kind="operator", commitments=kept.commitments)
    with application.database.begin() as work:
        work.erasables.add(kept.erasables)
    ledger.submit_as_operator((touch(ref.uri, Kind.REGISTER),), pack((record.to_document(),)))
    application.indexer.advance()
