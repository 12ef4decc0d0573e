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

from tests.browser.person import Person, leave
from traceability.domain.uris import page_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def somebody(browser, site, name="", **more):
    """Somebody at the site, logged in if there is a name."""
    return Person(browser, site.url, (name, site.password) if name else None, **more)


def ordered(clerk, lot):
    """Order a run that is large enough to take a while, leave its page and come back to it by the desk."""
    clerk.open(f"/coop/lot/stamps?ref={lot}").fill(count="30000")
    clerk.page.route("**/state", lambda question: question.abort())  # or the page might load itself while it is left
    clerk.press("Đặt")
    assert "/coop/job/" in clerk.page.url
    job = urlsplit(clerk.page.url).path
    clerk.open("/coop/")
    clerk.page.unroute("**/state")
    link = clerk.page.locator(f"a[href='{job}']")
    if link.count():
        leave(link)
    else:
        clerk.open(job)
    clerk.shown("Đã cấp tem")
    assert "30.000" in clerk.page.inner_text("h1")


def printed(clerk, lot, folder):
    """Look at two sheets and a bit, have them made, and return the file."""
    clerk.open(f"/coop/lot/stamps/print?ref={lot}&run=1")
    assert not clerk.page.is_visible("[name=label_width]"), "what a sheet does not need is out of the way"
    clerk.fill(by="numbers", first="1", last="150").press("Xem thử trước")
    clerk.shown("150 tem, số 1 đến 150, trên 3 tờ")
    clerk.page.wait_for_function("() => document.querySelector('.look img').naturalWidth > 100")
    clerk.press("Làm tệp in").shown("Tải về")
    assert "Ai thấy tệp này đều có thể sao chép tem" in clerk.text
    return pypdfium2.PdfDocument(clerk.download("Tải về", folder))


def recorded(person, path, *, first, last, reason="", button):
    """Say something of a range, in two steps."""
    person.open(path).fill(by="numbers", first=first, last=last, reason=reason).press("Tiếp tục").press(button)


def test_from_order_to_restoration(browser, site, tmp_path):
    """Ordered with progress, printed, downloaded, put on goods by sheet, scanned, made void, restored."""
    clerk = somebody(browser, site, "coop", has_touch=True, is_mobile=True)
    ordered(clerk, site.lot)
    sheets = printed(clerk, site.lot, tmp_path)
    assert len(sheets) == 3
    codes = zxingcpp.read_barcodes(sheets[1].render(scale=300 / 72).to_pil())
    assert len(codes) == 70
    path = page_path(urlsplit(codes[0].text).path)
    shopper = somebody(browser, site, has_touch=True, is_mobile=True)
    assert "Tem chưa kích hoạt" in shopper.open(path).page.inner_text("body")

    clerk.follow("Tem đã dán lên hàng").fill(by="sheets")
    assert not clerk.page.is_visible("[name=each]"), "the printing knows how many stamps a sheet has"
    clerk.fill(first="2").press("Tiếp tục")
    assert "70 tem sẽ có giá trị" in clerk.text
    assert "số 71 đến 140" in clerk.text
    clerk.press("Đúng, tem đã dán lên hàng")
    assert "Hồ sơ hợp lệ" in shopper.open(path).page.inner_text("body")

    here = f"/coop/lot/stamps/void?ref={site.lot}&run=1"
    recorded(clerk, here, first="71", last="140", reason="stolen", button="Hủy các tem này")
    assert "Bị mất cắp" in clerk.text
    assert "Hồ sơ hợp lệ" not in shopper.open(path).page.inner_text("body")
    assert site.reads.runs(site.lot)[0].life.activated == 0

    inspector = somebody(browser, site, "inspector", width=1280)
    inspector.open("/inspect/").fill(q=path.rpartition("/")[2].lower()).press("Tìm")
    assert "Đã hủy" in inspector.text
    there = f"/inspect/stamps/restore?ref={site.lot}&run=1"
    recorded(inspector, there, first="71", last="140", reason="found", button="Khôi phục")
    assert "Hồ sơ hợp lệ" in shopper.open(path).page.inner_text("body")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_stamps_fits(browser, site, width, language):
    """Nothing runs over the edge of a phone or a desk, also with every choice opened."""
    run = f"?ref={site.lot}&run=1"
    clerk = somebody(browser, site, "coop", width=width)
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
    inspector = somebody(browser, site, "inspector", width=width)
    inspector.context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
    for page in (f"stamps{run}", f"stamps/void{run}", f"lot?ref={site.lot}", "copies", ""):
        inspector.open(f"/inspect/{page}")
