"""What each address of the resolver does, for the OpenAPI document: view -> operations."""

from typing import Final

from flask_babel import lazy_gettext as _l

from webapp.openapi.answers import PAGE, PROBLEM, TOO_MANY
from webapp.openapi.operations import HTML, JSON, Answer, Header, Operation, Parameter, Schema, ref
from webapp.openapi.standing import known
from webapp.resolver.wish import LINKSET_TYPE

_LINK: Final = Header(name="Link", schema={"type": "string"}, about=_l("Where the list of all links is."))
_ETAG: Final = Header(name="ETag", schema={"type": "string"}, about=_l("Changes with what is answered."))

_CHARACTERS: Final = r"[!\"&'()*+,./0-9:;<=>?A-Z_a-z-]"
"""What GS1 numbers of letters and digits are made of (GS1 General Specifications, figure 7.11-1).

The percent sign is one of them, too, but clients encode it or leave it as they please.
"""


def _value(longest: int) -> Schema:
    """Return the schema of a number of letters and digits; dots alone are no part of an address."""
    return {"type": "string", "pattern": rf"^(?!\.{{1,2}}$){_CHARACTERS}{{1,{longest}}}$"}


PATH_PARAMETERS: Final[dict[str, Parameter]] = {
    name: Parameter(name=name, place="path", schema=schema, about=about, required=True)
    for name, schema, about in (
        ("gtin", known("gtin"), _l("GTIN of 14 digits, the last one its check digit; some that are known here.")),
        ("gln", known("gln"), _l("GLN of 13 digits, the last one its check digit; some that are known here.")),
        ("sscc", known("sscc"), _l("SSCC of 18 digits, the last one its check digit.")),
        ("gdti", known("gdti"), _l("GDTI: 13 digits, the last one their check digit, and a serial.")),
        ("giai", {"type": "string", "pattern": "^[0-9]{6}[0-9A-Za-z]{1,24}$"}, _l("GIAI.")),
        ("lot", _value(20), _l("Batch or lot; one that is unknown leads to the product.")),
        ("serial", _value(20), _l("Serial.")),
    )
}
"""Parameters of the routes."""

_WISHES: Final = (
    Parameter(
        name="linkType",
        schema={
            "type": "string",
            "pattern": "^(?:linkset|all|(?:gs1:|https://(?:ref\\.)?gs1\\.org/voc/)[A-Za-z]+)?$",
        },
        about=_l("Kind of link, such as gs1:pip, or linkset for all links."),
        example="linkset",
    ),
    Parameter(
        name="Accept-Language", place="header", schema={"type": "string"}, about=_l("Chooses between languages.")
    ),
)

_ANSWERS: Final = {
    200: Answer(
        _l("All links (linkType=linkset, or Accept); who follows a redirect gets the page it leads to."),
        {LINKSET_TYPE: ref("Linkset"), HTML: PAGE, JSON: {}, "application/ld+json": {}},
        (_LINK, _ETAG),
    ),
    300: Answer(_l("Several links fit."), {LINKSET_TYPE: ref("Linkset"), HTML: PAGE}, (_LINK,)),
    307: Answer(
        _l("Redirect to the link that fits."),
        {},
        (Header(name="Location", schema={"type": "string"}, about=_l("Where the link leads."), always=True), _LINK),
    ),
    400: Answer(_l("This is no valid Digital Link; the detail says why."), {PROBLEM: ref("Problem"), HTML: PAGE}),
    404: Answer(_l("Nothing is known here, or no link of this type."), {PROBLEM: ref("Problem"), HTML: PAGE, JSON: {}}),
    429: Answer(TOO_MANY, {HTML: PAGE, PROBLEM: ref("Problem"), JSON: {}}),
}

_PATHS: Final = (
    "/01/{gtin}",
    "/01/{gtin}/10/{lot}",
    "/01/{gtin}/21/{serial}",
    "/01/{gtin}/10/{lot}/21/{serial}",
    "/414/{gln}",
    "/417/{gln}",
    "/00/{sscc}",
    "/253/{gdti}",
    "/8004/{giai}",
)

OPERATIONS: Final[dict[str, Operation | tuple[Operation, ...]]] = {
    "resolve": tuple(
        Operation(
            summary=_l("Resolve a GS1 Digital Link"),
            about=_l("All qualifiers of the key may follow in the path; data attributes may stand in the query."),
            tag="resolver",
            path=path,
            methods=("GET",),
            parameters=_WISHES,
            answers=_ANSWERS,
        )
        for path in _PATHS
    ),
    "description": Operation(
        summary=_l("What this resolver can do"),
        about=_l("The resolver description file of the GS1-Conformant Resolver Standard."),
        tag="resolver",
        methods=("GET",),
        answers={200: Answer(_l("The description."), {JSON: ref("ResolverDescription")}, (_ETAG,))},
    ),
    "context": Operation(
        summary=_l("What the members of a linkset mean"),
        tag="resolver",
        methods=("GET",),
        answers={200: Answer(_l("A JSON-LD context."), {"application/ld+json": {"type": "object"}}, (_ETAG,))},
    ),
}
"""View -> what it does."""
