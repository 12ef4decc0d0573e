"""Puts ports, adapters and use cases together over a data folder that is there."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event, Lock
from typing import Any, Final, Literal, cast

from argon2 import PasswordHasher

from traceability import ports
from traceability.bootstrap.clock import SystemClock
from traceability.bootstrap.folder import (
    BLOBS_FOLDER,
    CHAIN_FOLDER,
    DATABASE_FILE,
    KEYS_FOLDER,
    OPERATOR,
    PRINTS_FOLDER,
    RELAYER,
    deployment_of,
    master_secret,
    read_deployment,
)
from traceability.chain.connect import EMBEDDED, connect, open_node
from traceability.chain.keystore import FileKeyStore
from traceability.chain.ledger import Deployment, LedgerClient
from traceability.chain.relayer import Relayer
from traceability.domain.event_parameters import read_named
from traceability.errors import OcopTraceError
from traceability.formats import epcis_json, images, share_card
from traceability.formats.printer import Printer
from traceability.ports import Clock, Ledger
from traceability.projection.blobs import FileBlobs
from traceability.projection.database import Database
from traceability.projection.evidence import ChainEvidence
from traceability.projection.indexer import Indexer
from traceability.projection.observations.database import ObservationsDatabase
from traceability.projection.queries import ProjectionReads
from traceability.proofs.verifier import Verifier
from traceability.services.accounts import Accounts
from traceability.services.api_keys import ApiKeys
from traceability.services.awards import Awards
from traceability.services.capture import Capture
from traceability.services.commands import Actor
from traceability.services.context import Context
from traceability.services.findings import Findings
from traceability.services.jobs import Jobs
from traceability.services.lots import Lots
from traceability.services.named_queries import NamedQueries
from traceability.services.openings import Openings
from traceability.services.participants import Participants
from traceability.services.product_links import ProductLinks
from traceability.services.products import Products
from traceability.services.reads import Reads
from traceability.services.recalls import Recalls
from traceability.services.recording import Recorder
from traceability.services.report_desk import ReportDesk
from traceability.services.report_guard import Limits
from traceability.services.report_subjects import Subjects
from traceability.services.reports import ReportRules, Reports
from traceability.services.scans import Scans
from traceability.services.signing import Signing
from traceability.services.stamp_seeds import unseal
from traceability.services.stamps import Stamps
from traceability.settings import Settings

CONSOLE: Final = Actor(0, "console", "operator", 1)
"""Whoever sits at the machine is the operator: participant 1, without an account."""

FILL_AGAIN: Final = 10.0
"""Seconds between two looks for stamps that no job brings in."""

_log = logging.getLogger(__name__)


class _Images:
    """Pictures as pages show them."""

    variant = staticmethod(images.variant)
    card = staticmethod(share_card.draw)


class _EpcisJson:
    """EPCIS documents as programs send and get them."""

    read = staticmethod(epcis_json.read_json)
    query_document = staticmethod(epcis_json.query_document)
    event = staticmethod(epcis_json.single_event)


class _LateLedger:
    """A ledger whose node may be down when the program starts: it is connected at the first question."""

    def __init__(self, deployment: Deployment, connect_now: Callable[[], LedgerClient]) -> None:
        self.chain_id = deployment.chain_id
        self.address = deployment.address
        self.deployed_at = deployment.deployed_at
        self._connect = connect_now
        self._client: LedgerClient | None = None
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        """Pass every question on. Raises ChainError while the node is down."""
        with self._lock:
            self._client = self._client or self._connect()
        return getattr(self._client, name)

    def close(self) -> None:
        """Let go of the node, if it was ever reached."""
        if self._client is not None:
            self._client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything that pages and commands use."""

    settings: Settings
    context: Context
    recorder: Recorder
    accounts: Accounts
    api_keys: ApiKeys
    """What programs speak with."""
    named_queries: NamedQueries
    """Questions to the EPCIS repository that have a name."""
    participants: Participants
    products: Products
    product_links: ProductLinks
    """Where producers say that more about their products can be found."""
    lots: Lots
    stamps: Stamps
    jobs: Jobs
    """Long work: runs of stamps being made, files being printed."""
    recalls: Recalls
    awards: Awards
    findings: Findings
    observations: ObservationsDatabase
    """What is seen of stamps, beside the record."""
    scans: Scans
    openings: Openings
    reports: Reports
    """Doubts of shoppers, as they send and follow them."""
    report_desk: ReportDesk
    """The same as offices see them."""
    signing: Signing
    capture: Capture
    """Events from outside."""
    verifier: Verifier
    printer: Printer
    images: _Images
    """Pictures as pages show them."""
    epcis_json: _EpcisJson
    """EPCIS documents as programs send and get them."""

    @property
    def clock(self) -> Clock:
        """The present moment."""
        return self.context.clock

    @property
    def ledger(self) -> Ledger:
        """The contract."""
        return self.context.ledger

    @property
    def database(self) -> ports.Database:
        """Stores that are not derived."""
        return self.context.database

    @property
    def reads(self) -> Reads:
        """The projection's answers."""
        return self.context.reads

    @property
    def blobs(self) -> ports.Blobs:
        """Pictures and files."""
        return self.context.blobs

    @property
    def keystore(self) -> FileKeyStore:
        """Keys that lie here."""
        return cast("FileKeyStore", self.context.keystore)

    @property
    def indexer(self) -> ports.Indexer:
        """Brings the projection up to the chain."""
        return self.context.indexer

    @property
    def relayer(self) -> ports.Relayer:
        """Carries the outbox to the chain."""
        return self.context.relayer

    def work(self, stop: Event) -> None:
        """Carry the outbox to the chain and read the chain back, again and again, until `stop` is set."""
        while not stop.wait(self.settings.chain_poll):
            try:
                self.recorder.renew()
                self.relayer.flush()
                self.indexer.advance()
            except OcopTraceError as error:  # the node or the database: they may come back
                _log.warning("Nothing was relayed or read: %s", error)

    def fill(self, stop: Event) -> None:
        """Bring in stamps that no job waits for, such as those of a record that the chain has moved."""
        while not stop.wait(FILL_AGAIN):
            try:
                self.indexer.fill(stop=stop.is_set)
            except OcopTraceError as error:  # the database: it may come back
                _log.warning("No stamps were brought in: %s", error)

    @property
    def loops(self) -> Sequence[tuple[str, Callable[[Event], None]]]:
        """What `serve` runs beside the pages, each in a thread of its own until the event is set."""
        return (
            ("relayer and indexer", self.work),
            ("stamps", self.fill),
            ("jobs", self.jobs.work),
            ("capture", self.capture.work),
            ("scans", self.scans.work),
            ("reports", self.reports.work),
        )

    def close(self) -> None:
        """Write the last scans, and let go of chain and database."""
        self.scans.close()
        for part in (self.ledger, self.database):
            cast("Any", part).close()


def build(
    settings: Settings,
    *,
    mode: Literal["write", "read"] = "write",
    clock: Clock | None = None,
    hasher: PasswordHasher | None = None,
) -> Application:
    """Put everything together over a data folder that `init` made.

    Args:
        settings: where it lies, and which chain.
        mode: "write" owns the embedded chain; "read" sees its newest block beside a running server, and writes nothing.
        clock: the present, and the time of the embedded chain's blocks; the real time when left out.
        hasher: hashes passwords; tests bring a cheap one.

    Raises:
        StorageError: there is no data folder, or a part of it is damaged or of another version.
        ChainError: another process is writing the embedded chain.
        ConfigurationError: the folder was made with other settings.
    """
    clock = clock or SystemClock()
    values = read_deployment(settings)
    keystore = FileKeyStore.load(settings.data_dir / KEYS_FOLDER, master_secret(settings))
    ledger = _ledger(settings, deployment_of(values), keystore, clock, read_only=mode == "read")
    url = settings.database_url
    database = Database(url) if url else Database.at(settings.data_dir / DATABASE_FILE)
    blobs = FileBlobs(settings.data_dir / BLOBS_FOLDER)
    opener = partial(unseal, keystore)
    indexer = Indexer(ledger, database, clock, namespace=settings.namespace, open_seed=opener)
    context = Context(
        clock=clock,
        ledger=ledger,
        database=database,
        reads=_reads(settings, database, keystore, blobs),
        blobs=blobs,
        keystore=keystore,
        pictures=partial(images.normalise_picture, max_pixels=settings.max_picture_pixels),
        relayer=Relayer(database, ledger, settings.chain_poll),
        indexer=indexer,
        namespace=settings.namespace,
        place_secret=bytes.fromhex(values["place_secret"]),
        signature_life=timedelta(minutes=settings.relay_minutes),
        lockout_attempts=settings.lockout_attempts,
        lockout_time=timedelta(minutes=settings.lockout_minutes),
    )
    evidence = ChainEvidence(ledger, database, namespace=settings.namespace, blobs=blobs, open_seed=opener)
    return _application(settings, context, hasher, Verifier(evidence), writes=mode == "write")


def epoch_seconds(clock: Clock) -> float:
    """Return a clock's time in seconds since 1970, as the embedded chain takes it."""
    return clock.now().timestamp()


def _ledger(
    settings: Settings, deployment: Deployment, keystore: FileKeyStore, clock: Clock, *, read_only: bool
) -> Ledger:
    """Open the ledger: at once on the embedded chain, at the first question on a node that may be down."""

    def connect_now() -> LedgerClient:
        node = open_node(
            settings.chain,
            settings.data_dir / CHAIN_FOLDER,
            read_only=read_only,
            timeout=settings.chain_timeout,
            now=partial(epoch_seconds, clock),
        )
        if read_only:
            return connect(node, deployment)
        return connect(node, deployment, keystore, operator=keystore.role(OPERATOR), relayer=keystore.role(RELAYER))

    return connect_now() if settings.chain == EMBEDDED else cast("Ledger", _LateLedger(deployment, connect_now))


def _reads(settings: Settings, database: Database, keystore: FileKeyStore, blobs: FileBlobs) -> Reads:
    return ProjectionReads(
        database,
        namespace=settings.namespace,
        confirmations=settings.confirmations,
        late_after=timedelta(hours=settings.late_after_hours),
        holds=keystore.holds,
        blobs=blobs,
    )


def _observations(settings: Settings) -> ObservationsDatabase:
    """Return where it is kept what is seen of stamps; it is opened at the first question."""
    url = settings.database_url
    return ObservationsDatabase(url) if url else ObservationsDatabase.at(settings.data_dir)


def _report_rules(settings: Settings) -> ReportRules:
    """Return what an operator has set for reports of doubt."""
    limits = Limits(
        visitor_day=settings.report_visitor_limit,
        network_hour=settings.report_network_limit,
        stamp_day=settings.report_stamp_limit,
    )
    return ReportRules(
        limits=limits,
        picture_bytes=settings.report_picture_bytes,
        contact_days=settings.report_contact_days,
        days=settings.report_days,
    )


def _application(
    settings: Settings, context: Context, hasher: PasswordHasher | None, verifier: Verifier, *, writes: bool
) -> Application:
    """Put the use cases over the ports."""
    recorder, printer = Recorder(context), Printer()
    jobs = Jobs(
        context,
        settings.data_dir / PRINTS_FOLDER,
        keep=timedelta(hours=settings.print_file_hours),
        alone=writes and settings.chain == EMBEDDED,
    )
    products, lots = Products(context, recorder), Lots(context, recorder)
    product_links = ProductLinks(context, recorder, settings.base_url)
    stamps = Stamps(context, recorder, jobs, printer, settings.base_url)
    recalls, awards, findings = Recalls(context, recorder), Awards(context, recorder), Findings(context, recorder)
    observations = _observations(settings)
    scans = Scans(context.clock, observations, base_url=settings.base_url, scan_days=settings.scan_days)
    subjects = Subjects(context.reads, context.namespace, settings.base_url)
    return Application(
        settings=settings,
        context=context,
        recorder=recorder,
        accounts=Accounts(context, hasher),
        api_keys=ApiKeys(context),
        named_queries=NamedQueries(context, read_named),
        participants=Participants(context),
        products=products,
        product_links=product_links,
        lots=lots,
        stamps=stamps,
        jobs=jobs,
        recalls=recalls,
        awards=awards,
        findings=findings,
        observations=observations,
        scans=scans,
        openings=Openings(context.clock, context.database, context.keystore, observations, scans),
        reports=Reports(context, observations, subjects, scans.visitor, _report_rules(settings)),
        report_desk=ReportDesk(context, observations, subjects),
        capture=Capture(context, recorder, jobs),
        signing=Signing(context, recorder, (lots, products, product_links, stamps, recalls, awards, findings)),
        verifier=verifier,
        printer=printer,
        images=_Images(),
        epcis_json=_EpcisJson(),
    )
