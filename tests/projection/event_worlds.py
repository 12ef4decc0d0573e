"""Random events in every spelling, and random questions about them."""

from tests.projection.fakes import PRODUCER, World, documents
from traceability.domain.ledger import Kind
from traceability.proofs.history import Touch, subject_key

PRODUCT = "https://id.gs1.org/01/09506000134352"
PLACES = (
    "urn:epc:id:sgln:4012345.00001.0",
    "https://id.gs1.org/414/4012345000016",
    "https://shop.example/414/4012345000016/254/A-1",
    "urn:epc:id:sgln:4012345.00001.A-1",
    "urn:epc:id:sgln:4012345.00002.7",
    "https://places.example/shed/3",
)
EPCS = (
    "urn:epc:id:sgtin:4012345.011111.9876",
    "https://id.gs1.org/01/04012345111118/21/9876",
    "https://shop.example/01/04012345111118/10/L1/21/9877",
    "urn:epc:id:sgtin:4012345.022222.1",
    "urn:epc:id:sgtin:0614141.107346.2017",
    "urn:epc:id:sscc:4012345.0000000001",
    "urn:epc:id:grai:4012345.12345.7",
    "urn:epc:id:sgln:4012345.00001.0",
    "https://things.example/crate/1",
)
CLASSES = (
    "urn:epc:class:lgtin:4012345.011111.L1",
    "https://id.gs1.org/01/04012345111118/10/L1",
    "urn:epc:idpat:sgtin:4012345.022222.*",
    "https://id.gs1.org/01/04012345222227",
    "urn:epc:idpat:grai:4012345.12345.*",
)
PATTERNS = (
    "urn:epc:idpat:sgtin:4012345.011111.*",
    "urn:epc:idpat:sgtin:4012345.*.*",
    "urn:epc:idpat:sgtin:*.*.*",
    "urn:epc:idpat:sgtin:4012345.011111.9876",
    "urn:epc:idpat:sscc:4012345.*",
    "urn:epc:idpat:sgln:4012345.00001.*",
    "urn:epc:idpat:grai:4012345.12345.*",
    "urn:epc:idpat:lgtin:4012345.011111.*",
)
STEPS = {"shipping": ("shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "cbv:BizStep-shipping")}
STEPS["receiving"] = ("receiving", "urn:epcglobal:cbv:bizstep:receiving")
STEPS["custom"] = ("https://own.example/step", "own:step")
DISPOSITIONS = ("in_transit", "urn:epcglobal:cbv:disp:in_transit", "cbv:Disp-recalled", "recalled", "own:odd")
PAPERS = ("po", "cbv:BTT-po", "inv", "own:slip")
PARTIES = ("owning_party", "urn:epcglobal:cbv:sdt:owning_party", "location", "own:aunt")
TIMES = (
    "2026-05-01T10:00:00.000+07:00",
    "2026-05-01T03:00:00Z",
    "2026-05-01T03:00:00.000001Z",
    "2026-05-02T00:00:00-05:00",
    "2026-05-03T09:30:00+07:00",
)
NUMBERS = (0, 1, -2.5, 3, 7.25, 32, 1000, 3000, 1e-9, 4.5e15)
OWN = (0, -3, 4.5, 12, "12", "twelve", "-1", True, False, "2026-05-01T03:00:00Z", "2026-05-02T10:00:00+07:00", "Z", "a")
CONTEXT = {"own": "https://own.example/", "ex": "https://ns.example/voc#"}


def some(rng, values, most=2):
    """Return up to some of the values."""
    return [rng.choice(values) for _ in range(rng.randint(1, most))]


def event(rng):
    """Return an event."""
    kind = rng.choice(("Object", "Aggregation", "Transaction", "Transformation", "Association"))
    made = {
        "@context": CONTEXT,
        "type": f"{kind}Event",
        "eventTime": rng.choice(TIMES),
        "eventTimeZoneOffset": "+07:00",
    }
    goods(rng, made, kind)
    optional = {
        "bizStep": lambda: rng.choice(rng.choice(list(STEPS.values()))),
        "disposition": lambda: rng.choice(DISPOSITIONS),
        "persistentDisposition": lambda: {rng.choice(("set", "unset")): some(rng, DISPOSITIONS)},
        "readPoint": lambda: {"id": rng.choice(PLACES)} | own(rng, 0.3),
        "bizLocation": lambda: {"id": rng.choice(PLACES)} | own(rng, 0.3),
        "bizTransactionList": lambda: [pair(rng, "bizTransaction", PAPERS, PLACES)],
        "sourceList": lambda: [pair(rng, "source", PARTIES, PLACES)],
        "destinationList": lambda: [
            pair(rng, "destination", PARTIES, PLACES),
            pair(rng, "destination", PARTIES, PLACES),
        ],
        "sensorElementList": lambda: [sensor(rng) for _ in range(rng.randint(1, 2))],
        "errorDeclaration": lambda: error(rng),
        "ilmd": lambda: own(rng, 1) | {"bare": rng.choice(OWN)},
        "eventID": lambda: rng.choice(("urn:uuid:1", "https://events.example/2")),
    }
    for name, make in optional.items():
        if rng.random() < 0.5:
            made[name] = make()
    return made | own(rng, 0.5)


def goods(rng, made, kind):
    """Put what an event is about."""
    if kind == "Transformation":
        made["inputEPCList"], made["outputEPCList"] = some(rng, EPCS), some(rng, EPCS)
        made["inputQuantityList"], made["outputQuantityList"] = [line(rng)], [line(rng)]
        made["transformationID"] = rng.choice(("urn:t:1", "urn:epc:id:gdti:4012345.00001.1"))
        return
    made["action"] = rng.choice(("ADD", "OBSERVE", "DELETE"))
    child = kind in ("Aggregation", "Association")
    made["childEPCs" if child else "epcList"] = some(rng, EPCS, 3)
    if rng.random() < 0.5:
        made["childQuantityList" if child else "quantityList"] = [line(rng) for _ in range(rng.randint(1, 2))]
    if kind != "Object":
        made["parentID"] = rng.choice(EPCS)


def line(rng):
    """Return a quantity of a class."""
    made = {"epcClass": rng.choice(CLASSES)}
    if rng.random() < 0.8:
        made["quantity"] = rng.choice(NUMBERS)
        made |= {"uom": rng.choice(("KGM", "GRM", "TNE", "XBX"))} if rng.random() < 0.6 else {}
    return made


def pair(rng, name, kinds, values):
    """Return a type and its value."""
    return {"type": rng.choice(kinds), name: rng.choice(values)}


def sensor(rng):
    """Return a sensor element."""
    report = {"type": rng.choice(("Temperature", "gs1:Temperature", "https://gs1.org/voc/RelativeHumidity"))}
    report |= {"value": rng.choice(NUMBERS), "uom": rng.choice(("CEL", "FAH", "A93", "GL"))}
    for name in ("minValue", "maxValue", "meanValue", "sDev", "percValue", "percRank"):
        if rng.random() < 0.3:
            report[name] = rng.choice(NUMBERS)
    if rng.random() < 0.3:
        report |= {"booleanValue": rng.choice((True, False)), "stringValue": "x", "hexBinaryValue": "0AFF"}
    metadata = {"time": rng.choice(TIMES), "startTime": rng.choice(TIMES), "endTime": rng.choice(TIMES)}
    metadata |= {"deviceID": rng.choice(EPCS), "bizRules": "https://rules.example/1"}
    return {"sensorMetadata": metadata | own(rng, 0.3), "sensorReport": [report | own(rng, 0.3)]} | own(rng, 0.3)


def error(rng):
    """Return an error declaration."""
    made = {"declarationTime": rng.choice(TIMES)}
    if rng.random() < 0.7:
        made["reason"] = rng.choice(("incorrect_data", "urn:epcglobal:cbv:er:did_not_occur", "own:oops"))
    if rng.random() < 0.5:
        made["correctiveEventIDs"] = some(rng, ("urn:uuid:1", "https://events.example/2"))
    return made | own(rng, 0.3)


def own(rng, likely):
    """Return members of somebody's own."""
    made = {}
    for name in ("own:size", "ex:note", "ex:box"):
        if rng.random() < likely * 0.6:
            made[name] = rng.choice(OWN) if name != "ex:box" else box(rng)
            if rng.random() < 0.2:
                made[name] = [made[name], rng.choice(OWN)]
    return made


def box(rng):
    """Return fields inside of a field."""
    made = {"own:size": rng.choice(OWN)}
    if rng.random() < 0.3:
        made["ex:deep"] = {"@context": {"own": "https://other.example/"}, "own:size": rng.choice(OWN)}
    if rng.random() < 0.2:
        made["ex:typed"] = {"@type": "xsd:int", "@value": rng.choice(OWN)}
    return made


# ----------------------------------------------------------------------------------------------------------- questions
FIELDS = ("own:size", "ex:note", "ex:box", "{https://other.example/}size", "https://ns.example/voc#typed", "ex:none")
SECTIONS = (
    *("", "ILMD_", "ERROR_DECLARATION_", "readPoint_", "bizLocation_"),
    *("SENSORELEMENT_", "SENSORMETADATA_", "SENSORREPORT_"),
)
TEXTS = {
    "eventType": ("ObjectEvent", "TransformationEvent", "AggregationEvent"),
    "EQ_action": ("ADD", "OBSERVE", "DELETE"),
    "EQ_bizStep": (*(one for spellings in STEPS.values() for one in spellings), "packing"),
    "EQ_disposition": DISPOSITIONS,
    "EQ_persistentDisposition_set": DISPOSITIONS,
    "EQ_persistentDisposition_unset": DISPOSITIONS,
    **dict.fromkeys(("EQ_readPoint", "WD_readPoint", "EQ_bizLocation", "WD_bizLocation"), PLACES),
    **dict.fromkeys(("EQ_bizTransaction_po", "EQ_bizTransaction_own:slip", "EQ_source_owning_party"), PLACES),
    **dict.fromkeys(("EQ_destination_cbv:SDT-location", "EQ_destination_https://own.example/aunt"), PLACES),
    "EQ_transformationID": ("urn:t:1", "https://id.gs1.org/253/40123450000161"),
    **dict.fromkeys(
        ("MATCH_epc", "MATCH_parentID", "MATCH_inputEPC", "MATCH_outputEPC", "MATCH_anyEPC"), EPCS + PATTERNS
    ),
    **dict.fromkeys(("MATCH_epcClass", "MATCH_inputEPCClass", "MATCH_outputEPCClass"), CLASSES + PATTERNS),
    "MATCH_anyEPCClass": CLASSES + PATTERNS,
    "EQ_eventID": ("urn:uuid:1", "https://events.example/2"),
    "EQ_errorReason": ("incorrect_data", "did_not_occur", "own:oops"),
    "EQ_correctiveEventID": ("urn:uuid:1", "https://events.example/2"),
    "EQ_type": ("Temperature", "gs1:RelativeHumidity"),
    "EQ_deviceID": EPCS,
    "EQ_bizRules": ("https://rules.example/1", "https://rules.example/2"),
    "EQ_stringValue": ("x", "y"),
    "EQ_hexBinaryValue": ("0AFF",),
    "EQ_booleanValue": ("true", "false"),
    "EXISTS_errorDeclaration": ("true", "false"),
    "EXISTS_sensorElementList": ("true",),
}
MEASURES = ("quantity", "quantity_KGM", "quantity_GRM", "quantity_XBX", "value_CEL", "value_FAH", "minValue_CEL")
MEASURES += ("maxValue_A93", "maxValue_GL", "meanValue_CEL", "sDev_CEL", "sDev_FAH", "percValue_CEL", "percRank")
MOMENTS = ("eventTime", "recordTime", "errorDeclarationTime", "time", "startTime", "endTime")


def question(rng):
    """Return the parameters of a question."""
    asked = {}
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
        rng.choice((text_parameter, text_parameter, measure_parameter, time_parameter, own_parameter))(rng, asked)
    if rng.random() < 0.5:
        asked["orderBy"] = [rng.choice(("eventTime", "recordTime", "own:size", "ex:note"))]
        if rng.random() < 0.7:
            asked["orderDirection"] = [rng.choice(("ASC", "DESC"))]
        if rng.random() < 0.3:
            asked["eventCountLimit"] = [str(rng.randint(1, 12))]
    return asked


def text_parameter(rng, asked):
    """Ask for words, identifiers and patterns."""
    name = rng.choice(list(TEXTS))
    values = some(rng, TEXTS[name], 1 if name.startswith("EXISTS") or name == "EQ_booleanValue" else 3)
    asked[name] = ["|".join(values)]


def measure_parameter(rng, asked):
    """Ask for numbers."""
    comparison = rng.choice(("EQ", "GT", "GE", "LT", "LE"))
    asked[f"{comparison}_{rng.choice(MEASURES)}"] = [str(rng.choice(NUMBERS))]


def time_parameter(rng, asked):
    """Ask for times."""
    name = rng.choice(MOMENTS)
    moment = rng.choice(TIMES) if name != "recordTime" else f"2026-05-01T00:{rng.randint(0, 40):02}:00Z"
    asked[f"{rng.choice(('GE', 'LT'))}_{name}"] = [moment]


def own_parameter(rng, asked):
    """Ask for fields of somebody's own."""
    place = rng.choice(("", "INNER_")) + rng.choice(SECTIONS)
    field = "bare" if place == "ILMD_" and rng.random() < 0.3 else rng.choice(FIELDS)
    comparison = rng.choice(("EQ", "EQ", "EXISTS", "GT", "GE", "LT", "LE"))
    if comparison == "EXISTS":
        values = [""]
    elif comparison == "EQ":
        values = ["|".join(str(one).lower() if isinstance(one, bool) else str(one) for one in some(rng, OWN))]
    else:
        values = [str(rng.choice(("0", "4.5", "12", "-3", "2026-05-01T03:00:00Z", "2026-05-01T10:00:00.5+07:00")))]
    asked[f"{comparison}_{place}{field}"] = values


# -------------------------------------------------------------------------------------------------------- a repository
class Repository:
    """A producer who records events."""

    def __init__(self):
        self.world = World()
        self.author = self.world.party("C00P000000", PRODUCER)
        self.world.product(self.author, PRODUCT)

    def record(self, events):
        """Record events in one submission; the first half is touched once, all of it once more."""
        half = Touch(subject_key(PRODUCT), Kind.OBSERVE, document_count=max(1, len(events) // 2))
        whole = Touch(subject_key(PRODUCT), Kind.OBSERVE, document_count=len(events))
        self.world.ledger.submit(self.world.keys[self.author], [half, whole], documents(*events))
