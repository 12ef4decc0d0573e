"""GS1's link types: the kinds of things that a Digital Link may lead to, in words for people.

The names are those of the GS1 Web Vocabulary (https://ref.gs1.org/voc/); each has a URI under which resolvers are asked
for it and a title in both languages. What a producer may declare for its goods is a choice of them: pages for people
about a product. Left out are those that this service answers for itself (traceability, EPCIS events, recall status),
those about medicines and places, and those that only make sense for a resolver.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from traceability.domain.links import LINK_VOCABULARY
from traceability.domain.views import Bilingual

LINK_TYPES: Final[Mapping[str, Bilingual]] = MappingProxyType(
    {
        "activityIdeas": Bilingual("Gợi ý hoạt động", "Activity ideas"),
        "allergenInfo": Bilingual("Thông tin chất gây dị ứng", "Allergen information"),
        "appDownload": Bilingual("Tải ứng dụng", "App download"),
        "backgroundInfo": Bilingual("Câu chuyện phía sau", "Background information"),
        "brandHomepageClinical": Bilingual("Trang nhãn hiệu cho người làm nghề y", "Brand page for professionals"),
        "brandHomepagePatient": Bilingual("Trang nhãn hiệu cho người bệnh", "Brand page for patients"),
        "careersInfo": Bilingual("Tuyển dụng", "Careers"),
        "certificationInfo": Bilingual("Chứng nhận", "Certificates"),
        "consumerHandlingStorageInfo": Bilingual("Cách dùng và bảo quản", "Handling and storage"),
        "defaultLink": Bilingual("Liên kết mặc định", "Default link"),
        "defaultLinkMulti": Bilingual("Các liên kết mặc định", "Default links"),
        "dpp": Bilingual("Hộ chiếu số của sản phẩm", "Digital product passport"),
        "eifu": Bilingual("Hướng dẫn sử dụng điện tử", "Electronic instructions for use"),
        "epcis": Bilingual("Các sự kiện EPCIS", "EPCIS events"),
        "epil": Bilingual("Tờ hướng dẫn thuốc điện tử", "Electronic patient leaflet"),
        "eventsInfo": Bilingual("Sự kiện", "Events"),
        "faqs": Bilingual("Câu hỏi thường gặp", "Frequently asked questions"),
        "handledBy": Bilingual("Hệ thống phân giải khác", "Another resolver"),
        "hasRetailers": Bilingual("Nơi bán", "Where to buy"),
        "homepage": Bilingual("Trang của đơn vị", "Page of the organisation"),
        "ingredientsInfo": Bilingual("Thành phần", "Ingredients"),
        "instructions": Bilingual("Hướng dẫn sử dụng", "Instructions"),
        "jws": Bilingual("Chữ ký số (JWS)", "Signature (JWS)"),
        "leaveReview": Bilingual("Gửi đánh giá", "Leave a review"),
        "locationInfo": Bilingual("Thông tin địa điểm", "About the place"),
        "logisticsInfo": Bilingual("Thông tin vận chuyển", "Logistics information"),
        "loyaltyProgram": Bilingual("Khách hàng thân thiết", "Loyalty programme"),
        "masterData": Bilingual("Dữ liệu gốc", "Master data"),
        "menuInfo": Bilingual("Thực đơn", "Menu"),
        "nutritionalInfo": Bilingual("Giá trị dinh dưỡng", "Nutrition facts"),
        "openingHoursInfo": Bilingual("Giờ mở cửa", "Opening hours"),
        "paymentLink": Bilingual("Thanh toán", "Payment"),
        "pip": Bilingual("Trang sản phẩm", "Product page"),
        "productSustainabilityInfo": Bilingual("Bền vững và tái chế (tên cũ)", "Sustainability (older name)"),
        "promotion": Bilingual("Khuyến mãi", "Promotion"),
        "purchaseSuppliesOrAccessories": Bilingual("Mua phụ kiện, vật tư", "Supplies and accessories"),
        "quickStartGuide": Bilingual("Hướng dẫn nhanh", "Quick start guide"),
        "recallStatus": Bilingual("Tình trạng thu hồi", "Recall status"),
        "recipeInfo": Bilingual("Cách nấu, cách ăn", "Recipes"),
        "registerProduct": Bilingual("Đăng ký sản phẩm đã mua", "Register a purchase"),
        "registryEntry": Bilingual("Mục trong sổ đăng ký", "Entry in a register"),
        "relatedImage": Bilingual("Hình ảnh", "Picture"),
        "relatedVideo": Bilingual("Phim", "Video"),
        "reportFound": Bilingual("Báo nhặt được", "Report as found"),
        "review": Bilingual("Đánh giá", "Reviews"),
        "safetyInfo": Bilingual("Thông tin an toàn", "Safety information"),
        "scheduleTime": Bilingual("Đặt lịch hẹn", "Reserve a time"),
        "serviceInfo": Bilingual("Dịch vụ", "Service information"),
        "smartLabel": Bilingual("SmartLabel", "SmartLabel"),
        "smpc": Bilingual("Tóm tắt đặc tính thuốc", "Summary of product characteristics"),
        "socialMedia": Bilingual("Mạng xã hội", "Social media"),
        "statisticInfo": Bilingual("Số liệu thống kê", "Statistics"),
        "subscribe": Bilingual("Đăng ký nhận tin", "Subscribe"),
        "support": Bilingual("Hỗ trợ khách hàng", "Customer support"),
        "sustainabilityInfo": Bilingual("Phát triển bền vững và tái chế", "Sustainability and recycling"),
        "traceability": Bilingual("Truy xuất nguồn gốc", "Traceability"),
        "tutorial": Bilingual("Bài hướng dẫn", "Tutorial"),
        "userAgreement": Bilingual("Thỏa thuận sử dụng", "User agreement"),
        "verificationService": Bilingual("Dịch vụ xác minh", "Verification service"),
        "whatsInTheBox": Bilingual("Trong hộp có gì", "What is in the box"),
    }
)
"""Every link type of the vocabulary, by name, with its title."""

DECLARABLE: Final = (
    "hasRetailers",
    "pip",
    "promotion",
    "recipeInfo",
    "instructions",
    "consumerHandlingStorageInfo",
    "ingredientsInfo",
    "allergenInfo",
    "nutritionalInfo",
    "safetyInfo",
    "certificationInfo",
    "registryEntry",
    "sustainabilityInfo",
    "backgroundInfo",
    "relatedImage",
    "relatedVideo",
    "tutorial",
    "activityIdeas",
    "review",
    "leaveReview",
    "faqs",
    "support",
    "socialMedia",
    "eventsInfo",
    "homepage",
    "loyaltyProgram",
    "subscribe",
    "purchaseSuppliesOrAccessories",
    "whatsInTheBox",
    "menuInfo",
)
"""What a producer may declare for a product of its own, in the order of a form."""


def type_uri(name: str) -> str:
    """Return the URI of a link type, such as `https://ref.gs1.org/voc/hasRetailers`."""
    return LINK_VOCABULARY + name


def title_of(name: str) -> Bilingual:
    """Return what a link of a type is called; one that nobody here knows is called by its name."""
    return LINK_TYPES.get(name) or Bilingual(name)
