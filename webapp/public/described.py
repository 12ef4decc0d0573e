"""What programs find at the start page and below the pages of goods, for the OpenAPI document: view -> operations."""

from dataclasses import replace
from typing import Final

from flask_babel import lazy_gettext as _l

from webapp.openapi.answers import BAD_REQUEST, NOT_ACCEPTABLE, PAGE, PROBLEM, RETRY, TOO_MANY
from webapp.openapi.epcis_answers import JSON_LD, SPOKEN
from webapp.openapi.operations import HTML, JSON, Answer, Operation, Parameter, ref

_CODE: Final = {"type": "string", "pattern": "^[A-Za-z0-9](?:[A-Za-z0-9-]{0,18}[A-Za-z0-9])?$"}

PATH_PARAMETERS: Final[dict[str, Parameter]] = {
    name: Parameter(name=name, place="path", schema=_CODE, about=about, required=True)
    for name, about in (
        ("number", _l("GTIN of 14 digits, or the code of a product without one.")),
        ("lotNumber", _l("Batch or lot.")),
        ("stampSerial", _l("Serial of a stamp.")),
        ("party", _l("GLN or code of a participant.")),
    )
}
"""Parameters of the routes."""

_REFUSALS: Final = {
    404: Answer(_l("There is no such thing here."), {HTML: PAGE, JSON: ref("Refusal")}),
    429: Answer(TOO_MANY, {HTML: PAGE, JSON: ref("Refusal")}, (RETRY,)),
}

_RECORD: Final = tuple(
    Operation(
        summary=_l("The whole record of a product, lot or participant"),
        about=_l(
            "Every submission that touched it, exactly as it was logged, and what the chain must answer about it."
        ),
        tag="proofs",
        path=path,
        methods=("GET",),
        answers={200: Answer(_l("The record."), {JSON: ref("Record")}), **_REFUSALS},
    )
    for path in (
        "/p/{number}/record.json",
        "/p/{number}/l/{lotNumber}/record.json",
        "/party/{party}/record.json",
    )
)

_START: Final = Operation(
    summary=_l("The resources of the EPCIS repository"),
    about=_l(
        "For programs that name JSON in Accept and like it no less than pages; for everybody else this is the start "
        "page."
    ),
    tag="discovery",
    answers={
        200: Answer(
            _l("The top-level resources, or the start page."),
            {JSON: ref("Collection"), JSON_LD: ref("Collection"), HTML: PAGE},
            tuple(replace(one, always=False) for one in SPOKEN),
        ),
        400: BAD_REQUEST,
        406: NOT_ACCEPTABLE,
        429: Answer(TOO_MANY, {HTML: PAGE, PROBLEM: ref("Problem")}, (RETRY,)),
    },
    name="topLevel",
)

OPERATIONS: Final[dict[str, tuple[Operation, ...]]] = {
    "home": (_START,),
    "goods": (
        Operation(
            summary=_l("The proof that a stamp was issued"),
            about=_l("Some twenty hashes that lead from the stamp to a root on chain (RFC 9162)."),
            tag="proofs",
            path="/p/{number}/s/{stampSerial}/proof.json",
            methods=("GET",),
            answers={200: Answer(_l("The proof."), {JSON: ref("StampProof")}), **_REFUSALS},
        ),
        *_RECORD,
    ),
}
"""View -> what it does."""
