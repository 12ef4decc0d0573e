"""A doubt goes the whole way in real browsers: from a phone to the desks, and the answer back to whoever sent it."""

import pytest

from tests.browser.person import leave

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser, server):
    """Log in as somebody and open the list of reports, on a phone or a wide screen: `desk("cooperative")`."""
    contexts = []

    def open_desk(role, area, *, width=390):
        contexts.append(browser.new_context(viewport={"width": width, "height": 844}, locale="vi-VN"))
        page = contexts[-1].new_page()
        page.goto(f"{server.url}/login?next=/{area}/reports")
        page.get_by_label("Tên đăng nhập").fill(role)
        page.get_by_label("Mật khẩu").fill(role)
        leave(page.locator("main").get_by_role("button", name="Đăng nhập"))
        assert page.url == f"{server.url}/{area}/reports"
        return page

    yield open_desk
    for context in contexts:
        context.close()


def test_the_whole_way(phone, desk, server, fakes, tmp_path):
    """Scan, doubt, picture, link; the cooperative takes it up, the inspector answers; the phone shows the answer."""
    picture = tmp_path / "nhan.jpg"
    picture.write_bytes(fakes.FakeBlobs().jpeg)
    phone.goto(server.url + fakes.stamp_page())
    leave(phone.get_by_role("link", name="Tôi nghi ngờ sản phẩm này"))
    server.application.reports.clock.wait(seconds=5)
    phone.get_by_label("Bao gói đã bị mở trước đó").check()
    phone.get_by_label("Bạn thấy điều gì?").fill("Nắp hũ phồng, mùi lạ")
    phone.get_by_label("Ảnh", exact=False).set_input_files(picture)
    phone.get_by_label("Bạn thấy ở tỉnh nào?").select_option("38")
    phone.get_by_label("Số điện thoại hoặc e-mail").fill("0912 345 678")
    leave(phone.get_by_role("button", name="Gửi phản ánh"))
    assert phone.url.endswith("?new=1")
    assert phone.get_by_role("status").inner_text() == "Cảm ơn bạn. Phản ánh đã đến nơi tiếp nhận."
    assert phone.locator(".badges").inner_text().strip() == "Đã nhận"
    assert phone.locator("img.evidence").evaluate("e => e.complete && e.naturalWidth > 0")
    link = phone.url.partition("?")[0]

    clerk = desk("cooperative", "coop")
    leave(clerk.locator(".lots a").first)
    assert "Nắp hũ phồng, mùi lạ" in clerk.locator("main").inner_text()
    assert "0912345678" not in clerk.content()
    leave(clerk.get_by_role("button", name="Tiếp nhận"))
    assert "Đang xem xét" in clerk.locator("main").inner_text()

    officer = desk("inspector", "inspect", width=1280)
    leave(officer.locator(".lots a").first)
    assert "0912345678" in officer.locator("main").inner_text()
    officer.get_by_label("Trả lời", exact=True).fill("Đã lấy mẫu. Mời bạn mang hũ đến chi cục.")
    leave(officer.get_by_role("button", name="Gửi trả lời"))

    phone.goto(link)
    assert phone.locator(".badges").inner_text().strip() == "Đã trả lời"
    assert "Đã lấy mẫu. Mời bạn mang hũ đến chi cục." in phone.locator("main").inner_text()
    leave(phone.get_by_role("button", name="Xóa thông tin liên hệ của tôi"))
    officer.reload()
    assert "0912345678" not in officer.content()
    phone.get_by_text("Rút lại phản ánh").click()
    leave(phone.get_by_role("button", name="Rút lại và xóa"))
    assert phone.locator(".badges").inner_text().strip() == "Đã rút lại"
    assert "mùi lạ" not in phone.content()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_mistake_is_found_at_once(browser, server, fakes, language):
    """Without a script and without a reason: the error is told first, leads to its field, and nothing typed is lost."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale=language, java_script_enabled=False, has_touch=True
    )
    page = context.new_page()
    page.goto(f"{server.url}/doubt/new?ref={fakes.stamp_page()}")
    page.locator("[name=text]").fill("Chữ mờ")
    leave(page.locator("main [type=submit]"))
    problems = page.get_by_role("alert")
    assert ("Hãy chọn điều bạn thấy không ổn." if language == "vi" else "Choose what seems wrong.") in (
        problems.inner_text()
    )
    leave(problems.get_by_role("link"))
    assert page.url.endswith("#reason")
    assert page.locator("[name=text]").input_value() == "Chữ mờ"
    context.close()


def test_keyboard_alone(phone, server, fakes):
    """Tab reaches reason, text, picture, place, contact, tick and button in this order, and never the hidden field."""
    phone.goto(f"{server.url}/doubt/new?ref={fakes.stamp_page()}")
    reached = []
    for _ in range(30):
        phone.keyboard.press("Tab")
        reached.append(phone.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
        if reached[-1] == "Gửi phản ánh":
            break
    assert reached[-7:] == ["reason", "text", "picture", "province", "contact", "shared", "Gửi phản ánh"]
    assert "website" not in reached


@pytest.mark.parametrize("width", [320, 390])
def test_desks_fit_a_phone(desk, server, fakes, width):
    """The list and one report are no wider than the screen, the long links and counts included."""
    for ref in (fakes.stamp_page(), f"https://ban-re.example/{'mam-tep-' * 20}"):
        fakes.file_report(server.application, ref, text="x" * 400)
    for role, area in (("cooperative", "coop"), ("inspector", "inspect")):
        page = desk(role, area, width=width)
        wide = [page.evaluate("document.documentElement.scrollWidth")]
        leave(page.locator(".lots a").first)
        wide.append(page.evaluate("document.documentElement.scrollWidth"))
        assert wide == [width, width], area
