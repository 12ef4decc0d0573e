"""Links that producers declared: an inspector withdraws one that misleads people, with a reason."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from traceability.errors import NotFoundError
from traceability.services.commands import WithdrawLink
from webapp.access import actor, application, today
from webapp.forms import RecordForm, perform, status_of
from webapp.inspector import blueprint
from webapp.outcomes import done, fill, subject


class WithdrawForm(RecordForm):
    """Why nobody is to be led there any more."""

    reason = TextAreaField(_l("Why it is withdrawn"))


@blueprint.route("/product/link/withdraw", methods=["GET", "POST"])
def withdraw_link() -> Response | tuple[str, int]:
    """Withdraw a link that misleads people, with a reason."""
    one = application().reads.product(subject(), today())
    asked = request.args.get("link", "")
    link = next((found for found in application().reads.declared_links(one.path) if found.id == asked), None)
    if link is None:
        raise NotFoundError("This product has no such link, or it was withdrawn.")
    form = WithdrawForm()
    command = fill(WithdrawLink, form, product=one.path, link=link.id)
    outcome = perform(form, lambda: application().product_links.withdraw(actor(), command))
    if outcome is not None:
        return done(outcome, _("The link is withdrawn."), url_for(".product", ref=one.path))
    return render_template("inspector/link_withdraw.html", form=form, product=one, link=link), status_of(form)
