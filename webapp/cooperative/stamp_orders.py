"""Order a run of stamps: one record on the chain, whatever its size; a large one is made while nobody waits for it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField

from traceability.services.stamp_commands import IssueStamps
from webapp.access import actor, application
from webapp.cooperative import blueprint
from webapp.cooperative.fields import own_lot
from webapp.forms import RecordForm, perform, status_of
from webapp.outcomes import fill


class OrderForm(RecordForm):
    """How many."""

    count = StringField(_l("How many stamps"))


@blueprint.route("/lot/stamps", methods=["GET", "POST"])
def order_stamps() -> Response | tuple[str, int]:
    """Order a run: a small one is there at once, a large one has a page that tells how far it is."""
    lot = own_lot()
    form = OrderForm()
    job = perform(form, lambda: application().stamps.order(actor(), fill(IssueStamps, form, lot=lot.path)))
    if job is not None:
        if job.state == "done":
            flash(_("The stamps are issued. Print them next."), "success")
            return redirect(url_for(".stamp_run", ref=lot.path, run=job.run))
        return redirect(url_for(".job", token=job.id))
    jobs = application().jobs.list(actor(), lot=lot.path)
    waiting = [one for one in jobs if one.kind == "issue" and not one.is_over]
    page = render_template("cooperative/stamps_order.html", form=form, lot=lot, waiting=waiting)
    return page, status_of(form)
