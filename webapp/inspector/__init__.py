"""The inspector's area: find goods, read whole histories, follow lots both ways, recall, and vouch.

An inspector answers within a day where goods came from and where they went, with a file that stands up later. Every
page here shows what the chain anchors (hashes, heads, signers, delays), and `verify` asks the chain itself, on
demand.
"""

from flask import Blueprint

from webapp.access import only

blueprint = Blueprint("inspector", __name__, template_folder="templates")
only(blueprint, "inspector")

from webapp.inspector import (  # noqa: E402, F401 - they hang their views on the blueprint
    api_keys,
    awards,
    copies,
    files,
    links,
    lots,
    recalls,
    reports,
    search,
    stamps,
)
