"""Where more about one's own product can be found: declare a link, withdraw it."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from traceability.domain.link_types import DECLARABLE, LINK_TYPES
from traceability.services.commands import DeclareLink
from webapp.access import actor, application, today
from webapp.cooperative import blueprint
from webapp.forms import RecordForm, options, perform, status_of
from webapp.language import language
from webapp.link_desk import withdrawn
from webapp.outcomes import done, fill, subject

LANGUAGES = (("", _l("None, or several")), ("vi", _l("Vietnamese")), ("en", _l("English")))

MEDIA_TYPES = (
    ("text/html", _l("Web page")),
    ("application/pdf", _l("PDF file")),
    ("image/jpeg", _l("Picture (JPEG)")),
    ("image/png", _l("Picture (PNG)")),
    ("image/webp", _l("Picture (WebP)")),
    ("video/mp4", _l("Video (MP4)")),
    ("text/plain", _l("Plain text")),
    ("application/json", _l("Data (JSON)")),
    ("application/ld+json", _l("Data (JSON-LD)")),
)


class LinkForm(RecordForm):
    """Where a link leads and what is found there."""

    link_type = SelectField(_l("What is found there"))
    href = StringField(_l("Address"))
    language = SelectField(_l("In which language"), choices=options(LANGUAGES))
    media_type = SelectField(_l("As what"), choices=options(MEDIA_TYPES), default="text/html")


class WithdrawForm(RecordForm):
    """Nothing but the key of the form."""


@blueprint.route("/product/link", methods=["GET", "POST"])
def add_link() -> Response | tuple[str, int]:
    """Declare where more about one's product can be found; the resolver leads there, too."""
    one = application().reads.product(subject(), today())
    form = LinkForm()
    names = language()
    form.link_type.choices = options((key, LINK_TYPES[key].in_language(names)) for key in DECLARABLE)
    outcome = perform(
        form, lambda: application().product_links.declare(actor(), fill(DeclareLink, form, product=one.path))
    )
    if outcome is not None:
        return done(outcome, _("The link is on record."), url_for(".product", ref=one.path))
    return render_template("cooperative/link.html", form=form, product=one), status_of(form)


@blueprint.route("/product/link/withdraw", methods=["GET", "POST"])
def withdraw_link() -> Response | tuple[str, int]:
    """Withdraw a link; nobody is led there any more."""
    return withdrawn(WithdrawForm())
