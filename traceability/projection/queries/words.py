"""What a record is called in a story: by its stage, else by its business step, else by the kind of touch."""

from typing import Final

from traceability.domain.ledger import Kind
from traceability.domain.stages import Stage, families, find_stage
from traceability.domain.views import Bilingual

_STEPS: Final = {
    "commissioning": Bilingual("Khởi tạo lô", "Lot begun"),
    "creating_class_instance": Bilingual("Chế biến", "Made"),
    "repackaging": Bilingual("Chia lô", "Lot split"),
    "collecting": Bilingual("Gộp lô", "Lots brought together"),
    "destroying": Bilingual("Tiêu hủy", "Destroyed"),
    "shipping": Bilingual("Giao hàng", "Shipped"),
    "receiving": Bilingual("Nhận hàng", "Received"),
    "inspecting": Bilingual("Kiểm tra", "Inspected"),
    "storing": Bilingual("Bảo quản", "Stored"),
    "packing": Bilingual("Đóng gói", "Packed"),
    "transporting": Bilingual("Vận chuyển", "Transported"),
    "accepting": Bilingual("Tiếp nhận", "Accepted"),
    "arriving": Bilingual("Đến nơi", "Arrived"),
    "assembling": Bilingual("Lắp ráp", "Assembled"),
    "consigning": Bilingual("Ký gửi", "Consigned"),
    "cycle_counting": Bilingual("Kiểm đếm", "Counted"),
    "decommissioning": Bilingual("Ngừng sử dụng", "Taken out of use"),
    "departing": Bilingual("Rời đi", "Departed"),
    "disassembling": Bilingual("Tháo rời", "Taken apart"),
    "dispensing": Bilingual("Cấp phát", "Dispensed"),
    "encoding": Bilingual("Gắn mã", "Encoded"),
    "entering_exiting": Bilingual("Ra vào", "Came in or left"),
    "holding": Bilingual("Lưu giữ", "Held"),
    "installing": Bilingual("Lắp đặt", "Installed"),
    "killing": Bilingual("Vô hiệu hóa thẻ", "Tag disabled"),
    "loading": Bilingual("Bốc lên xe", "Loaded"),
    "other": Bilingual("Việc khác", "Something else"),
    "picking": Bilingual("Soạn hàng", "Picked"),
    "removing": Bilingual("Lấy ra", "Removed"),
    "repairing": Bilingual("Sửa chữa", "Repaired"),
    "replacing": Bilingual("Thay thế", "Replaced"),
    "reserving": Bilingual("Giữ riêng", "Reserved"),
    "retail_selling": Bilingual("Bán lẻ", "Sold"),
    "sampling": Bilingual("Lấy mẫu", "Sampled"),
    "sensor_reporting": Bilingual("Số đo cảm biến", "Sensor readings"),
    "staging_outbound": Bilingual("Chuẩn bị xuất", "Made ready to leave"),
    "stock_taking": Bilingual("Kiểm kê", "Stock taken"),
    "stocking": Bilingual("Lên kệ", "Stocked"),
    "unloading": Bilingual("Dỡ xuống", "Unloaded"),
    "unpacking": Bilingual("Mở gói", "Unpacked"),
    "void_shipping": Bilingual("Hủy chuyến giao", "Shipment called off"),
}

_DOCUMENTS: Final = {
    "gs1:Product": Bilingual("Thông tin sản phẩm", "Product details"),
    "gs1:Organization": Bilingual("Thông tin đơn vị", "Details of the participant"),
    "gs1:CertificationDetails": Bilingual("Chứng nhận", "Certificate"),
    "ocop:StampRun": Bilingual("Phát hành tem", "Stamps issued"),
    "ocop:StampPrinting": Bilingual("In tem", "Stamps printed"),
    "ocop:StampActivation": Bilingual("Kích hoạt tem", "Stamps activated"),
    "ocop:StampVoid": Bilingual("Hủy tem", "Stamps made void"),
    "ocop:StampRestoration": Bilingual("Khôi phục tem", "Stamps restored"),
    "ocop:Link": Bilingual("Công bố liên kết", "Link declared"),
    "ocop:LinkWithdrawal": Bilingual("Gỡ liên kết", "Link withdrawn"),
    "ocop:Revocation": Bilingual("Thu hồi chứng nhận", "Certificate revoked"),
    "ocop:Finding": Bilingual("Kết quả kiểm tra", "Finding"),
    "ocop:Retirement": Bilingual("Đóng hồ sơ", "Closed for ever"),
}

_KINDS: Final = {
    Kind.REGISTER: Bilingual("Đăng ký", "Registered"),
    Kind.OBSERVE: Bilingual("Ghi nhận", "Recorded"),
    Kind.CONSUME: Bilingual("Đưa vào chế biến", "Used up"),
    Kind.PRODUCE: Bilingual("Chế biến", "Made"),
    Kind.WITHDRAW: Bilingual("Tách khỏi lô", "Taken out of the lot"),
    Kind.DEPOSIT: Bilingual("Lập lô mới", "New lot"),
    Kind.STAMP: Bilingual("Phát hành tem", "Stamps issued"),
    Kind.SHIP: Bilingual("Giao hàng", "Shipped"),
    Kind.RECEIVE: Bilingual("Nhận hàng", "Received"),
    Kind.RECALL: Bilingual("Thu hồi", "Recalled"),
    Kind.LIFT: Bilingual("Gỡ thu hồi", "Recall lifted"),
    Kind.CORRECT: Bilingual("Đính chính số lượng", "Quantity corrected"),
    Kind.RETIRE: Bilingual("Đóng hồ sơ", "Closed for ever"),
}

_TELLING: Final = frozenset({Kind.RECALL, Kind.LIFT, Kind.CORRECT, Kind.SHIP, Kind.RECEIVE})
"""Kinds that say more than the business step that goes with them."""


def stage_of(family: str, key: str) -> Stage | None:
    """Return a stage of a family, or of whichever has one of that key: an ingredient is told with its goods' stage."""
    if not key:
        return None
    found = find_stage(family, key)
    return found or next((stage for name in families() if (stage := find_stage(name, key)) is not None), None)


def title_of(kind: Kind, stage: Stage | None, biz_step: str, document_type: str) -> Bilingual:
    """Return what a record is called."""
    if stage is not None:
        return stage.name
    if kind in _TELLING:
        return _KINDS[kind]
    return _STEPS.get(biz_step) or _DOCUMENTS.get(document_type) or _KINDS[kind]
