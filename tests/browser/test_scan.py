"""What a shopper's phone makes of a scan: small, readable at once, whole without JavaScript, fit to print."""

import pytest

from tests.browser.person import leave
from traceability.domain.verdicts import Verdict
from traceability.services.commands import Upload

pytestmark = pytest.mark.browser

AXE_LIKE = """() => {
  const seen = [];
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const lum = c => { const f = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
  const ground = el => {
    for (let e = el; e; e = e.parentElement) {
      const b = parse(getComputedStyle(e).backgroundColor);
      if (b[3] === 1) return b;
    }
    return [255, 255, 255, 1];
  };
  for (const el of document.querySelectorAll('body *')) {
    const own = [...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const box = el.getBoundingClientRect();
    if (!own || !box.width || getComputedStyle(el).visibility === 'hidden' || el.closest('.skip, .off')) continue;
    const style = getComputedStyle(el), fg = parse(style.color), bg = ground(el);
    const [hi, lo] = [lum(fg), lum(bg)].sort((a, b) => b - a), ratio = (hi + .05) / (lo + .05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    const what = el.textContent.trim().slice(0, 40);
    if (ratio < (large ? 3 : 4.5)) seen.push([el.className || el.tagName, what, ratio.toFixed(2)]);
  }
  return seen;
}"""
"""Text whose contrast is below WCAG 2.2 AA (1.4.3), as the browser really paints it."""

NAMELESS = """() => [
  ...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')
].filter(el => {
  const label = el.labels && el.labels.length ? el.labels[0].textContent : '';
  const alt = [...el.querySelectorAll('img')].map(i => i.alt).join('');
  return !(el.textContent.trim() || alt || el.getAttribute('aria-label') || label.trim());
}).map(el => el.outerHTML.slice(0, 80))"""

SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].filter(el => {
  const box = (el.closest('label.check') || el).getBoundingClientRect();
  const inline = getComputedStyle(el).display === 'inline';
  return box.width && !inline && !el.closest('.skip') && box.height < 43.5;
}).map(el => el.outerHTML.slice(0, 80) + ' ' + el.getBoundingClientRect().height)"""


@pytest.fixture
def paths(fakes, server):
    """Name of a page to its path."""
    said = {"text": "Nắp hũ phồng lên.", "contact": "0912345678", "picture": Upload("a.jpg", fakes.FakeBlobs().jpeg)}
    report = fakes.file_report(server.application, fakes.stamp_page(), **said)
    return {
        "stamp": fakes.stamp_page(),
        "recalled": fakes.stamp_page(Verdict.RECALLED),
        "unknown": fakes.stamp_page(Verdict.UNKNOWN),
        "void": fakes.stamp_page(Verdict.VOID),
        "idle": fakes.stamp_page(Verdict.NOT_ACTIVATED),
        "code": fakes.stamp_page() + "/code",
        "place": fakes.stamp_page() + "/place",
        "commune": fakes.stamp_page() + "/place?province=38",
        "lot": fakes.LOT_PAGE,
        "product": fakes.PRODUCT_PAGE,
        "party": f"/party/{fakes.COOP.gln}",
        "home": "/",
        "verify": "/verify",
        "api": "/docs/api",
        "login": "/login",
        "problem": "/nowhere",
        "doubt": f"/doubt/new?ref={fakes.stamp_page()}",
        "doubt without a link": "/doubt/new",
        "report": f"/doubt/{report}?new=1",
    }


@pytest.fixture
def seen(server, fakes):
    """Say what was seen of the stamp that holds; nothing was seen of it before and after a test."""
    server.application.openings = fakes.FakeOpenings()

    def say(**changes):
        told = fakes.dataclasses.replace(fakes.SCANNED, **changes)
        server.application.scans.known = {fakes.serial(1): told}

    yield say
    server.application.scans.known, server.application.scans.open = {}, True


def test_scan_is_small_and_asks_nobody_else(phone, server, paths):
    """Everything a scan loads is under 60 kB over the wire and comes from this site."""
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    hosts, sizes = set(), []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    phone.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    phone.goto(server.url + paths["stamp"], wait_until="networkidle")
    for _ in range(12):
        phone.mouse.wheel(0, 600)
    phone.wait_for_load_state("networkidle")
    assert hosts == {server.url.split("/")[2]}
    assert 0 < sum(sizes) < 60_000, sizes


@pytest.mark.parametrize("verdict", list(Verdict))
def test_verdict_is_read_without_scrolling(phone, server, fakes, verdict):
    """Verdict, meaning and advice stand on the first screen of a small phone."""
    phone.set_viewport_size({"width": 360, "height": 640})
    phone.goto(server.url + fakes.stamp_page(verdict))
    box = phone.locator(".verdict").bounding_box()
    assert box["y"] + box["height"] < 640
    assert float(phone.locator(".verdict h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways(phone, server, paths, width):
    """No page is wider than the screen, down to 320 pixels (WCAG 2.2, 1.4.10)."""
    phone.set_viewport_size({"width": width, "height": 800})
    wide = {}
    for name, path in paths.items():
        phone.goto(server.url + path)
        phone.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        if (found := phone.evaluate("document.documentElement.scrollWidth")) > width:
            wide[name] = found
    assert wide == {}


def test_pages_are_accessible(phone, server, paths):
    """As painted: contrast, names of controls, targets of at least 44 pixels but for links in running text."""
    faults = {}
    for name, path in paths.items():
        phone.goto(server.url + path)
        phone.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        found = [*phone.evaluate(AXE_LIKE), *phone.evaluate(NAMELESS), *phone.evaluate(SMALL)]
        if found:
            faults[name] = found
    assert faults == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_scans_tell_is_accessible(phone, server, fakes, seen, paths, lang):
    """Warning, note, opened package, patience: contrast, names, targets and width as on all other pages."""
    cases = {
        "warning": {"visitors": 31, "signals": (fakes.CROWDED, fakes.LISTED)},
        "opened": {"opened_at": fakes.NOW},
        "slow": {},
    }
    faults = {}
    for name, changes in cases.items():
        seen(**changes)
        server.application.scans.open = name != "slow"
        phone.goto(f"{server.url}{paths['stamp']}?lang={lang}")
        phone.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        found = [*phone.evaluate(AXE_LIKE), *phone.evaluate(NAMELESS), *phone.evaluate(SMALL)]
        wide = phone.evaluate("document.documentElement.scrollWidth")
        if found or wide > 390:
            faults[name] = [wide, *found]
    assert faults == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_second_code_with_the_keyboard_alone(browser, server, seen, paths, scripts):
    """Open the fold, type, Enter: first use; once more: opened before; a wrong one keeps what was typed."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", java_script_enabled=scripts, is_mobile=True
    )
    page = context.new_page()
    titles = []
    for typed in ("zzzz zzzz", "rght c0de", "RGHTC0DE"):
        page.goto(server.url + paths["stamp"])
        page.locator(".opening summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
        leave(page.locator(":focus"), "Enter")
        assert page.url.endswith("/code")
        titles.append(page.locator("h1").inner_text())
        if typed.startswith("z"):
            assert page.get_by_label("Mã thứ hai").input_value() == typed
            assert page.get_by_role("alert").is_visible()
    assert titles == ["Bạn đang mở gói hàng?", "Dùng lần đầu: mở hôm nay", "Đã mở trước đó, ngày 20/11/2026"]
    context.close()


def test_place_with_the_keyboard_alone(phone, server, fakes, seen, paths):
    """Two lists, two buttons; only the commune arrives."""
    server.application.scans.places.clear()
    phone.goto(server.url + paths["stamp"])
    leave(phone.get_by_role("link", name="Cho biết bạn đang ở đâu (nếu muốn)"), "Enter")
    phone.get_by_label("Tỉnh hoặc thành phố").press("T")
    phone.get_by_label("Tỉnh hoặc thành phố").select_option("38")
    leave(phone.get_by_role("button", name="Tiếp tục"), "Enter")
    phone.get_by_label("Xã, phường").select_option("15286")
    leave(phone.get_by_role("button", name="Lưu xã, phường này"), "Enter")
    assert phone.get_by_text("xã Hoạt Giang, Tỉnh Thanh Hóa").is_visible()
    assert [place[2] for place in server.application.scans.places] == ["15286"]
    leave(phone.get_by_role("link", name="Quay lại trang của tem"))
    assert phone.url == server.url + paths["stamp"]


def test_whole_without_javascript(browser, server, paths):
    """With scripts switched off nothing is missing: the same text, and the details open."""
    texts = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, locale="vi-VN")
        page = context.new_page()
        page.goto(server.url + paths["stamp"])
        page.locator(".timeline summary").first.click()
        texts.append(page.content())
        context.close()
    assert texts[0] == texts[1]
    assert "Đánh bắt tép" in texts[1]


def test_keyboard_alone(phone, server, paths):
    """The first Tab offers to skip to the content; the focus is always seen; details open with Enter."""
    phone.goto(server.url + paths["stamp"])
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.className") == "skip"
    assert phone.locator(".skip").bounding_box()["x"] >= 0
    phone.keyboard.press("Enter")
    phone.wait_for_function("document.activeElement.id === 'main'")
    for _ in range(30):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert phone.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    phone.keyboard.press("Enter")
    assert phone.evaluate("document.activeElement.parentElement.open")


def test_box_on_the_start_page_finds_a_stamp(phone, server, paths):
    """A link typed in capitals leads to the stamp's page; the language can be changed and stays."""
    phone.goto(server.url)
    phone.get_by_label("Đường dẫn, số sê-ri, số lô hoặc tên sản phẩm").fill(server.url.upper() + paths["stamp"])
    leave(phone.locator(":focus"), "Enter")
    assert phone.url == server.url + paths["stamp"]
    leave(phone.get_by_role("link", name="English"))
    assert phone.locator("html").get_attribute("lang") == "en"
    assert phone.url == server.url + paths["stamp"]
    assert phone.get_by_role("heading", level=1).inner_text() == "The record holds"


def test_print(phone, server, paths):
    """On paper the verdict keeps its word and sign in black, and navigation stays away."""
    phone.goto(server.url + paths["stamp"])
    phone.emulate_media(media="print")
    assert phone.locator(".foot").is_hidden()
    assert phone.locator(".verdict h1").is_visible()
    assert phone.locator(".verdict h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert phone.locator(".verdict").evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_no_complaints_from_the_browser(phone, server, paths):
    """Nothing violates the content security policy, and nothing is missing."""
    complaints = []
    phone.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    for name in ("stamp", "lot", "product", "home", "verify", "login"):
        phone.goto(server.url + paths[name], wait_until="networkidle")
    assert complaints == []
