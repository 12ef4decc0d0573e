"""Routes that are no part of the API: pages for people, and addresses that say what is not offered.

Every route of the application is an operation of the OpenAPI document or stands here; a test holds the list against
the routes.
"""

from flask_babel import lazy_gettext as _l

from webapp.openapi.operations import Text

AREAS = frozenset({"cooperative", "inspector", "operator"})
"""Blueprints for accounts: their pages are listed in docs/pages.md."""

PAGES = frozenset(
    {
        "entry.change_password",
        "entry.choose_language",
        "entry.login",
        "entry.logout",
        "favicon",
        "openapi.reference",
        "public.doubt",
        "public.goods",
        "public.home",
        "public.item",
        "public.place",
        "public.media",
        "public.methods",
        "public.report",
        "public.report_picture",
        "public.robots",
        "public.tell",
        "public.verify",
        "resolver.empty",
        "resolver.moved",
        "static",
    }
)
"""Endpoints of pages, pictures and forms that need no account."""

_NO_SUBSCRIPTIONS = _l(
    "Subscriptions and WebSocket are not offered and answer 501. Ask again with GE_recordTime instead: answers that "
    "have not changed cost next to nothing (ETag)."
)

NOT_OFFERED: dict[str, Text] = {
    "epcis.subscription": _NO_SUBSCRIPTIONS,
    "epcis.subscriptions": _NO_SUBSCRIPTIONS,
}
"""Endpoints of the standard that answer 501 here -> why. They are told in the document, but are no operations."""


def is_page(endpoint: str) -> bool:
    """Tell whether an endpoint is a page for people."""
    return endpoint in PAGES or endpoint.partition(".")[0] in AREAS
