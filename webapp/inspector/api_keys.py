"""Keys with which programs speak for the inspecting authority."""

from werkzeug.wrappers import Response

from webapp import key_desk
from webapp.inspector import blueprint


@blueprint.route("/keys", methods=["GET", "POST"])
def keys() -> Response:
    """List the keys of one's own programs, and make another one; its token is shown this once."""
    return key_desk.listed()


@blueprint.post("/keys/<key>/revoke")
def revoke_key_of_program(key: str) -> Response:
    """End a key; programs that use it are refused at once."""
    return key_desk.revoked(key)
