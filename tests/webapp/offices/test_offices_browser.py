"""The same work in a real browser of a phone's width, with JavaScript switched off.

The neighbours prove that the forms do what they say; here a browser proves that they can be seen, reached and sent: no
page is wider than the screen, every control is large enough for a thumb, and no request leaves this site.
"""

import threading
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pypdfium2
import pytest
import zxingcpp
from werkzeug.serving import make_server

from tests.browser.person import Person
from traceability.domain.uris import page_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tmp_path_factory, build_site):
    """The whole service on a free port of the loopback."""
    site = build_site(tmp_path_factory.mktemp("var") / "data", "http://localhost")
    server = make_server("localhost", 0, site.app, threaded=True)
    stop = threading.Event()
    threads = [threading.Thread(target=server.serve_forever)]
    threads += [threading.Thread(target=loop, args=(stop,)) for _, loop in site.application.loops]
    for thread in threads:
        thread.start()
    yield f"http://localhost:{server.server_port}"
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()
    site.application.close()


@pytest.fixture
def phone(browser, address, help_with):
    """Somebody's phone without JavaScript, logged in if there is a name: `phone("coop")`."""
    people = []

    def at(name=""):
        account = (name, help_with.password) if name else None
        people.append(Person(browser, address, account, java_script_enabled=False))
        return people[-1]

    yield at
    for person in people:
        person.context.close()


def test_from_delivery_to_scan_on_a_phone(phone, tmp_path):
    """A clerk registers, makes, orders, prints and activates; a shopper's scan holds; a recall shows at once."""
    clerk = phone("coop")
    for name, material, unit in (("Tép riu", True, "GRM"), ("Mắm tép Hà Yên", False, "H87")):
        clerk.open("/coop/products/new").fill(name_vi=name, family="mam_tep", unit=unit)
        if material:
            clerk.fill(is_material=True)
        clerk.press("Ghi nhận")
    clerk.open("/coop/").follow("Nhập hàng, thu hoạch").follow("Tép riu")
    clerk.fill(quantity="65,5", unit="KGM", lot_number="TEP-01").press("Ghi nhận")
    assert "65,5" in clerk.text
    clerk.follow("Nhặt, rửa, để ráo").fill(values__rinses="3").press("Ghi nhận")
    clerk.follow("→ Mắm tép Hà Yên").fill(inputs__0__quantity="65,5")
    clerk.press("+ Thêm lô").fill(
        values__salt_percent="25", outputs__0__quantity="12", outputs__0__unit="H87", outputs__0__lot_number="MT-1"
    )
    clerk.press("Ghi nhận")
    assert "MT-1" in clerk.text
    clerk.follow("Đặt tem").fill(count="12").press("Đặt")
    clerk.follow("Trên tờ, trên cuộn").fill(preset="35x22").press("Làm tệp in")
    sheet = clerk.shown("Tải về").download("Tải về", tmp_path)  # the page loads itself again, without JavaScript
    codes = zxingcpp.read_barcodes(pypdfium2.PdfDocument(sheet)[0].render(scale=300 / 72).to_pil())
    assert len(codes) == 12
    clerk.open("/coop/lots").follow("MT-1").follow("Kích hoạt").press("Tiếp tục")
    assert "12 tem sẽ có giá trị" in clerk.text
    clerk.press("Đúng, tem đã dán lên hàng")

    path = page_path(urlsplit(codes[0].text).path)
    shopper = phone()
    shopper.open(path)
    assert "Hồ sơ hợp lệ" in shopper.text
    inspector = phone("inspector")
    inspector.open("/inspect/").fill(q="tep-01").press("Tìm")
    inspector.follow("TEP-01").follow("Thu hồi").fill(note="Nước sông nhiễm bẩn.").press("Thu hồi ngay")
    shopper.open(path)
    assert "Nước sông nhiễm bẩn." in shopper.text
    assert "Hồ sơ hợp lệ" not in shopper.text


def test_links_of_a_product_on_a_phone(phone, address):
    """A clerk declares where goods are sold, wrong once; a shopper chooses between two; an inspector withdraws one."""
    clerk = phone("coop")
    clerk.open("/coop/products/new").fill(name_vi="Nem chua Hà Yên", gtin="9506000100012", unit="H87").press("Ghi nhận")
    for wrong, right in (("javascript:alert(1)", "https://postmart.vn/nem-chua"), ("voso.vn", "https://voso.vn/nem-1")):
        clerk.follow("Thêm liên kết").fill(link_type="hasRetailers", href=wrong, language="vi").press("Ghi nhận")
        assert "Địa chỉ phải bắt đầu bằng https://" in clerk.text
        clerk.fill(href=right).press("Ghi nhận")
        assert right in clerk.text

    shopper = phone()
    answer = shopper.page.goto(f"{address}/01/09506000100012?linkType=gs1:hasRetailers")
    assert answer.status == 300
    assert "https://postmart.vn/nem-chua" in shopper.look().text
    assert "https://voso.vn/nem-1" in shopper.text

    inspector = phone("inspector")
    inspector.open("/inspect/product?ref=/01/09506000100012").follow("Gỡ")
    inspector.fill(reason="Trang bán hàng khác.").press("Gỡ liên kết này")
    shopper.open("/p/09506000100012")
    assert "https://postmart.vn/nem-chua" not in shopper.page.content()
    assert "https://voso.vn/nem-1" in shopper.page.content()


def test_a_key_of_a_program_on_a_phone(phone, address):
    """A clerk makes a key, without a name first; a program writes with it until the clerk revokes it."""
    clerk = phone("coop")
    clerk.open("/coop/keys").press("Tạo khóa")
    assert "Phải điền mục này." in clerk.text
    clerk.fill(label="Máy đóng gói", days="90").press("Tạo khóa")
    token = clerk.page.locator("main .secret").inner_text().strip()

    def listed():
        asked = Request(f"{address}/capture", headers={"Authorization": f"Bearer {token}"})
        try:
            with urlopen(asked, timeout=10) as answer:
                return answer.status
        except HTTPError as refusal:
            return refusal.code

    assert listed() == 200
    clerk.follow("Xong")
    assert token not in clerk.page.content()
    clerk.page.locator("main summary", has_text="Thu hồi").click()
    clerk.press("Thu hồi khóa này")
    assert "Đã thu hồi khóa Máy đóng gói" in clerk.page.inner_text("body")
    assert listed() == 401


FIRST_PAGES = {
    "coop": ("", "products", "products/new", "lots", "lots/new", "make", "collect", "keys"),
    "inspector": ("", "?q=mam", "keys"),
    "operator": ("", "participants", "participants/2", "participants/new", "accounts", "accounts/new", "keys"),
}
AREAS = {"coop": "/coop/", "inspector": "/inspect/", "operator": "/operate/"}


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_every_first_page_fits_a_phone(phone, name):
    """No page is wider than 390 px, and every control can be hit with a thumb."""
    person = phone(name)
    for path in FIRST_PAGES[name]:
        person.open(AREAS[name] + path)
