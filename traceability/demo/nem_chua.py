"""Nem chua: pork collected before dawn, eaten within a week. One pork lot is recalled, and all that was made of it.

60 kg of lean pork, 25 kg of skin and 3 kg of roasted rice and spices become 540 pieces, 54 packs of ten.
"""

from datetime import timedelta
from functools import partial
from typing import Final

from traceability.demo.script import Stage, picture
from traceability.services.commands import (
    ActivateStamps,
    GrantCertificate,
    GrantRating,
    InputLine,
    IssueStamps,
    OutputLine,
    PrintStamps,
    Recall,
    ReceiveLot,
    RecordFinding,
    RecordStage,
    RegisterLot,
    RegisterProduct,
    ShipLot,
    SplitLot,
    Transform,
)

BATCHES: Final = (("NC-01", 5), ("NC-02", 3), ("NC-03", 1))
"""Lot number and days ago: one that holds, one made of recalled pork, one whose stamps wait."""

SHOP_PACKS: Final = "NC-01-CH"
"""The part of the first batch that goes to the shop."""


def tell(stage: Stage) -> None:
    """Put the story of the packs into the script."""
    stage.at(198, "08:00", partial(_products, stage))
    stage.at(197, "09:00", partial(_awards, stage))
    for batch, days in BATCHES:
        _batch(stage, batch, days)
    stage.at(4, "10:30", partial(_part_for_the_shop, stage))
    stage.at(4, "11:00", partial(_stamped, stage, "NC-01", "34", active=True))
    stage.at(4, "11:10", partial(_stamped, stage, SHOP_PACKS, "20", active=True))
    stage.at(4, "13:00", partial(_inspected, stage))
    stage.at(4, "14:00", partial(_sent, stage))
    stage.at(4, "15:30", partial(_received, stage))
    stage.at(3, "08:00", partial(_stored, stage))
    stage.at(2, "10:30", partial(_stamped, stage, "NC-02", "54", active=True))
    stage.at(1, "09:00", partial(_recalled, stage))
    stage.at(1, "10:00", partial(_stamped, stage, "NC-03", "54", active=False))


def _products(stage: Stage, _when: str) -> None:
    register = stage.application.products.register
    pack = RegisterProduct(
        key=stage.key(),
        name_vi="Nem chua Hạc Thành",
        name_en="Hac Thanh fermented pork",
        gtin="9506000120010",
        family="nem_chua",
        sector="food",
        unit="H87",
        description_vi="Thịt lợn nạc quết tay, bì thái sợi, thính gạo; gói lá chuối với tỏi, ớt, lá đinh lăng. "
        "Túi mười chiếc, giữ lạnh, dùng trong bảy ngày.",
        description_en="Lean pork pounded by hand, shredded skin and roasted rice, wrapped in banana leaf with garlic, "
        "chilli and ming aralia. Ten pieces a pack; keep cool and eat within seven days.",
        shelf_life_days="7",
        brand="Hạc Thành",
        net_content="10 x 45 g",
        standard="TCCS 02:2025/HT",
        pictures=picture("nem_chua", "banana_leaf"),
    )
    stage.made["pack"] = register(stage.actors["nemchua"], pack).path
    for name, who, vi, en in (
        ("pork", "heo", "Thịt lợn nạc", "Lean pork"),
        ("skin", "heo", "Bì lợn", "Pork skin"),
        ("spices", "nemchua", "Thính và gia vị", "Roasted rice and spices"),
    ):
        material = RegisterProduct(
            key=stage.key(), name_vi=vi, name_en=en, family="nem_chua", sector="food", unit="GRM", is_material=True
        )
        stage.made[name] = register(stage.actors[who], material).path


def _awards(stage: Stage, _when: str) -> None:
    decided = (stage.now - timedelta(days=610)).date().isoformat()
    stage.application.awards.rate(
        stage.actors["thanhtra"],
        GrantRating(stage.key(), stage.made["pack"], "3", "UBND tỉnh Thanh Hóa", "402/QĐ-UBND", decided),
    )
    stage.application.awards.certify(
        stage.actors["thanhtra"],
        GrantCertificate(
            key=stage.key(),
            subject=stage.made["pack"],
            kind="food_safety",
            issuer="Chi cục An toàn vệ sinh thực phẩm (minh họa)",
            number="38-112/2025/ATTP-CN",
            scope="Cơ sở đủ điều kiện sản xuất nem chua",
            valid_from=(stage.now - timedelta(days=300)).date().isoformat(),
            valid_to=(stage.now + timedelta(days=795)).date().isoformat(),
        ),
    )


def _batch(stage: Stage, batch: str, days: int) -> None:
    """One batch, from the pork at three in the morning to the cold room a day later."""
    number = batch[-2:]
    stage.at(days, "03:10", partial(_collected, stage, number))
    stage.at(days, "03:50", partial(_sent_to_maker, stage, number))
    stage.at(days, "04:20", partial(_arrived, stage, number))
    stage.at(days, "04:25", partial(_spices, stage, number))
    stage.at(days, "04:40", partial(_prepared, stage, number))
    stage.at(days, "06:30", partial(_mixed, stage, batch, number))
    stage.at(days, "07:40", partial(_on, stage, batch, "shaped", {"piece_grams": "45", "garnish": "full"}))
    stage.at(days, "09:10", partial(_on, stage, batch, "wrapped", {"leaf_source": "bought"}))
    stage.at(days - 1, "07:30", partial(_on, stage, batch, "fermented", {"temperature": "36", "hours": "22"}))
    stage.at(days - 1, "08:10", partial(_on, stage, batch, "released", {"ph": "4.4"}))
    stage.at(days - 1, "09:20", partial(_on, stage, batch, "packed", {"pieces_per_pack": "10"}))


def _collected(stage: Stage, number: str, when: str) -> None:
    lots, who = stage.application.lots, stage.actors["heo"]
    values = {"meat_temperature": "36", "hours_since_slaughter": "1", "veterinary_mark": f"KSGM-38-{number}7"}
    for product, lot, weight in (("pork", f"LON-{number}", "60"), ("skin", f"BI-{number}", "25")):
        command = RegisterLot(
            key=stage.key(),
            product=stage.made[product],
            quantity=weight,
            unit="KGM",
            event_time=when,
            lot_number=lot,
            stage="pork_collected",
            place="Điểm giết mổ Đồng Sơn",
            values=values,
        )
        stage.made[lot] = lots.register(who, command).path


def _sent_to_maker(stage: Stage, number: str, when: str) -> None:
    for lot in (f"LON-{number}", f"BI-{number}"):
        command = ShipLot(stage.key(), stage.made[lot], stage.made["nemchua"], when)
        stage.application.lots.ship(stage.actors["heo"], command)


def _arrived(stage: Stage, number: str, when: str) -> None:
    for lot in (f"LON-{number}", f"BI-{number}"):
        stage.application.lots.receive(stage.actors["nemchua"], ReceiveLot(stage.key(), stage.made[lot], when))


def _spices(stage: Stage, number: str, when: str) -> None:
    command = RegisterLot(
        key=stage.key(),
        product=stage.made["spices"],
        quantity="3",
        unit="KGM",
        event_time=when,
        lot_number=f"GV-{number}",
        stage="material_received",
        values={"origin": "own"},
    )
    stage.made[f"GV-{number}"] = stage.application.lots.register(stage.actors["nemchua"], command).path


def _prepared(stage: Stage, number: str, when: str) -> None:
    _on(stage, f"LON-{number}", "trimmed_ground", {"meat_temperature": "14"}, when)
    _on(stage, f"BI-{number}", "skin_prepared", {"boiling_minutes": "35", "water_temperature": "98"}, when)


def _mixed(stage: Stage, batch: str, number: str, when: str) -> None:
    command = Transform(
        key=stage.key(),
        inputs=(
            InputLine(stage.made[f"LON-{number}"], "60", "KGM"),
            InputLine(stage.made[f"BI-{number}"], "25", "KGM"),
            InputLine(stage.made[f"GV-{number}"], "3", "KGM"),
        ),
        outputs=(OutputLine(stage.made["pack"], "54", "H87", batch),),
        event_time=when,
        stage="mixed",
        place="Xưởng nem Hạc Thành",
        values={"nitrite_ppm": "0", "thinh_percent": "3"},
        note="Thịt quết khi còn ấm, không dùng hàn the, không phẩm màu." if batch == "NC-01" else "",
        pictures=picture("nem_chua") if batch == "NC-01" else (),
    )
    stage.made[batch] = stage.application.lots.transform(stage.actors["nemchua"], command).path


def _on(stage: Stage, lot: str, key: str, values: dict[str, str], when: str) -> None:
    command = RecordStage(stage.key(), stage.made[lot], key, when, "Xưởng nem Hạc Thành", values)
    stage.application.lots.record_stage(stage.actors["nemchua"], command)


def _part_for_the_shop(stage: Stage, when: str) -> None:
    parts = (OutputLine("", "20", "H87", SHOP_PACKS),)
    outcome = stage.application.lots.split(
        stage.actors["nemchua"], SplitLot(stage.key(), stage.made["NC-01"], parts, when)
    )
    stage.made[SHOP_PACKS] = outcome.path


def _stamped(stage: Stage, lot: str, number: str, _when: str, *, active: bool) -> None:
    own = stage.actors["nemchua"]
    stage.application.stamps.issue(own, IssueStamps(stage.key(), stage.made[lot], number))
    stage.application.stamps.print(own, PrintStamps(stage.key(), stage.made[lot], "1", grid={"preset": "35x22"}))
    if active:
        stage.application.stamps.activate(own, ActivateStamps(stage.key(), stage.made[lot], "1"))


def _inspected(stage: Stage, _when: str) -> None:
    note = "Lấy mẫu tại xưởng: pH 4,4; nhãn đúng; kho lạnh 5 độ."
    stage.application.findings.record(
        stage.actors["thanhtra"], RecordFinding(stage.key(), stage.made["NC-01"], "conforms", note)
    )


def _sent(stage: Stage, when: str) -> None:
    command = ShipLot(stage.key(), stage.made[SHOP_PACKS], stage.made["cuahang"], when, "Xe lạnh của cơ sở.")
    stage.application.lots.ship(stage.actors["nemchua"], command)


def _received(stage: Stage, when: str) -> None:
    stage.application.lots.receive(stage.actors["cuahang"], ReceiveLot(stage.key(), stage.made[SHOP_PACKS], when))


def _stored(stage: Stage, when: str) -> None:
    values = {"temperature": "5"}
    command = RecordStage(stage.key(), stage.made[SHOP_PACKS], "stored", when, "Tủ mát cửa hàng", values)
    stage.application.lots.record_stage(stage.actors["cuahang"], command)


def _recalled(stage: Stage, _when: str) -> None:
    note = "Mẫu thịt lô LON-02 dương tính với Salmonella. Không sử dụng, chờ xử lý."
    stage.application.recalls.recall(
        stage.actors["thanhtra"], Recall(stage.key(), stage.made["LON-02"], "microbial", note)
    )
