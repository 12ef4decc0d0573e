"""What the services need from the world, as protocols.

A service never imports web3, SQLAlchemy or Flask: it is handed objects that keep these promises. The chain adapter
implements `Ledger`, the projection adapter implements the stores, and `bootstrap` puts them together. Values that cross
these doors are plain frozen dataclasses.
"""

from traceability.ports.api import (
    ApiKey,
    ApiKeys,
    NamedQueries,
)
from traceability.ports.clock import (
    Clock,
)
from traceability.ports.jobs import (
    Job,
    JobStore,
)
from traceability.ports.keys import (
    KeyStore,
)
from traceability.ports.ledger import (
    BlockRef,
    CapacitiesChanged,
    Flushed,
    Indexer,
    KeyAdded,
    KeyRevoked,
    KeyState,
    Ledger,
    LedgerLog,
    LogPosition,
    ParticipantAdmitted,
    Receipt,
    Recorded,
    Relayer,
    SignedSubmission,
)
from traceability.ports.paper import (
    Blobs,
    Pictures,
    PrintedFile,
    Printer,
    PrintJob,
    StampToPrint,
)
from traceability.ports.stores import (
    Account,
    Accounts,
    Database,
    Erasable,
    Erasables,
    Outbox,
    OutboxRow,
    SealedSeed,
    Seeds,
    UnitOfWork,
)

__all__ = [
    "Account",
    "Accounts",
    "ApiKey",
    "ApiKeys",
    "Blobs",
    "BlockRef",
    "CapacitiesChanged",
    "Clock",
    "Database",
    "Erasable",
    "Erasables",
    "Flushed",
    "Indexer",
    "Job",
    "JobStore",
    "KeyAdded",
    "KeyRevoked",
    "KeyState",
    "KeyStore",
    "Ledger",
    "LedgerLog",
    "LogPosition",
    "NamedQueries",
    "Outbox",
    "OutboxRow",
    "ParticipantAdmitted",
    "Pictures",
    "PrintJob",
    "PrintedFile",
    "Printer",
    "Receipt",
    "Recorded",
    "Relayer",
    "SealedSeed",
    "Seeds",
    "SignedSubmission",
    "StampToPrint",
    "UnitOfWork",
]
