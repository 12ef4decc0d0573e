"""The desk of declared links, which producers and inspectors share: the end of a link.

The areas hang it on their own addresses, with a form and a page of their own. Who may withdraw which link is decided in
`traceability.services.product_links`.
"""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from traceability.errors import NotFoundError
from traceability.services.commands import WithdrawLink
from webapp.access import actor, application, today
from webapp.forms import RecordForm, perform, status_of
from webapp.outcomes import done, fill, subject


def withdrawn(form: RecordForm) -> Response | tuple[str, int]:
    """Withdraw the link that the address names and go back to its product."""
    one = application().reads.product(subject(), today())
    asked = request.args.get("link", "")
    link = next((found for found in application().reads.declared_links(one.path) if found.id == asked), None)
    if link is None:
        raise NotFoundError("This product has no such link, or it was withdrawn.")
    command = fill(WithdrawLink, form, product=one.path, link=link.id)
    outcome = perform(form, lambda: application().product_links.withdraw(actor(), command))
    if outcome is not None:
        return done(outcome, _("The link is withdrawn."), url_for(".product", ref=one.path))
    page = f"{request.blueprint}/link_withdraw.html"
    return render_template(page, form=form, product=one, link=link), status_of(form)
