"""Mắm tép Hà Yên: twelve deliveries by two groups of collectors, six months in a tank, 290 jars of 500 g.

100 kg of shrimp, 40 kg of salt and 20 kg of roasted rice become 148 kg; 3 kg stay behind. One entry is made two weeks
late, one is declared to be in error and made again.
"""

from datetime import timedelta
from functools import partial
from typing import Final

from traceability.demo.script import Stage, picture
from traceability.services.commands import (
    ActivateStamps,
    DeclareError,
    DeclareLink,
    GrantCertificate,
    GrantRating,
    InputLine,
    IssueStamps,
    OutputLine,
    PrintStamps,
    ReceiveLot,
    RecordFinding,
    RecordStage,
    RegisterLot,
    RegisterProduct,
    ShipLot,
    SplitLot,
    Transform,
)

DELIVERIES: Final = (
    ("tep1", 186, "05:10", "9"),
    ("tep1", 186, "05:40", "8.5"),
    ("tep2", 186, "05:20", "8"),
    ("tep2", 186, "06:00", "9"),
    ("tep1", 185, "05:00", "7"),
    ("tep1", 185, "05:30", "10"),
    ("tep2", 185, "05:15", "6.5"),
    ("tep2", 185, "05:50", "10.5"),
    ("tep1", 184, "05:05", "8"),
    ("tep1", 184, "05:45", "7.5"),
    ("tep2", 184, "05:25", "8"),
    ("tep2", 184, "06:05", "8"),
)
"""Collector, days ago, time, kilograms: 100 kg in all."""

TANK, JARS, SHOP_JARS = "CHUM-07", "MT-290", "MT-290-CH"
"""Lot numbers."""


def tell(stage: Stage) -> None:
    """Put the story of the jars into the script."""
    stage.at(200, "08:00", partial(_products, stage))
    stage.at(199, "09:00", partial(_awards, stage))
    for number, (who, days, clock, weight) in enumerate(DELIVERIES, 1):
        _delivery(stage, number, who, days, clock, weight)
    stage.at(198, "09:30", partial(_linked, stage))
    stage.at(184, "08:00", partial(_bought, stage, "salt", "MUOI-01", "40"))
    stage.at(184, "08:10", partial(_bought, stage, "rice", "THINH-01", "20"))
    stage.at(184, "10:00", partial(_salted, stage))
    _months(stage)
    stage.at(10, "08:00", partial(_filled, stage))
    stage.at(10, "14:00", partial(_part_for_the_shop, stage))
    stage.at(9, "08:00", partial(_stamped, stage, JARS, "230"))
    stage.at(9, "09:00", partial(_stamped, stage, SHOP_JARS, "60"))
    stage.at(8, "07:30", partial(_sent, stage))
    stage.at(8, "10:15", partial(_received, stage))
    stage.at(7, "16:00", partial(_stored, stage))


def _products(stage: Stage, _when: str) -> None:
    register = stage.application.products.register
    jar = RegisterProduct(
        key=stage.key(),
        name_vi="Mắm tép Hà Yên",
        name_en="Ha Yen shrimp paste",
        gtin="9506000110011",
        family="mam_tep",
        sector="food",
        unit="H87",
        description_vi="Tép riu vớt trên sông Hoạt, ướp muối hạt và thính gạo rang, ủ chum sành khoảng sáu tháng. "
        "Màu đỏ gạch, thơm dịu, ngọt hậu.",
        description_en="Small river shrimp from the Hoat river, sea salt and roasted rice, kept in earthen jars for "
        "about six months. Brick red, mild and slightly sweet.",
        shelf_life_days="365",
        brand="Hà Yên",
        net_content="500 g",
        standard="TCCS 01:2024/HTX",
        pictures=picture("mam_tep_jar", "earthen_jars", "river"),
    )
    own = stage.actors["mamtep"]
    stage.made["jar"] = register(own, jar).path
    for name, vi, en in (
        ("tank", "Mắm tép trong chum", "Shrimp paste in the tank"),
        ("salt", "Muối hạt", "Sea salt"),
        ("rice", "Thính gạo rang", "Roasted rice powder"),
    ):
        stage.made[name] = register(own, _material(stage, vi, en)).path
    for who in ("tep1", "tep2"):
        stage.made[f"shrimp {who}"] = register(
            stage.actors[who], _material(stage, "Tép riu sông Hoạt", "River shrimp", "shrimp_basket")
        ).path


def _material(stage: Stage, vi: str, en: str, drawing: str = "") -> RegisterProduct:
    return RegisterProduct(
        key=stage.key(),
        name_vi=vi,
        name_en=en,
        family="mam_tep",
        sector="food",
        unit="GRM",
        is_material=True,
        pictures=picture(drawing) if drawing else (),
    )


def _linked(stage: Stage, _when: str) -> None:
    """Where the jars are sold, and what they are eaten with: pages of other sites, as the producer declares them."""
    for kind, href, language in (
        ("hasRetailers", "https://postmart.vn/mam-tep-ha-yen", "vi"),
        ("recipeInfo", "https://hayen.example/en/recipes/mam-tep", "en"),
    ):
        command = DeclareLink(stage.key(), stage.made["jar"], kind, href, language)
        stage.application.product_links.declare(stage.actors["mamtep"], command)


def _awards(stage: Stage, _when: str) -> None:
    decided = (stage.now - timedelta(days=400)).date().isoformat()
    stage.application.awards.rate(
        stage.actors["thanhtra"],
        GrantRating(stage.key(), stage.made["jar"], "4", "UBND tỉnh Thanh Hóa", "715/QĐ-UBND", decided, "OCOP-TH-0715"),
    )
    stage.application.awards.certify(
        stage.actors["mamtep"],
        GrantCertificate(
            key=stage.key(),
            subject=stage.made["jar"],
            kind="trade_mark",
            issuer="Cục Sở hữu trí tuệ",
            number="4-0000000-001",
            scope="Nhãn hiệu tập thể, sản phẩm mắm tép",
            valid_from=(stage.now - timedelta(days=900)).date().isoformat(),
            valid_to=(stage.now + timedelta(days=2700)).date().isoformat(),
        ),
    )


def _delivery(stage: Stage, number: int, who: str, days: int, clock: str, weight: str) -> None:
    """A delivery is caught, declared by its collector, sent, and received by the cooperative."""
    lots, lot = stage.application.lots, f"TEP-{number:02}"
    hour, minute = clock.split(":")

    def caught(when: str) -> None:
        command = RegisterLot(
            key=stage.key(),
            product=stage.made[f"shrimp {who}"],
            quantity=weight,
            unit="KGM",
            event_time=when,
            lot_number=lot,
            stage="shrimp_caught",
            place="Bến tép thôn Ngọc" if who == "tep1" else "Bến Lèn",
            values={"gear": "hand_net", "water": "clear"},
            note="Tép cuối mùa, con đều, sạch cỏ." if number == 1 else "",
        )
        stage.made[lot] = lots.register(stage.actors[who], command).path

    def sent(when: str) -> None:
        lots.ship(stage.actors[who], ShipLot(stage.key(), stage.made[lot], stage.made["mamtep"], when))

    def received(when: str) -> None:
        lots.receive(stage.actors["mamtep"], ReceiveLot(stage.key(), stage.made[lot], when))

    def washed(when: str) -> None:
        values = {"rinses": "3", "hours_since_catch": "2"}
        command = RecordStage(stage.key(), stage.made[lot], "sorted_washed", when, "Nhà sơ chế HTX", values)
        lots.record_stage(stage.actors["mamtep"], command)

    stage.at(days, clock, caught)
    stage.at(days, f"{int(hour) + 1:02}:{minute}", sent)
    stage.at(days, f"{int(hour) + 2:02}:{int(minute) // 2:02}", received)
    if number % 4 == 1:
        stage.at(days, f"{int(hour) + 2:02}:40", washed)


def _bought(stage: Stage, product: str, number: str, weight: str, when: str) -> None:
    command = RegisterLot(
        key=stage.key(),
        product=stage.made[product],
        quantity=weight,
        unit="KGM",
        event_time=when,
        lot_number=number,
        stage="material_received",
        values={"origin": "bought" if product == "salt" else "own"},
    )
    stage.made[number] = stage.application.lots.register(stage.actors["mamtep"], command).path


def _salted(stage: Stage, when: str) -> None:
    shrimp = tuple(
        InputLine(stage.made[f"TEP-{number:02}"], weight, "KGM")
        for number, (_, _, _, weight) in enumerate(DELIVERIES, 1)
    )
    command = Transform(
        key=stage.key(),
        inputs=(
            *shrimp,
            InputLine(stage.made["MUOI-01"], "40", "KGM"),
            InputLine(stage.made["THINH-01"], "20", "KGM"),
        ),
        outputs=(OutputLine(stage.made["tank"], "148", "KGM", TANK),),
        event_time=when,
        stage="salted",
        place="Nhà ủ mắm HTX",
        values={"salt_percent": "25", "tank": "CHUM-07"},
        note="Mười hai mẻ tép của hai tổ, ướp cùng ngày.",
        pictures=picture("earthen_jars"),
    )
    stage.made[TANK] = stage.application.lots.transform(stage.actors["mamtep"], command).path


def _months(stage: Stage) -> None:
    """Six months in which the tank is tended; one entry comes late, one is wrong and set right."""
    late = timedelta(days=13, hours=4)
    stage.at(165, "08:30", partial(_tended, stage, "21", "stirred", ""))
    stage.at(130, "08:30", partial(_tended, stage, "23", "sunned", "Ghi bù từ sổ tay của tổ ủ."), delay=late)
    stage.at(90, "08:30", partial(_tended, stage, "92", "sunned", ""))
    stage.at(89, "09:00", partial(_set_right, stage))
    stage.at(89, "09:20", partial(_tended, stage, "29", "sunned", "Đo lại bằng nhiệt kế mới."))
    stage.at(45, "08:30", partial(_tended, stage, "31", "stirred", ""))
    stage.at(14, "10:00", partial(_found, stage))
    stage.at(12, "09:00", partial(_ripe, stage))


def _tended(stage: Stage, temperature: str, work: str, note: str, when: str) -> None:
    values = {"temperature": temperature, "work": work}
    command = RecordStage(stage.key(), stage.made[TANK], "tended", when, "Nhà ủ mắm HTX", values, note)
    stage.application.lots.record_stage(stage.actors["mamtep"], command)


def _set_right(stage: Stage, _when: str) -> None:
    wrong = stage.application.reads.history(stage.made[TANK])[-1]
    command = DeclareError(
        stage.key(), stage.made[TANK], wrong.event_id, "incorrect_data", "Gõ nhầm 92 thay cho 29 độ."
    )
    stage.application.lots.declare_error(stage.actors["mamtep"], command)


def _found(stage: Stage, _when: str) -> None:
    note = "Kiểm tra nhà ủ: chum đậy kín, sổ ghi chép khớp, lấy một mẫu kiểm nghiệm histamin."
    stage.application.findings.record(
        stage.actors["thanhtra"], RecordFinding(stage.key(), stage.made[TANK], "conforms", note)
    )


def _ripe(stage: Stage, when: str) -> None:
    values = {"days": "172", "histamine_ppm": "38", "smell": "fragrant"}
    command = RecordStage(stage.key(), stage.made[TANK], "ripened", when, "Nhà ủ mắm HTX", values)
    stage.application.lots.record_stage(stage.actors["mamtep"], command)
    stage.application.awards.certify(
        stage.actors["thanhtra"],
        GrantCertificate(
            key=stage.key(),
            subject=stage.made["jar"],
            kind="laboratory_test",
            issuer="Trung tâm kiểm nghiệm (minh họa)",
            number="KN-2291",
            scope="Histamin, chum CHUM-07: 38 mg/kg",
            valid_from=when[:10],
        ),
    )


def _filled(stage: Stage, when: str) -> None:
    command = Transform(
        key=stage.key(),
        inputs=(InputLine(stage.made[TANK], "148", "KGM"),),
        outputs=(OutputLine(stage.made["jar"], "290", "H87", JARS),),
        event_time=when,
        stage="filled",
        place="Xưởng đóng hũ HTX",
        values={"net_grams": "500", "loss_kg": "3"},
        pictures=picture("mam_tep_jar"),
    )
    stage.made[JARS] = stage.application.lots.transform(stage.actors["mamtep"], command).path


def _part_for_the_shop(stage: Stage, when: str) -> None:
    parts = (OutputLine("", "60", "H87", SHOP_JARS),)
    command = SplitLot(stage.key(), stage.made[JARS], parts, when, "Sáu mươi hũ cho cửa hàng.")
    stage.made[SHOP_JARS] = stage.application.lots.split(stage.actors["mamtep"], command).path


def _stamped(stage: Stage, lot: str, number: str, _when: str) -> None:
    own = stage.actors["mamtep"]
    stamps, path = stage.application.stamps, stage.made[lot]
    stamps.issue(own, IssueStamps(stage.key(), path, number))
    stamps.print(own, PrintStamps(stage.key(), path, "1", grid={"preset": "50x30"}, codes=True))
    stamps.activate(own, ActivateStamps(stage.key(), path, "1"))


def _sent(stage: Stage, when: str) -> None:
    command = ShipLot(stage.key(), stage.made[SHOP_JARS], stage.made["cuahang"], when)
    stage.application.lots.ship(stage.actors["mamtep"], command)


def _received(stage: Stage, when: str) -> None:
    stage.application.lots.receive(stage.actors["cuahang"], ReceiveLot(stage.key(), stage.made[SHOP_JARS], when))


def _stored(stage: Stage, when: str) -> None:
    for who, lot, place in (("cuahang", SHOP_JARS, "Kho cửa hàng"), ("mamtep", JARS, "Kho thành phẩm HTX")):
        command = RecordStage(stage.key(), stage.made[lot], "stored", when, place, {"temperature": "26"})
        stage.application.lots.record_stage(stage.actors[who], command)
