"""The proof that a stamp was issued, at an address that stays: `{stamp}/proof.json`.

It leads from the stamp over some twenty hashes to the root that the chain has recorded (RFC 9162, section 2.1.3), so
that whoever holds it can check the stamp without this service: `ocop-trace verify` does, and docs/format.md says how
to do it by hand. It is no scan and says nothing that the stamp's page does not say.
"""

import json

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from webapp.access import application
from webapp.public import scan
from webapp.public.addresses import shown_at

SECONDS = 3600
"""A proof changes only when the chain is reorganised, so that it may be kept for an hour."""


def proof(path: str) -> WerkzeugResponse:
    """Send a stamp's proof; where there is no such stamp, what a scan of it would get."""
    found = scan.look(shown_at(path, application().settings.namespace))
    if not found.known:
        return scan.refusal(found)
    content = application().reads.stamp_proof(found.stamp.path).to_json()
    response = Response(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.add_etag()
    return response.make_conditional(request)


scan.STAMP_PAGES["proof.json"] = proof
