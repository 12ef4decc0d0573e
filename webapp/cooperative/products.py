"""Products: put on record, revise, add certificates, close."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, MultipleFileField, SelectField, StringField, TextAreaField

from traceability.domain.stages import GENERIC, families
from traceability.services.commands import GrantCertificate, RegisterProduct, Retire, ReviseProduct
from webapp.access import actor, application, today
from webapp.cooperative import blueprint
from webapp.forms import CertificateForm, RecordForm, options, perform, status_of
from webapp.language import language
from webapp.outcomes import done, fill, subject
from webapp.words import SECTORS

COUNTED_IN = (("H87", _l("Pieces (jars, packs, mats)")), ("GRM", _l("Weight (g, kg)")), ("MLT", _l("Volume (ml, l)")))


class ProductForm(RecordForm):
    """What a product is."""

    name_vi = StringField(_l("Name"))
    name_en = StringField(_l("Name in English"))
    is_material = BooleanField(_l("A raw material or half-finished good, not sold to shoppers"))
    gtin = StringField(_l("GTIN"))
    family = SelectField(_l("How it is made"), default=GENERIC)
    sector = SelectField(_l("OCOP sector"), choices=options(SECTORS.items()))
    unit = SelectField(_l("Lots are counted in"), choices=options(COUNTED_IN))
    description_vi = TextAreaField(_l("Description"))
    description_en = TextAreaField(_l("Description in English"))
    shelf_life_days = StringField(_l("Keeps for"))
    brand = StringField(_l("Brand"))
    net_content = StringField(_l("Net content"))
    standard = StringField(_l("Standard applied"))
    pictures = MultipleFileField(_l("Pictures"))


class ReviseForm(RecordForm):
    """What is to be newer; what is empty stays."""

    name_vi = StringField(_l("Name"))
    name_en = StringField(_l("Name in English"))
    description_vi = TextAreaField(_l("Description"))
    description_en = TextAreaField(_l("Description in English"))
    shelf_life_days = StringField(_l("Keeps for"))
    brand = StringField(_l("Brand"))
    net_content = StringField(_l("Net content"))
    standard = StringField(_l("Standard applied"))
    pictures = MultipleFileField(_l("Pictures"))


class RetireForm(RecordForm):
    """Why it is closed."""

    reason = TextAreaField(_l("Why it is closed"))


@blueprint.get("/products")
def products() -> str:
    """List one's products, closed ones last."""
    found = application().reads.products(today(), owner=actor().participant, retired=True)
    return render_template("cooperative/products.html", products=sorted(found, key=lambda one: one.retired))


@blueprint.route("/products/new", methods=["GET", "POST"])
def new_product() -> Response | tuple[str, int]:
    """Put a product on record."""
    form = ProductForm()
    form.family.choices = options((key, one.name.in_language(language())) for key, one in families().items())
    outcome = perform(form, lambda: application().products.register(actor(), fill(RegisterProduct, form)))
    if outcome is not None:
        said = _("%(product)s is on record.", product=form.name_vi.data)
        return done(outcome, said, _after(outcome.state, outcome.path))
    return render_template("cooperative/product_new.html", form=form), status_of(form)


def _after(state: str, path: str) -> str:
    """Return where to go on: a product that still waits for the chain has no page yet."""
    return url_for(".product", ref=path) if state == "landed" else url_for(".products")


@blueprint.get("/product")
def product() -> str:
    """Show a product with what was granted to it and its lots."""
    reads = application().reads
    one = reads.product(subject(), today())
    return render_template(
        "cooperative/product.html",
        product=one,
        mine=one.producer.number == actor().participant,
        lots=reads.lots(product=one.path, custodian=actor().participant, limit=10),
        family=families().get(one.family),
        links=reads.declared_links(one.path),
    )


@blueprint.route("/product/revise", methods=["GET", "POST"])
def revise_product() -> Response | tuple[str, int]:
    """Put newer master data on record."""
    one = application().reads.product(subject(), today())
    form = ReviseForm()
    outcome = perform(form, lambda: application().products.revise(actor(), fill(ReviseProduct, form, product=one.path)))
    if outcome is not None:
        return done(outcome, _("The newer description is on record."), url_for(".product", ref=one.path))
    return render_template("cooperative/product_revise.html", form=form, product=one), status_of(form)


@blueprint.route("/product/certificate", methods=["GET", "POST"])
def add_certificate() -> Response | tuple[str, int]:
    """Record a certificate that one holds; pages say that only its holder vouches for it."""
    one = application().reads.product(subject(), today())
    form = CertificateForm()

    outcome = perform(
        form, lambda: application().awards.certify(actor(), fill(GrantCertificate, form, subject=one.path))
    )
    if outcome is not None:
        return done(outcome, _("The certificate is on record."), url_for(".product", ref=one.path))
    return render_template("cooperative/certificate.html", form=form, product=one), status_of(form)


@blueprint.route("/product/close", methods=["GET", "POST"])
def close_product() -> Response | tuple[str, int]:
    """Close a product for ever."""
    one = application().reads.product(subject(), today())
    form = RetireForm()
    outcome = perform(form, lambda: application().products.retire(actor(), fill(Retire, form, subject=one.path)))
    if outcome is not None:
        return done(
            outcome, _("%(product)s is closed.", product=one.name.in_language(language())), url_for(".products")
        )
    back = url_for(".product", ref=one.path)
    title = _("Close %(product)s", product=one.name.in_language(language()))
    warning = _("It gets no new lots any more. What is on record stays. This cannot be undone.")
    page = render_template("cooperative/close.html", form=form, back=back, title=title, warning=warning)
    return page, status_of(form)
