"""An application that answers from memory: rich read models, no chain, no database. Pages are tried against it.

The story is that of a jar of mắm tép: twelve deliveries of river shrimp (two of them told here), salt and roasted rice,
six months in a tank, jars. `FakeReads` counts what it is asked, so that tests can tell what a page costs.
"""

import dataclasses
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from secrets import token_hex
from types import SimpleNamespace

from PIL import Image, ImageDraw

from tests.clocks import StandingClock
from traceability.domain import addresses
from traceability.domain.copies import Level, Seen, Signal
from traceability.domain.event_query import EventPage
from traceability.domain.identifiers import StampSerial, check_digit
from traceability.domain.sightings import Opened
from traceability.domain.stamp_life import Mark, MarkKind, StampLife
from traceability.domain.uris import page_path
from traceability.domain.verdicts import Verdict
from traceability.domain.views import (
    Anchor,
    Bilingual,
    CertificateView,
    FieldView,
    Freshness,
    IngredientView,
    LotSummary,
    LotTrace,
    MissingView,
    PartyView,
    PictureView,
    ProductView,
    QuantityView,
    RatingView,
    RecallView,
    StampRunView,
    StampView,
    Standing,
    TimelineEntry,
    Vouch,
)
from traceability.errors import InvalidInputError, NotAuthenticatedError, NotFoundError, TooManyError
from traceability.formats import images, share_card
from traceability.projection.observations.database import ObservationsDatabase
from traceability.services.commands import Actor
from traceability.services.reads import SearchResults
from traceability.services.report_desk import ReportDesk
from traceability.services.report_subjects import Subjects
from traceability.services.reports import FileReport, Reports

NOW = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
GTIN = "0950600010001" + check_digit("0950600010001")
LOT = f"/01/{GTIN}/10/MT-2611"
LOT_PAGE = page_path(LOT)
HOSTILE = "<script>alert(1)</script>"

COOP = PartyView(
    2, "https://id.gs1.org/417/9506000100005", "H4T8XKQ2PA", "Hợp tác xã Mắm Hà Yên", "cooperative", "Thôn 3, xã Hoạt Giang, tỉnh Thanh Hóa",
    "Xã Yên Dương, huyện Hà Trung, tỉnh Thanh Hóa", "15286", "9506000100005", 2, key_held_by_service=True,
)  # fmt: skip
COLLECTOR = PartyView(
    3, "https://ocop-trace.example/party/K7M2Q9RT4V", "K7M2Q9RT4V", "Tổ thu mua tép sông Hoạt", "household", "Xã Hoạt Giang, tỉnh Thanh Hóa", "",
    "15286", "", 2, key_held_by_service=False,
)  # fmt: skip
INSPECTORATE = PartyView(
    4, "https://ocop-trace.example/party/T3N8V5WX6Y", "T3N8V5WX6Y", "Chi cục Quản lý chất lượng Thanh Hóa", "inspectorate", "Thành phố Thanh Hóa", "",
    "", "", 4, key_held_by_service=True,
)  # fmt: skip

PICTURE = PictureView(
    "a1" * 32, "image/jpeg", Bilingual("Hũ mắm tép Hà Yên trên mặt bàn gỗ", "A jar of mắm tép on a wooden table")
)


def anchor(sequence):
    """A place on the chain."""
    return Anchor(
        40 + sequence,
        f"{sequence:064x}",
        f"{sequence + 99:064x}",
        0,
        sequence,
        f"{sequence * 7919:048x}",
        "0x" + "5b" * 20,
    )


RATING = RatingView(
    4, Standing.VALID, "UBND tỉnh Thanh Hóa", "715/QĐ-UBND", date(2025, 3, 12), "", date(2028, 3, 12), "", INSPECTORATE, NOW, "ni:///sha-256;aa",
)  # fmt: skip
EXPIRED = dataclasses.replace(
    RATING, stars=3, standing=Standing.EXPIRED, decision_date=date(2022, 3, 1), valid_until=date(2025, 3, 1)
)

PRODUCT = ProductView(
    uri=f"https://id.gs1.org/01/{GTIN}", path=f"/01/{GTIN}", gtin=GTIN, code="",
    name=Bilingual("Mắm tép Hà Yên", "Ha Yen shrimp paste"),
    description=Bilingual(
        "Tép riu sông Hoạt, muối hạt và thính gạo rang, ủ trong chum sành từ ba đến sáu tháng.",
        "Small river shrimp, sea salt and roasted rice, kept in earthen jars for three to six months.",
    ),
    family="mam_tep", sector="food", unit="H87", shelf_life_days=365, brand="Hà Yên", net_content="500 g", standard="TCCS 01:2024/HTX", is_material=False,
    producer=COOP, pictures=(PICTURE,), retired=False, ratings=(RATING, EXPIRED),
    certificates=(
        CertificateView("trade_mark", Bilingual("Nhãn hiệu tập thể Mắm tép Hà Yên"), "Cục Sở hữu trí tuệ", "4-0123456-000", "Mắm tép", date(2020, 5, 1),
                        date(2030, 5, 1), Standing.VALID, Vouch.RECORDED, COOP, NOW, "ni:///sha-256;bb"),
        CertificateView("laboratory_test", Bilingual("Phiếu kiểm nghiệm histamin", "Histamine test report"), "Trung tâm Quatest 1", "KN-2291", "Lô MT-2611",
                        date(2026, 11, 2), None, Standing.VALID, Vouch.INSPECTED, INSPECTORATE, NOW, "ni:///sha-256;cc"),
    ),
)  # fmt: skip
PRODUCT_PAGE = page_path(PRODUCT.path)
SHRIMP = dataclasses.replace(
    PRODUCT, uri="https://ocop-trace.example/p/9X2K4M7Q1R", path="/p/9X2K4M7Q1R", gtin="", code="9X2K4M7Q1R", name=Bilingual("Tép riu sông Hoạt", "River shrimp"),
    description=Bilingual(""), unit="GRM", brand="", net_content="", standard="", shelf_life_days=None, is_material=True, producer=COLLECTOR, pictures=(),
    ratings=(), certificates=(),
)  # fmt: skip


def lot_of(product, number, amount, unit, custodian, **changes):
    """A lot's summary."""
    uri, path = (
        f"{product.uri}/{'10' if product.gtin else 'l'}/{number}",
        f"{product.path}/{'10' if product.gtin else 'l'}/{number}",
    )
    values = {
        "uri": uri, "path": path, "lot_number": number, "product_uri": product.uri, "product_path": product.path, "product_name": product.name,
        "custodian": custodian, "status": "open", "declared": QuantityView(Decimal(amount), unit), "left": QuantityView(Decimal(12), unit), "stamped": 278,
        "produced_at": datetime(2026, 11, 1, 1, 0, tzinfo=UTC), "expires_on": date(2027, 11, 1), "receiver": None,
    }  # fmt: skip
    return LotSummary(**{**values, **changes})


JARS = lot_of(PRODUCT, "MT-2611", "290", "H87", COOP)
DELIVERIES = tuple(
    lot_of(
        SHRIMP,
        f"TEP-{n:02}",
        f"{7 + n}.5",
        "KGM",
        COLLECTOR,
        stamped=0,
        expires_on=None,
        left=QuantityView(Decimal(0), "KGM"),
    )
    for n in (1, 2)
)


def entry(sequence, title, stage, when, **changes):
    """One record of the story."""
    values = {
        "event_id": f"ni:///sha-256;{sequence:064x}?ver=CBV2.0", "lot_uri": JARS.uri, "lot_path": JARS.path, "kind": "observe", "event_type": "ObjectEvent",
        "biz_step": "inspecting", "stage": stage, "title": title, "event_time": when, "recorded_at": when + timedelta(minutes=20), "late_by": None,
        "vouch": Vouch.RECORDED, "by": COOP, "place": "Xưởng mắm Hà Yên", "fields": (), "note": "", "note_erased": False, "note_intact": True,
        "pictures": (), "corrected_by": "", "error_reason": "", "anchor": anchor(sequence),
    }  # fmt: skip
    return TimelineEntry(**{**values, **changes})


TIMELINE = (
    entry(1, Bilingual("Ra chum, đóng hũ", "Taken from the tank and filled into jars"), "jarring", datetime(2026, 11, 1, 1, 0, tzinfo=UTC), kind="produce",
          event_type="TransformationEvent", biz_step="commissioning", inputs=tuple(one.path for one in DELIVERIES), outputs=(JARS.path,),
          fields=(FieldView("salt", Bilingual("Độ mặn", "Salinity"), "22.5", "P1"), FieldView("loss", Bilingual("Hao hụt", "Loss"), "3", "KGM"))),
    entry(2, Bilingual("Kiểm tra mẫu", "Sample inspected"), "inspection", datetime(2026, 11, 2, 2, 0, tzinfo=UTC), vouch=Vouch.INSPECTED, by=INSPECTORATE,
          fields=(FieldView("histamine", Bilingual("Histamin", "Histamine"), "38", "mg/kg"),
                  FieldView("ph", Bilingual("Độ pH", "pH"), "5.1", "", Bilingual("Cao hơn mức 4,6", "Above the limit of 4.6"))),
          note="Mẫu lấy ngẫu nhiên từ ba thùng; nhãn và hạn dùng rõ ràng.", pictures=(PICTURE,)),
    entry(3, Bilingual("Dán tem", "Stamps put on"), "stamping", datetime(2026, 11, 3, 2, 0, tzinfo=UTC), kind="stamp",
          recorded_at=datetime(2026, 11, 9, 2, 0, tzinfo=UTC), late_by=timedelta(days=6)),
    entry(4, Bilingual("Nhập kho", "Stored"), "storing", datetime(2026, 11, 4, 2, 0, tzinfo=UTC), corrected_by="ni:///sha-256;x", error_reason="incorrect_data", note_erased=True),
)  # fmt: skip
CATCH = entry(
    1, Bilingual("Đánh bắt tép", "Shrimp caught"), "catch", datetime(2026, 4, 20, 22, 0, tzinfo=UTC), kind="register", by=COLLECTOR, place="Sông Hoạt",
    fields=(FieldView("method", Bilingual("Cách bắt", "Method"), "Te, vợt tay"),),
)  # fmt: skip
INGREDIENTS = tuple(
    IngredientView(one, one.declared, (dataclasses.replace(CATCH, lot_uri=one.uri, lot_path=one.path),))
    for one in DELIVERIES
)

PRINTED_AT, ACTIVATED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC), datetime(2026, 11, 3, 1, 0, tzinfo=UTC)
LIFE = StampLife(
    278,
    (
        Mark(MarkKind.PRINTED, 1, 278, PRINTED_AT, 2, codes=True),
        Mark(MarkKind.ACTIVATED, 1, 240, ACTIVATED_AT, 2),
        Mark(MarkKind.VOIDED, 201, 220, NOW - timedelta(days=3), 4, "stolen"),
    ),
)
"""Stamps 1 to 240 are on goods, 201 to 220 of them void, all printed with second codes."""

NUMBER_OF = {Verdict.NOT_ACTIVATED: 250, Verdict.VOID: 210}
"""Number in the run of a stamp with a verdict; all others are number 17."""
FRESHNESS = Freshness(87, NOW - timedelta(minutes=4), NOW - timedelta(seconds=3))
TRACE = LotTrace(
    lot=JARS, product=PRODUCT, producer=COOP, verdict=Verdict.HOLDS, recalls=(), rating=RATING, certificates=PRODUCT.certificates, timeline=TIMELINE,
    ingredients=INGREDIENTS, missing=(MissingView("location_code", Bilingual("Mã truy vết địa điểm của khâu dán tem", "Location code of the stamping stage"), "tt02-2024"),),
    profile="tt02-2024", freshness=FRESHNESS, head=f"{4 * 7919:048x}", sequence=4,
    runs=(StampRunView(JARS.uri, 1, 278, "cm9vdA", PRINTED_AT - timedelta(days=1), LIFE, 278),),
)  # fmt: skip
RECALL = RecallView(
    DELIVERIES[1].uri,
    DELIVERIES[1].path,
    SHRIMP.name,
    "chemical",
    "Nước sông nhiễm bẩn ngày 20/04.",
    INSPECTORATE,
    NOW,
    None,
    direct=False,
)


def serial(number):
    """A well-formed serial that stands for a position in the run."""
    return str(StampSerial.from_bits(number.to_bytes(10, "big")))


VERDICT_OF_SERIAL = {
    serial(index): verdict for index, verdict in enumerate(Verdict, start=1) if verdict is not Verdict.UNKNOWN
}
"""One stamp for each verdict; every other serial is unknown."""


def stamp_path(verdict=Verdict.HOLDS):
    """The path of a stamp that has this verdict."""
    found = next((one for one, its in VERDICT_OF_SERIAL.items() if its is verdict), serial(999))
    return f"/01/{GTIN}/21/{found}"


def stamp_page(verdict=Verdict.HOLDS):
    """Where the page of such a stamp is."""
    return page_path(stamp_path(verdict))


class FakeReads:
    """Answers from the constants above, and counts the questions."""

    def __init__(self):
        """Begin with version 1 and nothing asked."""
        self.asked = Counter()
        self.edition = "1"
        self.kept = {}
        self.now_product = PRODUCT
        self.now_trace = TRACE
        self.links, self.happened = [], []

    def version(self):
        """Change it by assigning `edition`."""
        self.asked["version"] += 1
        return self.edition

    def freshness(self):
        """Four minutes old."""
        return FRESHNESS

    def product(self, ref, today):
        """The jar or the shrimp."""
        self.asked["product"] += 1
        for one in (self.now_product, SHRIMP):
            if ref in {one.path, one.uri}:
                return one
        raise NotFoundError("There is no product {product} here.", product=ref)

    def products(self, today, *, owner=None, materials=None, retired=False):
        """Both, or those of one owner."""
        return [
            one
            for one in (self.now_product, SHRIMP)
            if owner in {None, one.producer.number} and materials in {None, one.is_material}
        ]

    def lot(self, ref):
        """A summary."""
        for one in (JARS, *DELIVERIES):
            if ref in {one.path, one.uri}:
                return one
        raise NotFoundError("There is no lot {lot} here.", lot=ref)

    def lots(self, *, custodian=None, receiver=None, product=None, status=None, limit=50, offset=0):
        """All lots of a product."""
        return [one for one in (JARS, *DELIVERIES) if product in {None, one.product_uri, one.product_path}]

    def trace(self, ref, today, *, profile=None):
        """The jars' story; a delivery has a short one."""
        self.asked["trace"] += 1
        lot = self.lot(ref)
        if lot is JARS:
            return self.now_trace
        return dataclasses.replace(
            self.now_trace,
            lot=lot,
            product=SHRIMP,
            producer=COLLECTOR,
            rating=None,
            certificates=(),
            timeline=(CATCH,),
            ingredients=(),
            runs=(),
        )

    def stamp(self, ref, today):
        """A stamp by its serial."""
        self.asked["stamp"] += 1
        found = ref.rsplit("/", 1)[-1]
        verdict = VERDICT_OF_SERIAL.get(found, Verdict.UNKNOWN)
        if verdict is Verdict.UNKNOWN:
            return StampView(verdict, found, ref, 0, 0, None, None)
        trace = self.kept_trace(verdict)
        number = NUMBER_OF.get(verdict, 17)
        return StampView(verdict, found, f"/01/{GTIN}/21/{found}", 1, number, LIFE.at(number), trace)

    def stamp_proof(self, ref):
        """Any proof: what it says is tried elsewhere."""
        return SimpleNamespace(to_json=lambda: {"scheme": "ocop-stamp-proof:1", "serial": ref.rsplit("/", 1)[-1]})

    def kept_trace(self, verdict):
        """The same object as long as nothing changes, as the projection keeps it."""
        key = (verdict, self.edition, id(self.now_trace))
        if key not in self.kept:
            recalls = (RECALL,) if verdict is Verdict.RECALLED else ()
            self.kept[key] = dataclasses.replace(self.now_trace, verdict=verdict, recalls=recalls)
        return self.kept[key]

    def history(self, ref):
        """The timeline."""
        return TIMELINE

    def submissions(self, ref):
        """Nothing was ever logged."""
        return ()

    def party(self, ref):
        """By number, code or URI."""
        for one in (COOP, COLLECTOR, INSPECTORATE):
            if ref in {one.number, one.code, one.uri}:
                return one
        raise NotFoundError("There is no participant {participant} here.", participant=ref)

    def parties(self, *, capacity=None):
        """All three."""
        return (COOP, COLLECTOR, INSPECTORATE)

    def recalls(self, *, open_only=True):
        """None."""
        return ()

    def declared_links(self, product):
        """Those that a test put into `links`."""
        return tuple(one for one in self.links if one.product == product)

    def events(self, query, *, per_page, token=""):
        """Those whose name in `happened` the question asks for."""
        wanted = {value for one in query.criteria for value in one.values}
        return EventPage(tuple(event for uri, event in self.happened if uri in wanted)[:per_page])

    def places_within(self, place, most):
        """Places within it in `happened`."""
        return sorted({uri for uri, _ in self.happened if uri.startswith(f"{place}/254/")})[:most]

    def search(self, text, today):
        """Anything with mắm in it."""
        self.asked["search"] += 1
        hit = "mam" in text.lower() or "mắm" in text.lower()
        return SearchResults((JARS,) if hit else (), (self.now_product,) if hit else (), (COOP,) if hit else ())


class FakeBlobs:
    """One drawn picture under every name that begins with a1."""

    def __init__(self):
        """Draw it once."""
        picture = Image.effect_noise((1200, 900), 30).convert("RGB")
        ImageDraw.Draw(picture).ellipse((300, 150, 900, 750), fill=(140, 60, 30))
        target = io.BytesIO()
        picture.save(target, "JPEG")
        self.jpeg = target.getvalue()
        self.data = {
            PICTURE.digest: (self.jpeg, "image/jpeg"),
            "b2" * 32: (b"<svg onload=alert(1)>", "image/svg+xml"),
        }

    def get(self, digest):
        """Bytes and media type."""
        if digest not in self.data:
            raise NotFoundError("There is no file {digest} here, or no more.", digest=digest)
        return self.data[digest]


class FakeAccounts:
    """One account for each role; the password is the role's name."""

    def __init__(self):
        """Nobody's session was ended."""
        self.epoch = 0

    def authenticate(self, name, password):
        """Return the actor or refuse."""
        if name != password:
            raise NotAuthenticatedError("The name or the password is wrong.")
        return self.actor(["cooperative", "inspector", "operator"].index(name) + 1, self.epoch)

    def actor(self, account_id, epoch):
        """Return who an account is, or None for an ended session."""
        role = ("cooperative", "inspector", "operator")[account_id - 1]
        return Actor(account_id, role, role, account_id + 1) if epoch == self.epoch else None

    def by_id(self, account_id):
        """What the log-in asks for the epoch."""
        return SimpleNamespace(session_epoch=self.epoch)


class FakeDatabase:
    """A unit of work over nothing."""

    def __init__(self, accounts):
        """Keep the accounts."""
        self.accounts = accounts
        self.outbox = SimpleNamespace(count=lambda: 2)

    def begin(self):
        """Open it."""
        return self

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, *_):
        """End."""


SCANNED = Seen(9, 7, NOW - timedelta(days=9), NOW - timedelta(hours=4))
"""Scanned before, as honest stamps are."""
CROWDED = Signal("many_visitors", Level.WARNING, {"visitors": 31, "days": 9})
LISTED = Signal("listing_picture", Level.NOTE, {"host": "shopee.vn", "visitors": 31})


class FakeScans:
    """Notes what it is told; tests say what was seen of a stamp and whether somebody may look."""

    def __init__(self):
        """Nothing was seen."""
        self.noted, self.missed, self.places = [], [], []
        self.known = {}
        self.answers = True

    def visitor(self, address, agent):
        """One for each address and browser."""
        return f"{address}/{agent}"

    def note(self, stamp, visitor, referrer):
        """Remember."""
        self.noted.append((stamp.serial, visitor, referrer))

    def seen(self, stamp, visitor):
        """As `known` says."""
        return self.known.get(stamp.serial, Seen())

    def unknown(self, visitor, address):
        """Remember."""
        self.missed.append((visitor, address))

    def may_answer_unknown(self, visitor, address):
        """As `answers` says."""
        return self.answers

    def offer_place(self, stamp, visitor, commune):
        """Remember a commune that there is."""
        self.places.append((stamp.serial, visitor, addresses.commune(commune).code))


class FakeOpenings:
    """The right code is RGHT C0DE; it is used once for each stamp."""

    def __init__(self):
        """Nothing was opened."""
        self.opened, self.tries = {}, []

    def open(self, stamp, code, visitor, address):
        """Answer or refuse."""
        self.tries.append((stamp.serial, code, visitor, address))
        if len(self.tries) > 5:
            template = "Too many wrong codes were tried on this stamp. Try again after {until}."
            raise TooManyError(template, field="code", until=NOW + timedelta(hours=2))
        if code.upper().replace(" ", "") != "RGHTC0DE":
            raise InvalidInputError(
                "That is not the code of this stamp. Tries left today: {left}.", field="code", left=4
            )
        first = stamp.serial not in self.opened
        return Opened(first, self.opened.setdefault(stamp.serial, NOW))


def make_reports(settings, reads, scans):
    """The real use cases of reports of doubt over the real store, and a clock that tests move: `reports.clock`."""
    context = SimpleNamespace(
        clock=StandingClock(NOW),
        reads=reads,
        today=lambda: TODAY,
        pictures=images.normalise_picture,
        place_secret=bytes(32),
    )
    store = ObservationsDatabase.at(settings.data_dir)
    subjects = Subjects(reads, "https://ocop-trace.example", settings.base_url)
    reports = Reports(context, store, subjects, scans.visitor)
    reports.clock = context.clock
    return {"reports": reports, "report_desk": ReportDesk(context, store, subjects)}


def file_report(application, ref, **more):
    """Send a report from a phone that was never here and return its link."""
    reports = application.reports
    opened, phone = reports.open_form(), token_hex(8)
    reports.clock.wait(seconds=5)
    command = FileReport(**{"opened": opened, "ref": ref, "reason": "looks_different", **more})
    return reports.file(command, phone, phone)


def make_application(settings):
    """What `bootstrap.build` would give, without a chain."""
    accounts, reads, scans = FakeAccounts(), FakeReads(), FakeScans()
    return SimpleNamespace(
        settings=settings,
        reads=reads,
        blobs=FakeBlobs(),
        clock=SimpleNamespace(now=lambda: NOW),
        accounts=accounts,
        database=FakeDatabase(accounts),
        scans=scans,
        **make_reports(settings, reads, scans),
        openings=FakeOpenings(),
        ledger=None,
        images=SimpleNamespace(variant=images.variant, card=share_card.draw),
    )
