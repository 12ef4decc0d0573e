"""What a record about stamps says, as labelled values for a story: which run, which stamps, and why."""

from typing import Final

from traceability.domain.records import StampMarkRecord, StampRunRecord
from traceability.domain.views import Bilingual, FieldView

_RUN: Final = Bilingual("Đợt tem", "Run")
_STAMPS: Final = Bilingual("Tem số", "Stamps")
_COUNT: Final = Bilingual("Số lượng", "Count")
_REASON: Final = Bilingual("Lý do", "Reason")
_MEDIUM: Final = Bilingual("Hình thức in", "Printed as")
_CODES: Final = Bilingual("Mã cào", "Scratch codes")
_YES: Final = Bilingual("Có", "Yes")

REASONS: Final = {
    "stolen": Bilingual("Bị mất cắp", "Stolen"),
    "lost": Bilingual("Thất lạc", "Lost"),
    "damaged": Bilingual("Hư hỏng", "Damaged"),
    "misprinted": Bilingual("In lỗi", "Misprinted"),
    "copied": Bilingual("Bị sao chép", "Copied"),
    "found": Bilingual("Đã tìm lại được", "Found again"),
    "mistake": Bilingual("Hủy nhầm", "Made void by mistake"),
    "other": Bilingual("Lý do khác", "Another reason"),
}
"""Why stamps are made void or count again, by key."""

MEDIA: Final = {
    "pdf": Bilingual("Tờ A4 (PDF)", "A4 sheets (PDF)"),
    "zpl": Bilingual("Cuộn in nhiệt (ZPL)", "Thermal roll (ZPL)"),
    "tspl": Bilingual("Cuộn in nhiệt (TSPL)", "Thermal roll (TSPL)"),
    "csv": Bilingual("Danh sách cho nhà in (CSV)", "List for a print house (CSV)"),
    "xlsx": Bilingual("Danh sách cho nhà in (XLSX)", "List for a print house (XLSX)"),
}
"""What stamps are printed as, by key."""


def stamp_fields(record: StampRunRecord | StampMarkRecord) -> tuple[FieldView, ...]:
    """Return what a record about stamps says."""
    run = FieldView("run", _RUN, str(record.run))
    if isinstance(record, StampRunRecord):
        return run, FieldView("count", _COUNT, str(record.count))
    found = [run, FieldView("stamps", _STAMPS, f"{record.first}\N{EN DASH}{record.last}")]
    if record.reason:
        found.append(FieldView("reason", _REASON, record.reason, words=REASONS.get(record.reason)))
    if record.medium:
        found.append(FieldView("medium", _MEDIUM, record.medium, words=MEDIA.get(record.medium)))
    if record.codes:
        found.append(FieldView("codes", _CODES, "true", words=_YES))
    return tuple(found)
