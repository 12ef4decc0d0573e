"""Random EPCIS events of all five types, as Hypothesis strategies.

What two implementations of the event hash are compared on.
"""

import string

from hypothesis import strategies as st

from traceability.domain import cbv
from traceability.domain.check_digits import check_digit

PREFIX = "https://vectors.example/voc/"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": PREFIX}]

_words = st.text(string.ascii_letters, min_size=1, max_size=8)
_digits = st.integers(0, 10**12 - 1).map(lambda number: f"{number:012}")
_serials = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=12)
_hosts = st.sampled_from(["https://id.gs1.org", "https://maker.example", "http://shop.example/some/stem"])


def _key(digits):
    return digits + check_digit(digits)


gtins = _digits.map(lambda digits: _key("0" + digits))
glns = _digits.map(_key)
places = st.one_of(
    st.builds("{}/414/{}".format, _hosts, glns),
    st.builds("{}/414/{}/254/{}".format, _hosts, glns, _serials),
    _digits.map(lambda digits: f"urn:epc:id:sgln:{digits[:7]}.{digits[7:12]}.0"),
    st.builds("geo:{},{}".format, st.integers(-90, 90), st.integers(-180, 180)),
)
things = st.one_of(
    st.builds("{}/01/{}/21/{}".format, _hosts, gtins, _serials),
    st.builds("{}/01/{}/10/{}/21/{}".format, _hosts, gtins, _serials, _serials),
    st.builds("{}/01/{}/21/{}?17=271231".format, _hosts, gtins, _serials),
    _digits.map(lambda digits: f"urn:epc:id:sscc:{digits[:7]}.{digits[:10]}"),
    st.builds(lambda digits, serial: f"urn:epc:id:sgtin:{digits[:7]}.0{digits[7:12]}.{serial}", _digits, _serials),
    st.builds("https://maker.example/things/{}".format, _words),
)
classes = st.one_of(
    st.builds("{}/01/{}/10/{}".format, _hosts, gtins, _serials),
    st.builds("{}/01/{}".format, _hosts, gtins),
    st.builds(lambda digits, lot: f"urn:epc:class:lgtin:{digits[:7]}.0{digits[7:12]}.{lot}", _digits, _serials),
)
numbers = st.one_of(st.integers(0, 10**6), st.integers(1, 10**6).map(lambda number: number / 1000))
amounts = st.one_of(
    st.fixed_dictionaries({"epcClass": classes}, optional={"quantity": st.integers(1, 10**6)}),
    st.fixed_dictionaries(
        {"epcClass": classes, "quantity": numbers.filter(bool), "uom": st.sampled_from(["KGM", "LTR"])}
    ),
)
times = st.builds(
    "2026-{:02}-{:02}T{:02}:{:02}:{:02}{}{}".format,
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(["", ".5", ".123", ".1239", ".123456"]),
    st.sampled_from(["Z", "+07:00", "-03:30"]),
)
_values = st.one_of(
    _words.map("v {}".format), numbers, st.text("áđ ẽ0123456789.", min_size=1, max_size=6).map("x{}".format)
)
_names = _words.map("ex:{}".format)
_nested = st.recursive(
    _values,
    lambda inner: st.one_of(
        st.dictionaries(_names, inner, min_size=1, max_size=3), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
_extensions = st.dictionaries(_names, _nested, max_size=3)


def _typed(vocabulary, name):
    """Return a type and a value, the type first.

    The reference takes them as they come, and so they come in documents.
    """
    return st.builds(
        lambda kind, value: {"type": kind, name: value}, st.sampled_from(sorted(vocabulary)), places | things
    )


_reports = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(cbv.MEASUREMENT_TYPES))},
    optional={
        "value": numbers,
        "uom": st.sampled_from(["CEL", "P1", "59"]),
        "minValue": numbers,
        "stringValue": _words.map("s {}".format),
        "deviceID": things,
        "time": times,
        "component": st.sampled_from(["axial_distance", "easting", "northing"]),
        "exception": st.sampled_from(["ALARM_CONDITION", "ERROR_CONDITION", "gs1:ALARM_CONDITION"]),
        "microorganism": things,
        "booleanValue": st.booleans(),
        "uriValue": things,
        "meanValue": numbers,
        "ex:note": _nested,
    },
)
_sensors = st.fixed_dictionaries(
    {
        "sensorMetadata": st.fixed_dictionaries(
            {"time": times, "deviceID": things}, optional={"bizRules": things, "ex:probe": _values}
        ),
        "sensorReport": st.lists(_reports, min_size=1, max_size=3),
    }
)
_steps = st.sampled_from(sorted(cbv.BIZ_STEPS))
_common = {
    "bizStep": _steps | _steps.map("cbv:BizStep-{}".format) | _words.map("ex:{}".format),
    "disposition": st.sampled_from(sorted(cbv.DISPOSITIONS)) | st.just("cbv:Disp-in_transit"),
    "certificationInfo": places | st.lists(places, min_size=1, max_size=2),
    "readPoint": st.fixed_dictionaries({"id": places}, optional={"ex:gate": _values}),
    "bizLocation": st.fixed_dictionaries({"id": places}),
    "bizTransactionList": st.lists(_typed(cbv.BUSINESS_TRANSACTION_TYPES, "bizTransaction"), min_size=1, max_size=3),
    "sourceList": st.lists(_typed(cbv.SOURCE_DESTINATION_TYPES, "source"), min_size=1, max_size=2),
    "destinationList": st.lists(_typed(cbv.SOURCE_DESTINATION_TYPES, "destination"), min_size=1, max_size=2),
    "sensorElementList": st.lists(_sensors, min_size=1, max_size=2),
    "persistentDisposition": st.fixed_dictionaries(
        {"set": st.lists(st.sampled_from(["damaged", "recalled"]), min_size=1, unique=True)}
    ),
    "recordTime": times,
}
_action = {"action": st.sampled_from(["ADD", "OBSERVE", "DELETE"])}
_list = {"min_size": 1, "max_size": 4}
_lists = {"min_size": 1, "max_size": 4, "unique": True}


def _begun(event):
    """Return an event with master data as one in which things begin, for master data belongs only there."""
    return event | {"action": "ADD"} if "ilmd" in event and "action" in event else event


def _event(kind, required, optional):
    free = {name: strategy for name, strategy in (_common | optional).items() if name not in required}
    base = {"type": st.just(kind), "eventTime": times, "eventTimeZoneOffset": st.sampled_from(["+07:00", "+00:00"])}
    return st.builds(
        lambda event, extras: _begun(event) | extras,
        st.fixed_dictionaries(base | required, optional=free),
        _extensions,
    )


_ilmd = {"ilmd": st.dictionaries(_words.map("ex:{}".format), _values, min_size=1, max_size=3)}
events = st.one_of(
    _event(
        "ObjectEvent",
        _action | {"epcList": st.lists(things, **_lists)},
        {"quantityList": st.lists(amounts, **_list)} | _ilmd,
    ),
    _event(
        "AggregationEvent",
        _action | {"parentID": things, "childEPCs": st.lists(things, **_list)},
        {"childQuantityList": st.lists(amounts, **_list)},
    ),
    _event(
        "TransactionEvent",
        _action | {"bizTransactionList": _common["bizTransactionList"], "epcList": st.lists(things, **_list)},
        {"parentID": things, "quantityList": st.lists(amounts, **_list)},
    ),
    _event(
        "TransformationEvent",
        {"inputQuantityList": st.lists(amounts, **_list), "outputQuantityList": st.lists(amounts, **_list)},
        {"inputEPCList": st.lists(things, **_lists), "outputEPCList": st.lists(things, **_lists)} | _ilmd,
    ),
    _event(
        "AssociationEvent",
        _action | {"parentID": things, "childQuantityList": st.lists(amounts, **_list)},
        {"childEPCs": st.lists(things, **_list)},
    ),
)
"""Events that a valid document could hold."""
