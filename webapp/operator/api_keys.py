"""Keys with which programs speak for participants: all of them."""

from werkzeug.wrappers import Response

from webapp import key_desk
from webapp.operator import blueprint


@blueprint.route("/keys", methods=["GET", "POST"])
def keys() -> Response:
    """List every key of a program, and make one for any participant; its token is shown this once."""
    return key_desk.listed()


@blueprint.post("/keys/<key>/revoke")
def revoke_key_of_program(key: str) -> Response:
    """End a key; programs that use it are refused at once."""
    return key_desk.revoked(key)
