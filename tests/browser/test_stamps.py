"""The life of a stamp in a real browser, by everybody who has a hand in it: clerk, shopper and inspector.

The clerk's phone is 390 px wide and speaks Vietnamese. Jobs are carried out beside the pages, as `serve` does it.
"""

import importlib.util
import threading
from types import SimpleNamespace
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from waitress.server import create_server

from traceability.domain.uris import page_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE = "() => document.documentElement.scrollWidth > innerWidth"
PATIENCE = 60_000
"""Milliseconds that a job may take on a busy machine."""


@pytest.fixture(scope="module")
def site(project_root, tmp_path_factory):
    """The whole service on a free port, with its loops: `site.url`, and what the tests of the offices know."""
    path = project_root / "tests" / "webapp" / "offices" / "conftest.py"
    spec = importlib.util.spec_from_file_location("offices_help", path)
    offices = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(offices)
    made = offices.make_site(tmp_path_factory.mktemp("var") / "data", "http://localhost")
    clerk = made.person("coop")
    jars = offices.register_product(clerk, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    clerk.open("/coop/lots/new").follow(f"product={jars}").send(quantity="30000", unit="H87", lot_number="MT-1")
    running = create_server(made.app, host="127.0.0.1", port=0, threads=4)
    stop = threading.Event()
    threads = [threading.Thread(target=running.run, daemon=True)]
    threads += [threading.Thread(target=loop, args=(stop,)) for _, loop in made.application.loops]
    for thread in threads:
        thread.start()
    yield SimpleNamespace(
        url=f"http://localhost:{running.effective_port}",
        lot=clerk.url.partition("ref=")[2],
        password=offices.PASSWORD,
        reads=made.reads,
    )
    stop.set()
    running.close()
    for thread in threads:
        thread.join(timeout=10)
    made.application.close()


class Somebody:
    """Somebody at a browser; every page fits its width, loads nothing from elsewhere, and its script runs clean."""

    def __init__(self, browser, site, name="", *, width=390, **more):
        """Open the browser and log in."""
        self.site = site
        screen = {"width": width, "height": 844}
        self.context = browser.new_context(viewport=screen, locale="vi-VN", accept_downloads=True, **more)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("request", lambda asked: asked.url.startswith(site.url) or self.faults.append(asked.url))
        if name:
            self.open("/login")
            self.page.fill("[name=name]", name)
            self.page.fill("[name=password]", site.password)
            self.press("Đăng nhập")

    def open(self, path):
        """Open a page."""
        answer = self.page.goto(self.site.url + path)
        assert answer.ok, (path, answer.status)
        assert self.page.url == self.site.url + path
        return self.look()

    def look(self):
        """Check what holds for every page, once all of it is there: a click returns before its page has."""
        self.page.wait_for_load_state("load")
        assert not self.page.evaluate(WIDE), self.page.url
        assert not self.faults
        return self

    def press(self, words):
        """Press a button."""
        self.page.get_by_role("button", name=words, exact=True).first.click()
        return self.look()

    def choose(self, field, value):
        """Choose one of several."""
        self.page.check(f"[name={field}][value={value}]")

    def shown(self, words):
        """Wait until words stand on the page."""
        self.page.locator("main", has_text=words).wait_for(timeout=PATIENCE)
        return self.look()

    @property
    def text(self):
        """What stands on the page."""
        return self.page.inner_text("main")


def ordered(clerk):
    """Order a run that is large enough to take a while, leave its page and come back to it by the desk."""
    clerk.open(f"/coop/lot/stamps?ref={clerk.site.lot}")
    clerk.page.fill("[name=count]", "30000")
    clerk.press("Đặt")
    assert "/coop/job/" in clerk.page.url
    job = urlsplit(clerk.page.url).path
    clerk.open("/coop/")
    if clerk.page.locator(f"a[href='{job}']").count():
        clerk.page.click(f"a[href='{job}']")
    else:
        clerk.open(job)
    clerk.shown("Đã cấp tem")
    assert "30.000" in clerk.page.inner_text("h1")


def printed(clerk, folder):
    """Look at two sheets and a bit, have them made, and return the file."""
    clerk.open(f"/coop/lot/stamps/print?ref={clerk.site.lot}&run=1")
    assert not clerk.page.is_visible("[name=label_width]"), "what a sheet does not need is out of the way"
    clerk.choose("by", "numbers")
    clerk.page.fill("[name=first]", "1")
    clerk.page.fill("[name=last]", "150")
    clerk.press("Xem thử trước")
    clerk.shown("150 tem, số 1 đến 150, trên 3 tờ")
    clerk.page.wait_for_function("() => document.querySelector('.look img').naturalWidth > 100")
    clerk.press("Làm tệp in")
    clerk.shown("Tải về")
    assert "Ai thấy tệp này đều có thể sao chép tem" in clerk.text
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name="Tải về").click()
    download.value.save_as(folder / "sheets.pdf")
    return pypdfium2.PdfDocument(folder / "sheets.pdf")


def recorded(person, path, *, first, last, reason="", button):
    """Say something of a range, in two steps."""
    person.open(path)
    person.choose("by", "numbers")
    person.page.fill("[name=first]", first)
    person.page.fill("[name=last]", last)
    person.page.select_option("[name=reason]", reason)
    person.press("Tiếp tục")
    person.press(button)


def test_from_order_to_restoration(browser, site, tmp_path):
    """Ordered with progress, printed, downloaded, put on goods by sheet, scanned, made void, restored."""
    clerk = Somebody(browser, site, "coop", has_touch=True, is_mobile=True)
    ordered(clerk)
    sheets = printed(clerk, tmp_path)
    assert len(sheets) == 3
    codes = zxingcpp.read_barcodes(sheets[1].render(scale=300 / 72).to_pil())
    assert len(codes) == 70
    path = page_path(urlsplit(codes[0].text).path)
    shopper = Somebody(browser, site, has_touch=True, is_mobile=True)
    assert "Tem chưa kích hoạt" in shopper.open(path).page.inner_text("body")

    clerk.page.get_by_role("link", name="Tem đã dán lên hàng").click()
    clerk.choose("by", "sheets")
    assert not clerk.page.is_visible("[name=each]"), "the printing knows how many stamps a sheet has"
    clerk.page.fill("[name=first]", "2")
    clerk.press("Tiếp tục")
    assert "70 tem sẽ có giá trị" in clerk.text
    assert "số 71 đến 140" in clerk.text
    clerk.press("Đúng, tem đã dán lên hàng")
    assert "Hồ sơ hợp lệ" in shopper.open(path).page.inner_text("body")

    here = f"/coop/lot/stamps/void?ref={site.lot}&run=1"
    recorded(clerk, here, first="71", last="140", reason="stolen", button="Hủy các tem này")
    assert "Bị mất cắp" in clerk.text
    assert "Hồ sơ hợp lệ" not in shopper.open(path).page.inner_text("body")
    assert site.reads.runs(site.lot)[0].life.activated == 0

    inspector = Somebody(browser, site, "inspector", width=1280)
    inspector.open("/inspect/")
    inspector.page.fill("[name=q]", path.rpartition("/")[2].lower())
    inspector.press("Tìm")
    assert "Đã hủy" in inspector.text
    there = f"/inspect/stamps/restore?ref={site.lot}&run=1"
    recorded(inspector, there, first="71", last="140", reason="found", button="Khôi phục")
    assert "Hồ sơ hợp lệ" in shopper.open(path).page.inner_text("body")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_stamps_fits(browser, site, width, language):
    """Nothing runs over the edge of a phone or a desk, also with every choice opened."""
    run = f"?ref={site.lot}&run=1"
    clerk = Somebody(browser, site, "coop", width=width)
    clerk.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    opened = set()
    for page in ("run", "print", "activate", "void", "restore"):
        clerk.open(f"/coop/lot/stamps/{page}{run}")
        for field in ("medium", "by"):
            for choice in clerk.page.locator(f"[name={field}]").all():
                choice.check()
                opened.add(choice.get_attribute("value"))
                clerk.look()
        for field in clerk.page.locator("[name=preset], [name=roll]").all():
            field.select_option("own", force=True)
        clerk.look()
    assert opened >= {"pdf", "zpl", "tspl", "csv", "xlsx"}
    inspector = Somebody(browser, site, "inspector", width=width)
    inspector.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    for page in (f"stamps{run}", f"stamps/void{run}", f"lot?ref={site.lot}", "copies", ""):
        inspector.open(f"/inspect/{page}")
