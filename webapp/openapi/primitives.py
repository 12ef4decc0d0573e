"""The values that EPCIS documents and questions are made of: URIs, times, versions, words, numbers.

The patterns say what the readers in `traceability.domain` take, no more and no less, since programs are made from them.
"""

from traceability.domain.cbv import CBV_LISTS, Vocabulary
from traceability.domain.epcis_values import MAX_SAFE_INTEGER
from webapp.openapi.operations import Schema, ref

_CHARACTER = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
URI = rf"^[A-Za-z][A-Za-z0-9+.-]*:(?!//[^/?#]*[:@]){_CHARACTER}+(?:#{_CHARACTER}*)?$"
"""RFC 3986, section 3; hosts with a port, a user or brackets are left out, to keep the pattern readable."""

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
TIME = (
    rf"^(?!0000|0001|9999){_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)$"
)
"""`xsd:dateTimeStamp` with days that exist."""

OFFSET = r"^(?:[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)$"

_MORE = r"(?:\.[0-9]{1,4})"
LOWEST_VERSION = rf"^(?:0{{0,3}}(?:[01]{_MORE}{{0,3}}|2(?:\.0{{1,4}}{_MORE}{{0,2}})?))?$"
"""2.0 or lower, or nothing."""
HIGHEST_VERSION = rf"^(?:(?:0{{0,3}}[2-9]|0{{0,2}}[1-9][0-9]|0?[1-9][0-9]{{2}}|[1-9][0-9]{{3}}){_MORE}{{0,3}})?$"
"""2.0 or higher, or nothing."""
THIS_VERSION = rf"^(?:0{{0,3}}2(?:\.0{{1,4}}{_MORE}{{0,2}})?)?$"
"""2.0, whatever its edition, or nothing."""

_CONTROL = r"\x00-\x1f\x7f-\x9f"

ASKED_URI: Schema = {"type": "string", "pattern": rf"^[A-Za-z][A-Za-z0-9+.-]*:[^\s|{_CONTROL}]+$"}
"""A URI in a question: parted from others by `|`."""

ASKED_TEXT: Schema = {"type": "string", "pattern": rf"^[^|\x00]*[^\s|{_CONTROL}][^|\x00]*$"}
"""A text in a question."""

NAMED_URI: Schema = {
    "type": "string",
    "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[2-6][0-9A-Fa-f])+$",
}
"""A URI in an address. It is percent-encoded as a whole; what it holds encoded itself may be read once more."""


ANYTHING: Schema = {"type": "string", "pattern": r"^(?!.*%(?:[0189a-fA-F][0-9a-fA-F]|7[fF]))[^\x00-\x1f\x7f]+$"}
"""A part of an address that is not looked up. Control characters in it are refused all the same, also escaped ones, and
so are escaped bytes that make up no character: programs send `%0A` in a value as it stands."""


def word(vocabulary: Vocabulary) -> Schema:
    """Return the schema of a word: one of the list, short, or a URI of one's own."""
    lists = f"(?:{'|'.join(CBV_LISTS)})"
    reserved = [vocabulary.uri_prefix, vocabulary.urn_prefix, "urn:epcglobal:cbv", "https?://ns.gs1.org/cbv/"]
    reserved += [f"cbv:{lists}", f"https?://ref.gs1.org/cbv/{lists}"]
    reserved += ["https?://gs1.org/voc/", "https?://(?:ref|www).gs1.org/voc/"]
    starts = "|".join(one.replace(".", r"\.") for one in reserved)
    return _either(vocabulary, f"(?!{starts}){URI[1:-1]}")


def asked_word(vocabulary: Vocabulary) -> Schema:
    """Return the schema of a word in a question: one of the list, or any URI."""
    return _either(vocabulary, ASKED_URI["pattern"][1:-1])


def _either(vocabulary: Vocabulary, uri: str) -> Schema:
    """Return the schema of a word of a list or something else.

    One pattern instead of an enumeration: whoever tries an API with all that it allows tries each value of an
    enumeration, and an event has many such words.
    """
    words = sorted(vocabulary.words)
    return {"type": "string", "pattern": f"^(?:{'|'.join(words)}|{uri})$", "examples": words[:3]}


PRIMITIVES: dict[str, Schema] = {
    "Uri": {"type": "string", "pattern": URI},
    "Time": {"type": "string", "pattern": TIME},
    "Offset": {"type": "string", "pattern": OFFSET},
    "Number": {"type": "number", "minimum": -MAX_SAFE_INTEGER, "maximum": MAX_SAFE_INTEGER},
    "AnyValue": {
        "anyOf": [
            {"type": ["string", "boolean", "null"]},
            ref("Number"),
            {"type": "array", "items": ref("AnyValue")},
            {"type": "object", "additionalProperties": ref("AnyValue")},
        ]
    },
    "Unit": {"type": "string", "pattern": "^[A-Z0-9]{2,3}$"},
    "Hexadecimal": {"type": "string", "pattern": "^[0-9A-Fa-f]+$"},
    "BizStep": word(Vocabulary.BIZ_STEP),
    "Disposition": word(Vocabulary.DISPOSITION),
    "BizTransactionType": word(Vocabulary.BUSINESS_TRANSACTION),
    "SourceDestinationType": word(Vocabulary.SOURCE_DESTINATION),
    "ErrorReason": word(Vocabulary.ERROR_REASON),
    "MeasurementType": word(Vocabulary.MEASUREMENT),
    "SensorException": word(Vocabulary.SENSOR_EXCEPTION),
    "Component": word(Vocabulary.COMPONENT),
}
"""Name -> schema."""
