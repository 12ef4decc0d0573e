"""What every use case is handed: the ports, and the few settings that rules depend on."""

from dataclasses import dataclass
from datetime import date, timedelta

from traceability.domain.members import VIET_NAM
from traceability.ports import Blobs, Clock, Database, Indexer, KeyStore, Ledger, Pictures, Relayer
from traceability.services.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The world as services know it.

    Args:
        clock: the present moment.
        ledger: the contract.
        database: stores that are not derived.
        reads: the projection's answers.
        blobs: pictures and files.
        keystore: participants' keys that lie here.
        pictures: makes a picture safe to keep.
        relayer: carries the outbox to the chain.
        indexer: brings the projection up to the chain.
        namespace: URI space of what has no GS1 number.
        place_secret: 32 random bytes of this data folder, from which codes of places are derived.
        patience: seconds for which a caller waits for a slow chain before it is told "pending".
        signature_life: how long a signed record may wait for the chain.
        lockout_attempts: wrong passwords in a row that lock an account.
        lockout_time: for how long the first time; it doubles each time.
    """

    clock: Clock
    ledger: Ledger
    database: Database
    reads: Reads
    blobs: Blobs
    keystore: KeyStore
    pictures: Pictures
    relayer: Relayer
    indexer: Indexer
    namespace: str
    place_secret: bytes
    patience: float = 3.0
    signature_life: timedelta = timedelta(hours=1)
    lockout_attempts: int = 5
    lockout_time: timedelta = timedelta(minutes=15)

    def today(self) -> date:
        """Return the day it is in Viet Nam."""
        return self.clock.now().astimezone(VIET_NAM).date()
