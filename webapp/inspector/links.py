"""Links that producers declared: an inspector withdraws one that misleads people, with a reason."""

from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from webapp.forms import RecordForm
from webapp.inspector import blueprint
from webapp.link_desk import withdrawn


class WithdrawForm(RecordForm):
    """Why nobody is to be led there any more."""

    reason = TextAreaField(_l("Why it is withdrawn"))


@blueprint.route("/product/link/withdraw", methods=["GET", "POST"])
def withdraw_link() -> Response | tuple[str, int]:
    """Withdraw a link that misleads people, with a reason."""
    return withdrawn(WithdrawForm())
