"""The operator's area: who may take part, with which keys, and who may log in.

The operator vouches for nobody's goods. He admits participants on the chain, gives and takes their keys, makes
accounts for people, and sees whether chain, projection and outbox are well.
"""

from flask import Blueprint

from webapp.access import only

blueprint = Blueprint("operator", __name__, template_folder="templates")
only(blueprint, "operator")

from webapp.operator import accounts, api_keys, participants, status  # noqa: E402, F401 - they hang their views on the blueprint
