"""One story with a bit of everything: goods made, parted, handed over, rated, stamped, recalled, closed and forged."""

from dataclasses import dataclass
from datetime import timedelta

from tests.projection.fakes import INSPECTOR, NAMESPACE, PRODUCER, World, documents
from traceability.domain.ledger import Kind
from traceability.domain.records import CertificateRecord, FindingRecord, LinkRecord, LinkWithdrawalRecord
from traceability.domain.stamp_life import MarkKind
from traceability.proofs.history import Touch, subject_key
from traceability.proofs.record_id import record_id

PRODUCT = "https://id.gs1.org/01/09506000134352"
MATERIAL = f"{NAMESPACE}/p/SHR1MP0000"
LINKS = ("hasRetailers", "recipeInfo")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture of a jar" * 20
OTHER_PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture of shrimp" * 20


@dataclass
class Cast:
    """Numbers of the participants."""

    coop: int
    shop: int
    inspector: int


def admit(world: World) -> Cast:
    """Let everybody in."""
    coop = world.party("C00P000000", PRODUCER, "Hợp tác xã Hà Yên")
    shop = world.party("SH0P000000", PRODUCER, "Cửa hàng Tép")
    inspector = world.party("1NSPECT0R0", INSPECTOR, "Chi cục Thanh Hóa", kind="inspectorate")
    return Cast(coop, shop, inspector)


def raw(number):
    """Return the URI of a delivery of shrimp."""
    return f"{MATERIAL}/l/D{number}"


def jar(number):
    """Return the URI of a lot of jars."""
    return f"{PRODUCT}/10/J{number}"


def make_goods(world: World, cast: Cast) -> None:
    """Three deliveries become two lots of jars; one of them is parted."""
    world.product(cast.coop, MATERIAL, "Tép sông", is_material=True, family="mam_tep")
    world.product(
        cast.coop, PRODUCT, "Mắm tép Hà Yên", picture=PICTURE, family="mam_tep", brand="Hà Yên", standard="TCCS 01"
    )
    world.lot(cast.coop, raw(1), 1000, note="Bắt ban đêm", stage="shrimp_caught", values={"gear": "hand_net"})
    world.lot(cast.coop, raw(2), 800, stage="shrimp_caught", event_time=world.now(timedelta(days=5)))
    world.lot(cast.coop, raw(3), 500)
    world.stage(cast.coop, raw(1), "sorted_washed", note="Rửa hai lần")
    world.transform(cast.coop, {raw(1): 900, raw(2): 800}, {jar(1): 300})
    world.transform(cast.coop, {raw(3): 500}, {jar(2): 100})
    world.transform(cast.coop, {jar(1): 120}, {jar(3): 120}, split=True)


def trade(world: World, cast: Cast) -> None:
    """Stamps, shipping, ratings, certificates, a finding, an error and a correction."""
    world.stamps(cast.coop, jar(1), 40)
    world.stamps(cast.coop, jar(1), 5, run=2)
    world.activate(cast.coop, jar(1), 1, 1, 30)
    world.activate(cast.coop, jar(1), 1, 20, 35)
    world.mark(cast.coop, jar(1), MarkKind.PRINTED, 1, 40, medium="pdf", codes=True)
    world.mark(cast.coop, jar(1), MarkKind.VOIDED, 39, 40, reason="stolen", note="Mất ở chợ")
    world.mark(cast.inspector, jar(1), MarkKind.VOIDED, 3, 5, run=2, reason="copied")
    world.mark(cast.coop, jar(1), MarkKind.RESTORED, 40, 40, reason="found")
    world.ship(cast.coop, jar(3), cast.shop)
    world.receive(cast.shop, jar(3))
    world.ship(cast.coop, jar(2), cast.shop)
    rating = world.rate(cast.inspector, PRODUCT, 3, "2026-05-10")
    world.rate(cast.inspector, PRODUCT, 4)
    world.rate(cast.coop, PRODUCT, 5)
    world.revoke(cast.inspector, PRODUCT, record_id(rating.to_document()))
    day = world.now().date()
    paper = CertificateRecord(kind="vietgap", issuer="NHO-QSCERT", number="VG-1", scope="tép", valid_from=day)
    world.submit(cast.coop, [Touch(subject_key(PRODUCT), Kind.OBSERVE)], paper)
    finding = FindingRecord("conforms", {"note": (world.hide(PRODUCT, "note", "Đạt"),)})
    world.submit(cast.inspector, [Touch(subject_key(PRODUCT), Kind.OBSERVE)], finding)
    shop, recipe = (LinkRecord(uri=PRODUCT, link_type=kind, href=f"https://postmart.vn/{kind}") for kind in LINKS)
    world.submit(cast.coop, [Touch(subject_key(PRODUCT), Kind.OBSERVE)], shop, recipe)
    ended = LinkWithdrawalRecord(record_id(recipe.to_document()), {"note": (world.hide(PRODUCT, "note", "Sai trang"),)})
    world.submit(cast.inspector, [Touch(subject_key(PRODUCT), Kind.OBSERVE)], ended)
    wrong = world.stage(cast.coop, jar(1), note="Nhập nhầm")
    world.withdraw(cast.coop, jar(1), wrong)
    world.withdraw(cast.coop, jar(1), wrong, declared=310)


def trouble(world: World, cast: Cast) -> None:
    """A recall that stands, one that is lifted, a closed lot, keys that come and go, and what strangers write."""
    world.recall(cast.inspector, raw(2), note="Nước bẩn")
    world.recall(cast.coop, raw(3))
    world.lift(cast.inspector, raw(3))
    world.retire(cast.shop, jar(3))
    spare = "0x" + "ab" * 20
    if type(world) is World:
        world.ledger.add_key(cast.shop, spare)
        world.ledger.revoke_key(spare)
    world.ledger.set_capacities(cast.shop, int(PRODUCER | INSPECTOR))
    world.ledger.set_capacities(cast.shop, int(PRODUCER))
    forge(world, cast)


def forge(world: World, cast: Cast) -> None:
    """A lot of somebody else's product, a blob nobody can read, and documents that say nothing we know."""
    world.lot(cast.shop, jar(66), 100)
    touch = Touch(subject_key(jar(66)), Kind.OBSERVE, document_count=1)
    for blob in (b"\x07what is this", documents({"type": "Nonsense", "\0": "\0"}), documents({"type": ["no"]})):
        relay(world, cast.shop, touch, blob)


OUTSIDE = {
    "@context": {"ex": "https://ns.example/"},
    "type": "ObjectEvent",
    "eventTime": "2026-05-02T08:00:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "urn:epcglobal:cbv:bizstep:storing",
    "disposition": "in_progress",
    "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.1234"},
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
    "quantityList": [{"epcClass": f"{PRODUCT}/10/J2", "quantity": 12.5, "uom": "KGM"}],
    "ex:shelf": "B 7",
    "ex:rack": {"ex:row": 3},
}
"""An event as other programs write them."""


def capture(world: World, cast: Cast) -> None:
    """An event that was captured from outside."""
    touch = Touch(subject_key(jar(2)), Kind.OBSERVE, document_count=1)
    relay(world, cast.coop, touch, documents(OUTSIDE))


def relay(world: World, author: int, touch: Touch, blob: bytes) -> None:
    """Submit a blob as it is."""
    if type(world) is World:
        world.ledger.submit(world.keys[author], [touch], blob)


def tell(world: World) -> Cast:
    """Tell it all."""
    cast = admit(world)
    make_goods(world, cast)
    trade(world, cast)
    capture(world, cast)
    trouble(world, cast)
    return cast
