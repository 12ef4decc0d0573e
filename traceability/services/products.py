"""Master data of products: put on record by their producer, revised on the same history, closed for ever."""

from dataclasses import replace
from typing import ClassVar, Final

from traceability.domain.identifiers import Gtin
from traceability.domain.ledger import Kind
from traceability.domain.ocop import Sector
from traceability.domain.records import ProductRecord, RetirementRecord
from traceability.domain.stages import family
from traceability.domain.uris import ProductRef
from traceability.domain.views import Bilingual
from traceability.errors import AlreadyExistsError, InvalidInputError, NotFoundError, RuleViolationError
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_producer, require_role
from traceability.services.codes import new_product_code
from traceability.services.commands import Actor, Outcome, RegisterProduct, Retire, ReviseProduct
from traceability.services.inputs import choice, count, line, pictures, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.usecases import UseCases, touch

BASE_UNITS: Final = ("GRM", "MLT", "H87")
"""Units that a product's lots may be counted in."""

LONGEST_SHELF_LIFE: Final = 36_500
"""Days."""


class Products(UseCases):
    """Register, revise and retire products."""

    plans: ClassVar[dict[type, str]] = {
        RegisterProduct: "plan_register",
        ReviseProduct: "plan_revise",
        Retire: "plan_retire",
    }

    def register(self, actor: Actor, command: RegisterProduct) -> Outcome:
        """Put a product on record. Raises as `plan_register` and the recorder do."""
        return self.perform(actor, command)

    def revise(self, actor: Actor, command: ReviseProduct) -> Outcome:
        """Put newer master data on record. Raises as `plan_revise` and the recorder do."""
        return self.perform(actor, command)

    def retire(self, actor: Actor, command: Retire) -> Outcome:
        """Close a product for ever. Raises as `plan_retire` and the recorder do."""
        return self.perform(actor, command)

    def plan_register(self, actor: Actor, command: RegisterProduct) -> Draft:
        """Plan a new product.

        Raises:
            NotAuthorisedError: the actor is no cooperative.
            InvalidInputError: a field will not do.
            AlreadyExistsError: the GTIN is on record.
        """
        require_role(actor, "cooperative")
        ref = self._new_ref(command.gtin)
        kept = Keepsakes(ref.uri)
        record = ProductRecord(
            uri=ref.uri,
            gtin=str(ref.gtin) if ref.gtin else None,
            name=_name(command.name_vi, command.name_en),
            description=_bilingual(command.description_vi, command.description_en, "description_vi"),
            family=family(command.family).key,
            sector=Sector.of(command.sector).key,
            unit=choice(command.unit.strip().upper(), BASE_UNITS, "unit"),
            shelf_life_days=_shelf_life(command.shelf_life_days),
            brand=line(command.brand, "brand") or None,
            net_content=line(command.net_content, "net_content", limit=60) or None,
            standard=line(command.standard, "standard") or None,
            is_material=True if command.is_material else None,
        )
        pictures(command.pictures, kept, self._context.pictures)
        return self._draft(ref, record, kept, Kind.REGISTER)

    def plan_revise(self, actor: Actor, command: ReviseProduct) -> Draft:
        """Plan newer master data; what is empty stays as it is.

        Raises:
            NotFoundError: there is no such product.
            NotAuthorisedError: it is another producer's.
            RuleViolationError: it is closed.
            InvalidInputError: a field will not do, or nothing is said.
        """
        known = self.product(command.product)
        require_producer(actor, known)
        self._require_open(known.name.vi, retired=known.retired)
        ref = self.product_ref(known.uri)
        kept = Keepsakes(ref.uri)
        pictures(command.pictures, kept, self._context.pictures)
        record = ProductRecord(
            uri=ref.uri,
            name=_name(command.name_vi or known.name.vi, command.name_en or known.name.en)
            if command.name_vi or command.name_en
            else None,
            description=_bilingual(
                command.description_vi or known.description.vi,
                command.description_en or known.description.en,
                "description_vi",
            )
            if command.description_vi or command.description_en
            else None,
            shelf_life_days=_shelf_life(command.shelf_life_days),
            brand=line(command.brand, "brand") or None,
            net_content=line(command.net_content, "net_content", limit=60) or None,
            standard=line(command.standard, "standard") or None,
        )
        if record == ProductRecord(uri=ref.uri) and not kept.blobs:
            raise InvalidInputError("Nothing is to be changed. Fill in what is new.", field="name_vi")
        return self._draft(ref, record, kept, Kind.OBSERVE)

    def plan_retire(self, actor: Actor, command: Retire) -> Draft:
        """Plan the end of a product.

        Raises:
            NotFoundError: there is no such product.
            NotAuthorisedError: it is another producer's.
            RuleViolationError: it is closed already.
            InvalidInputError: no reason is given.
        """
        known = self.product(command.subject)
        require_producer(actor, known)
        self._require_open(known.name.vi, retired=known.retired)
        kept = Keepsakes(known.uri).text("note", text(command.reason, "reason", required=True))
        document = RetirementRecord(kept.commitments).to_document()
        return Draft(
            touches=(touch(known.uri, Kind.RETIRE),),
            documents=(document,),
            uri=known.uri,
            path=known.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables),
        )

    def _new_ref(self, gtin: str) -> ProductRef:
        if not gtin.strip():
            return ProductRef(new_product_code(), self._context.namespace)
        ref = ProductRef(Gtin(gtin), self._context.namespace)
        try:
            taken = self._context.reads.product(ref.uri, self._context.today())
        except NotFoundError:
            return ref
        raise AlreadyExistsError(
            "The GTIN {gtin} is on record for {product}. Check the number.",
            field="gtin",
            gtin=ref.number,
            product=taken.name.vi,
        )

    def _draft(self, ref: ProductRef, record: ProductRecord, kept: Keepsakes, kind: Kind) -> Draft:
        document = replace(record, commitments=kept.commitments).to_document()
        return Draft(
            touches=(touch(ref.uri, kind),),
            documents=(document,),
            uri=ref.uri,
            path=ref.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables),
            blobs=tuple(kept.blobs),
        )

    @staticmethod
    def _require_open(name: str, *, retired: bool) -> None:
        if retired:
            raise RuleViolationError(
                "{product} is closed for ever. Nothing more can be recorded of it.", field="product", product=name
            )


def _name(vi: str, en: str) -> Bilingual:
    return Bilingual(line(vi, "name_vi", limit=120, required=True), line(en, "name_en", limit=120))


def _bilingual(vi: str, en: str, field: str) -> Bilingual | None:
    found = Bilingual(text(vi, field, limit=2000), text(en, field.replace("_vi", "_en"), limit=2000))
    return found if found.vi or found.en else None


def _shelf_life(value: str) -> int | None:
    return count(value, "shelf_life_days", most=LONGEST_SHELF_LIFE) if value.strip() else None
