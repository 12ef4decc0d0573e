"""What anybody may read without an account: stamps above all, then lots, products, participants, and how to check it.

Nothing here asks anything of the chain, and nothing here asks anything of another site.
"""

from flask import Blueprint

blueprint = Blueprint("public", __name__, template_folder="templates")

from webapp.public import doubt, media, pages, places, proof, record, scan, stamp_forms  # noqa: E402, F401 - views register themselves on the blueprint
