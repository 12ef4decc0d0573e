"""Chiếu cói Nga Sơn: a handicraft without a GTIN, with a geographical indication and a serial for each mat.

120 kg of dry sedge and 6 kg of jute become 24 mats. Its OCOP rating has run out since. Four more mats turn out to be
woven by machine; an inspector says so, and the cooperative closes their lot.
"""

from datetime import timedelta
from functools import partial

from traceability.demo.script import Stage, picture
from traceability.services.commands import (
    ActivateStamps,
    GrantCertificate,
    GrantRating,
    InputLine,
    IssueStamps,
    OutputLine,
    RecordFinding,
    RecordStage,
    RegisterLot,
    RegisterProduct,
    Retire,
    Transform,
)

MATS, MACHINE_MATS = "CC-24", "CC-MAY"
"""Lot numbers: two dozen woven by hand, and four that were not."""


def tell(stage: Stage) -> None:
    """Put the story of the mats into the script."""
    stage.at(196, "08:00", partial(_products, stage))
    stage.at(195, "09:00", partial(_awards, stage))
    stage.at(62, "06:30", partial(_cut, stage))
    stage.at(62, "09:00", partial(_on, stage, "COI-120", "shaken_sorted", {"length_m": "1.75"}))
    stage.at(62, "14:00", partial(_on, stage, "COI-120", "split", {"hours_since_cutting": "7"}))
    stage.at(57, "16:30", partial(_on, stage, "COI-120", "dried", {"sunny_days": "4", "rain": "no"}))
    stage.at(40, "08:00", partial(_jute, stage))
    stage.at(28, "17:00", partial(_woven, stage, MATS, "120", "6", "24", "hand"))
    stage.at(25, "16:00", partial(_on, stage, MATS, "edged", {"width_m": "1.6", "length_m": "2"}))
    stage.at(24, "10:00", partial(_on, stage, MATS, "finished", {}))
    stage.at(24, "15:00", partial(_stamped, stage, MATS, "24"))
    stage.at(23, "09:00", partial(_on, stage, MATS, "stored", {}))
    stage.at(20, "06:30", partial(_cut_more, stage))
    stage.at(15, "17:00", partial(_woven_by_machine, stage))
    stage.at(14, "10:00", partial(_stamped, stage, MACHINE_MATS, "4"))
    stage.at(6, "14:00", partial(_found, stage))
    stage.at(6, "16:00", partial(_closed, stage))


def _products(stage: Stage, _when: str) -> None:
    register, own = stage.application.products.register, stage.actors["chieucoi"]
    mat = RegisterProduct(
        key=stage.key(),
        name_vi="Chiếu cói Nga Sơn",
        name_en="Nga Son sedge mat",
        family="chieu_coi",
        sector="handicrafts",
        unit="H87",
        description_vi="Chiếu dệt tay hai người một khung, cói chẻ phơi bốn nắng, sợi đay, viền vải. Khổ 1,6 x 2 m.",
        description_en="Woven by two people on one loom from split, sun-dried sedge and jute, edged with cloth. "
        "1.6 by 2 metres.",
        brand="Nga Sơn",
        net_content="1,6 x 2 m",
        standard="TCCS 01:2023/CNS",
        pictures=picture("sedge_mat", "sedge_field", "loom"),
    )
    stage.made["mat"] = register(own, mat).path
    for name, vi, en in (("sedge", "Cói khô Nga Sơn", "Dry sedge"), ("jute", "Sợi đay", "Jute yarn")):
        material = RegisterProduct(
            key=stage.key(),
            name_vi=vi,
            name_en=en,
            family="chieu_coi",
            sector="handicrafts",
            unit="GRM",
            is_material=True,
            pictures=picture("sedge_field") if name == "sedge" else (),
        )
        stage.made[name] = register(own, material).path


def _awards(stage: Stage, _when: str) -> None:
    """Three stars that held when they were recorded, and have run out by now."""
    inspector, subject = stage.actors["thanhtra"], stage.made["mat"]
    decided = (stage.now - timedelta(days=1160)).date().isoformat()
    rating = GrantRating(stage.key(), subject, "3", "UBND tỉnh Thanh Hóa", "1288/QĐ-UBND", decided)
    stage.application.awards.rate(inspector, rating)
    stage.application.awards.certify(
        inspector,
        GrantCertificate(
            key=stage.key(),
            subject=subject,
            kind="gi",
            issuer="Cục Sở hữu trí tuệ",
            number="GI-000 (minh họa)",
            scope="Chỉ dẫn địa lý, sản phẩm cói",
            valid_from=(stage.now - timedelta(days=2000)).date().isoformat(),
        ),
    )


def _register(stage: Stage, product: str, lot: str, weight: str, key: str, values: dict[str, str], when: str) -> None:
    command = RegisterLot(
        key=stage.key(),
        product=stage.made[product],
        quantity=weight,
        unit="KGM",
        event_time=when,
        lot_number=lot,
        stage=key,
        place="Đồng cói Nga Sơn" if product == "sedge" else "Kho HTX",
        values=values,
        pictures=picture("sedge_field") if lot == "COI-120" else (),
    )
    stage.made[lot] = stage.application.lots.register(stage.actors["chieucoi"], command).path


def _cut(stage: Stage, when: str) -> None:
    _register(stage, "sedge", "COI-120", "120", "sedge_cut", {"season": "autumn", "growing_area": "VT-38-0427"}, when)


def _cut_more(stage: Stage, when: str) -> None:
    _register(stage, "sedge", "COI-20", "20", "sedge_cut", {"season": "autumn", "growing_area": "VT-38-0427"}, when)
    _register(stage, "jute", "DAY-01", "1", "material_received", {"origin": "bought"}, when)


def _jute(stage: Stage, when: str) -> None:
    _register(stage, "jute", "DAY-06", "6", "material_received", {"origin": "bought"}, when)


def _woven(stage: Stage, lot: str, sedge: str, jute: str, mats: str, loom: str, when: str) -> None:
    inputs = (
        InputLine(stage.made[f"COI-{sedge}"], sedge, "KGM"),
        InputLine(stage.made[f"DAY-{int(jute):02}"], jute, "KGM"),
    )
    command = Transform(
        key=stage.key(),
        inputs=inputs,
        outputs=(OutputLine(stage.made["mat"], mats, "H87", lot),),
        event_time=when,
        stage="woven",
        place="Tổ dệt Nga Thanh",
        values={"weavers": "2", "loom": loom},
        note="Hai người một khung, mỗi ngày một chiếc." if lot == MATS else "",
        pictures=picture("loom") if lot == MATS else (),
    )
    stage.made[lot] = stage.application.lots.transform(stage.actors["chieucoi"], command).path


def _woven_by_machine(stage: Stage, when: str) -> None:
    _woven(stage, MACHINE_MATS, "20", "1", "4", "hand", when)


def _on(stage: Stage, lot: str, key: str, values: dict[str, str], when: str) -> None:
    command = RecordStage(stage.key(), stage.made[lot], key, when, "Kho HTX", values)
    stage.application.lots.record_stage(stage.actors["chieucoi"], command)


def _stamped(stage: Stage, lot: str, number: str, _when: str) -> None:
    own = stage.actors["chieucoi"]
    stage.application.stamps.issue(own, IssueStamps(stage.key(), stage.made[lot], number))
    stage.application.stamps.activate(own, ActivateStamps(stage.key(), stage.made[lot], "1"))


def _found(stage: Stage, _when: str) -> None:
    note = "Mặt chiếu đều mũi máy, sợi dọc ni lông: không phải chiếu dệt tay như đã ghi."
    stage.application.findings.record(
        stage.actors["thanhtra"], RecordFinding(stage.key(), stage.made[MACHINE_MATS], "does_not_conform", note)
    )


def _closed(stage: Stage, _when: str) -> None:
    reason = "Bốn chiếc dệt máy lẫn vào lô dệt tay. Đóng lô, tem không còn giá trị."
    stage.application.lots.retire(stage.actors["chieucoi"], Retire(stage.key(), stage.made[MACHINE_MATS], reason))
