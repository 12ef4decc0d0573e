"""A repository that answers from memory: capturing, asking, keys and named queries, as the services promise them."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from traceability.domain.capture_views import CaptureJobView, CaptureProblem, ErrorBehaviour
from traceability.domain.event_query import Anchor, EventPage, NamedQuery, NamePage, StoredEvent, SubjectPlace
from traceability.errors import (
    AlreadyExistsError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    TooManyError,
)
from traceability.services.commands import Actor

TOKEN = "ocop_0123456789abcdef_" + "s" * 43
MOMENT = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
HASHED = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"
GIVEN = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
STEP = "https://ns.hayen.example/steps/salting"
EPC = "https://id.gs1.org/01/09506000100012/21/A%2F1"


def event(number, event_id, **members):
    """An event as it is stored."""
    document = {
        "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2026-11-20T08:00:00.000+07:00", "eventTimeZoneOffset": "+07:00",
        "bizStep": "shipping", "epcList": [EPC], **members,
    }  # fmt: skip
    anchor = Anchor(
        block=7, transaction="0x" + "12" * 32, log_index=0, position=number, event_hash=HASHED, signer="0x" + "ab" * 20,
        histories=(SubjectPlace("https://id.gs1.org/01/09506000100012/10/L1", 3),),
    )  # fmt: skip
    return StoredEvent(number=number, event_id=event_id, document=document, record_time=MOMENT, anchor=anchor)


EVENTS = (
    event(1, HASHED),
    event(2, GIVEN, bizStep=STEP, readPoint={"id": "https://example.com/events"}),
    event(3, "urn:x:y?a=b;c", bizStep="packing"),
    event(4, GIVEN, errorDeclaration={"declarationTime": "2026-11-21T08:00:00.000Z"}),
)


class FakeReads:
    """Four events; criteria are compared with what stands at an event's top level."""

    def __init__(self, pages):
        """Answer for the pages, too."""
        self.pages, self.edition, self.queries = pages, "1", []

    def __getattr__(self, name):
        """All that is not about events."""
        return getattr(self.pages, name)

    def version(self):
        """Change it by assigning `edition`."""
        return self.edition

    def events(self, query, *, per_page, token=""):
        """Those whose members have one of the values."""
        self.queries.append((query, per_page, token))
        if token not in {"", "1", "2", "3"}:
            raise InvalidInputError("This nextPageToken is of no page of this question.", field="nextPageToken")
        found = [one for one in EVENTS if all(self.fits(one.document, criterion) for criterion in query.criteria)]
        found = [one for one in found if not query.event_types or one.document["type"] in query.event_types]
        if query.max_event_count is not None and len(found) > query.max_event_count:
            raise TooManyError("More than {most} events answer.", most=query.max_event_count)
        left = [one for one in found if one.number > int(token or 0)]
        return EventPage(tuple(left[:per_page]), str(left[per_page - 1].number) if len(left) > per_page else "")

    @staticmethod
    def fits(document, criterion):
        """Compare one member."""
        told = document.get({"anyEPC": "epcList"}.get(criterion.name, criterion.name), [])
        values = told if isinstance(told, list) else [told["id"] if isinstance(told, dict) else told]
        return any(value in criterion.values for value in values)

    def event(self, event_id):
        """Those of the identifier."""
        return [one for one in EVENTS if one.event_id == event_id]

    def event_names(self, resource, *, per_page, token=""):
        """One step of our own, EPCs without an end."""
        names = {"epcs": [EPC, "urn:epc:id:sgtin:0614141.107346.2018"], "bizSteps": ["shipping", STEP]}.get(
            resource, []
        )
        left = sorted(name for name in names if name > token)
        return NamePage(tuple(left[:per_page]), left[per_page - 1] if len(left) > per_page else "")


class FakeCapture:
    """Keeps what it was given; a document whose body is `{"refuse": ...}` is refused."""

    def __init__(self):
        """Begin with a finished job."""
        self.given, self.recorded = [], (GIVEN, True)

    def submit(self, actor, value, behaviour):
        """Take it."""
        if "refuse" in value:
            raise InvalidInputError("{place} is wrong.", field="/epcisBody/eventList/0", place="The place")
        self.given.append((actor, value, behaviour))
        return self.job(actor, "j1", behaviour=behaviour, running=True)

    def job(self, actor, job_id, *, behaviour=ErrorBehaviour.ROLLBACK, running=False):
        """One with an error."""
        if job_id not in {"j1", "j2"}:
            raise NotFoundError("There is no capture job {id}.", id=job_id)
        problem = CaptureProblem(
            "/epcisBody/eventList/3/bizStep", "ValidationException", 400, "{place} is wrong.", {"place": "bizStep"}
        )
        return CaptureJobView(
            id=job_id, created_at=MOMENT, finished_at=None if running else MOMENT + timedelta(seconds=1), running=running, success=running,
            behaviour=behaviour, errors=() if running else (problem,), total=4, captured=0,
        )  # fmt: skip

    def jobs(self, actor, *, per_page, token):
        """Two of them."""
        left = [job for job in ("j1", "j2") if job > token][:per_page]
        return tuple(self.job(actor, job) for job in left), left[-1] if left and left[-1] < "j2" else ""

    def record_one(self, actor, value):
        """Take it, or have it already."""
        if "refuse" in value:
            raise InvalidInputError("{place} is wrong.", field="/bizStep", place="bizStep")
        if "mine" in value:
            raise AlreadyExistsError("It is somebody else's.", field="/eventID")
        return self.recorded


class FakeKeys:
    """One token."""

    def authenticate(self, token):
        """Know it."""
        if token != TOKEN:
            raise NotAuthenticatedError("No API key answers to this token.")
        return Actor(0, "api:scales", "cooperative", 2, "en")


class FakeQueries:
    """Questions in a dictionary."""

    def __init__(self, read):
        """Begin with none."""
        self.kept, self.read = {}, read

    def create(self, actor, name, query):
        """Keep one."""
        if not name.isidentifier():
            raise InvalidInputError("{name} cannot be the name of a query.", field="name", name=name)
        self.read(query)
        if name in self.kept:
            raise AlreadyExistsError("There is a query named {name}.", name=name)
        self.kept[name] = NamedQuery(name=name, participant=actor.participant, query=query, created_at=MOMENT)
        return self.kept[name]

    def get(self, name):
        """One."""
        if name not in self.kept:
            raise NotFoundError("There is no query named {name}.", name=name)
        return self.kept[name]

    def question(self, named):
        """As it is asked."""
        return self.read(named.query)

    def list(self, after="", limit=100):
        """By name."""
        return [self.kept[name] for name in sorted(self.kept) if name > after][:limit]

    def delete(self, actor, name):
        """Forget one."""
        self.get(name)
        del self.kept[name]


def read_json(data, *, most_bytes):
    """Read JSON."""
    try:
        return json.loads(data)
    except ValueError as error:
        raise InvalidInputError("This is no JSON.", field="") from error


def write(event_, epc_format):
    """One event as it leaves."""
    return {
        **event_.document,
        "eventID": event_.event_id,
        "recordTime": event_.record_time.isoformat(),
        "format": epc_format,
    }


def query_document(events, *, created, query_name="SimpleEventQuery", epc_format):
    """Events as they leave."""
    return {
        "@context": [], "type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": created.isoformat(),
        "epcisBody": {"queryResults": {"queryName": query_name, "resultsBody": {"eventList": [write(one, epc_format) for one in events]}}},
    }  # fmt: skip


def add_repository(application, read_named):
    """Give an application what the repository needs."""
    application.reads = FakeReads(application.reads)
    application.capture = FakeCapture()
    application.api_keys = FakeKeys()
    application.named_queries = FakeQueries(read_named)
    application.epcis_json = SimpleNamespace(
        read=read_json, query_document=query_document, event=lambda one, *, epc_format: write(one, epc_format)
    )
    return application
