"""The cooperative's area: its products and lots, each stage of the making, stamps and their printing.

It is used on a phone, often with a weak connection and wet hands, so every page works without JavaScript, asks for
one thing at a time, and says what comes next. Each form carries a key of its own: sending it twice records once.
"""

from flask import Blueprint

from webapp.access import only

blueprint = Blueprint("cooperative", __name__, template_folder="templates")
only(blueprint, "cooperative")

from webapp.cooperative import (  # noqa: E402, F401 - they hang their views on the blueprint
    api_keys,
    corrections,
    custody,
    desk,
    jobs,
    links,
    lots,
    making,
    products,
    reports,
    stages,
    stamp_codes,
    stamp_life,
    stamp_orders,
    stamp_printing,
)
