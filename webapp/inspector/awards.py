"""Products and participants: their histories, OCOP ratings and certificates, granted and revoked."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField

from traceability.errors import NotFoundError
from traceability.services.commands import GrantCertificate, GrantRating, RevokeAward
from webapp.access import actor, application, today
from webapp.forms import CertificateForm, RecordForm, options, perform, status_of
from webapp.inspector import blueprint
from webapp.outcomes import done, fill, subject


class RatingForm(RecordForm):
    """A decision on OCOP stars."""

    stars = RadioField(_l("Stars"), choices=options((str(count), "★" * count) for count in (3, 4, 5)), default="3")
    issuer = StringField(_l("Decided by"))
    decision_number = StringField(_l("Number of the decision"))
    decision_date = StringField(_l("Date of the decision"))
    certificate_number = StringField(_l("Number of the certificate"))
    valid_until = StringField(_l("Valid until"))


class RevokeForm(RecordForm):
    """Why it counts no more."""

    reason = TextAreaField(_l("Why it is revoked"))


@blueprint.get("/product")
def product() -> str:
    """Show a product with what was granted to it and its whole history."""
    reads = application().reads
    one = reads.product(subject(), today())
    return render_template(
        "inspector/product.html",
        product=one,
        history=reads.history(one.path),
        lots=reads.lots(product=one.path, limit=10),
        links=reads.declared_links(one.path),
    )


@blueprint.get("/participant")
def participant() -> str:
    """Show a participant with its products, lots and history."""
    reads = application().reads
    one = reads.party(subject())
    return render_template(
        "inspector/participant.html",
        party=one,
        history=reads.history(one.uri),
        keys=reads.keys(one.number),
        products=reads.products(today(), owner=one.number, retired=True),
        lots=reads.lots(custodian=one.number, limit=10),
    )


@blueprint.route("/rate", methods=["GET", "POST"])
def rate() -> Response | tuple[str, int]:
    """Put an OCOP decision on record."""
    one = application().reads.product(subject(), today())
    form = RatingForm()
    outcome = perform(form, lambda: application().awards.rate(actor(), fill(GrantRating, form, product=one.path)))
    if outcome is not None:
        return done(outcome, _("The rating is on record."), url_for(".product", ref=one.path))
    return render_template("inspector/rate.html", form=form, product=one), status_of(form)


@blueprint.route("/certify/<any(product, participant):kind>", methods=["GET", "POST"])
def certify(kind: str) -> Response | tuple[str, int]:
    """Put a certificate on record that the inspector has seen."""
    ref = subject()
    form = CertificateForm()
    outcome = perform(form, lambda: application().awards.certify(actor(), fill(GrantCertificate, form, subject=ref)))
    back = url_for(f".{kind}", ref=ref)
    if outcome is not None:
        return done(outcome, _("The certificate is on record."), back, public=kind == "product")
    return render_template("inspector/certify.html", form=form, back=back), status_of(form)


@blueprint.route("/revoke", methods=["GET", "POST"])
def revoke() -> Response | tuple[str, int]:
    """End a rating or certificate before its time."""
    one = application().reads.product(subject(), today())
    event = request.args.get("event", "")
    award = next((found for found in (*one.ratings, *one.certificates) if found.event_id == event), None)
    if award is None:
        raise NotFoundError("This product has no such rating or certificate.")
    form = RevokeForm()
    outcome = perform(
        form, lambda: application().awards.revoke(actor(), fill(RevokeAward, form, subject=one.path, event_id=event))
    )
    if outcome is not None:
        return done(
            outcome, _("It is revoked, and no page shows it as valid any more."), url_for(".product", ref=one.path)
        )
    return render_template("inspector/revoke.html", form=form, product=one, award=award), status_of(form)
