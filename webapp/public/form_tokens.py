"""Forms that anybody may send, without an account and without a cookie.

Scan pages set no cookie, so the usual token, which is compared with one, cannot guard their forms. What has to be kept
out is another site that makes a shopper's browser send them: it would use up his attempts and those of the stamp. Two
things are asked instead. A browser says itself where a form came from (Fetch Metadata; every browser since 2023), and
what comes from elsewhere is refused. And the form carries a token that holds for this stamp on this day and the next,
signed with the server's secret: whoever sends it has opened that stamp's page, so that a blind form built once for all
visitors does not work in older browsers either. The token is *not* bound to the visitor: phones change their address
between reading and sending, and there is nothing to steal that the code itself would not give.
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

LABEL = b"ocop-trace form\n"
"""Keeps these signatures apart from all others under the same secret."""


def form_token(secret: bytes, path: str, day: date) -> str:
    """Return the token of the forms of one stamp, by its canonical path, on a day."""
    signed = hmac.digest(secret, LABEL + f"{path}\n{day.isoformat()}".encode(), "sha256")
    return base64.urlsafe_b64encode(signed[:18]).decode()


def is_ours(environ: Mapping[str, Any], sent: str, secret: bytes, path: str, day: date) -> bool:
    """Tell whether a form was sent from our own page of that stamp, opened today or yesterday."""
    if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in {"same-origin", "none"}:
        return False
    days = (day, day - timedelta(days=1))
    return any(hmac.compare_digest(form_token(secret, path, one).encode(), sent.encode()) for one in days)
