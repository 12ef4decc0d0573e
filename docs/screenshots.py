"""Takes the pictures of the documentation anew: `make screenshots` writes docs/images from a freshly made demo.

The demo is made in a folder of its own and served on a free port, so that nobody's data is touched; Debian's Chromium
takes the pictures, driven by Playwright. Public pages and the page of a stamp run are taken as a phone sees them, the
first pages of the working areas as a desktop does, and a printed sheet as paper. Pictures get 256 colours, which is
less than half the bytes and looks the same.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PHONE = {"viewport": {"width": 412, "height": 915}, "device_scale_factor": 1.5, "locale": "vi-VN", "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 860}, "locale": "vi-VN"}

RUN = ("MT-290", 1)
"""The lot and the run whose page and sheet are taken."""

ADDRESS = "https://tem.example.vn"
"""What stands before a stamp's path on the printed sheet."""

SHEET_DPI = 110
SHEET_PART = (0.0, 0.0, 1.0, 0.34)
"""What of the sheet is shown: left, top, right and bottom edge as shares of the page."""


def main() -> None:
    """Make the demo, serve it, take the pictures."""
    chromium = shutil.which("chromium") or sys.exit("Chromium is not installed (Debian: apt-get install chromium)")
    IMAGES.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    tool = [sys.executable, "-m", "traceability.cli"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OCOP_")}
        environment |= {
            "OCOP_DATA_DIR": folder,
            "OCOP_PORT": str(port),
            "OCOP_HOSTS": "127.0.0.1",
            "OCOP_BASE_URL": base,
        }
        demo = json.loads(
            subprocess.run([*tool, "demo", "--json"], env=environment, check=True, capture_output=True).stdout
        )
        with subprocess.Popen([*tool, "serve"], env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(f"{base}/healthz")
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                    take_public(browser, base, demo)
                    for role, path in (
                        ("cooperative", "/coop/"),
                        ("inspector", "/inspect/"),
                        ("operator", "/operate/"),
                    ):
                        take_private(browser, base, demo, role, path)
                    take_run(browser, base, demo)
                    browser.close()
            finally:
                server.terminate()
        take_sheet(tool, environment, demo, Path(folder) / "sheet.pdf")
    for path in IMAGES.glob("*.png"):
        shrink(path)


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def take_public(browser: Browser, base: str, demo: dict) -> None:
    """Take a stamp that holds, a copied and a recalled one, and a product, as a phone shows them."""
    stamps = {stamp["status"]: stamp["link"] for stamp in reversed(demo["stamps"])}
    links = {
        "stamp": stamps["holds"],
        "copied": stamps["suspect"],
        "recalled": stamps["recalled"],
        "product": demo["products"][0]["link"],
    }
    page = browser.new_context(**PHONE).new_page()
    for name, link in links.items():
        page.goto(base + urlsplit(link).path, wait_until="networkidle")
        page.screenshot(path=IMAGES / f"{name}.png")
    page.context.close()


def take_private(browser: Browser, base: str, demo: dict, role: str, path: str) -> None:
    """Log in as somebody of a role and take the first page that he sees."""
    page = logged_in(browser, base, login_of(demo, role), DESK)
    page.goto(base + path, wait_until="networkidle")
    page.screenshot(path=IMAGES / f"{role}.png")
    page.context.close()


def take_run(browser: Browser, base: str, demo: dict) -> None:
    """Take the page of a stamp run as the cooperative's phone shows it."""
    lot = next(urlsplit(lot["link"]).path for lot in demo["lots"] if lot["lot"] == RUN[0])
    page = logged_in(browser, base, login_of(demo, "cooperative"), PHONE)
    page.goto(f"{base}/coop/lot/stamps/run?ref={lot}&run={RUN[1]}", wait_until="networkidle")
    page.screenshot(path=IMAGES / "run.png")
    page.context.close()


def take_sheet(tool: list[str], environment: dict[str, str], demo: dict, file: Path) -> None:
    """Print the first stamps of a run and take the upper part of the first sheet."""
    login = login_of(demo, "cooperative")
    secret = file.with_suffix(".secret")
    secret.write_text(login["password"], encoding="utf-8")
    what = [RUN[0], str(RUN[1]), "--to", "36", "--stock", "50x30", "--codes", "--output", str(file)]
    who = ["--account", login["name"], "--password-file", str(secret)]
    printing = [*tool, "stamps", "print", *what, *who]
    subprocess.run(printing, env=environment | {"OCOP_BASE_URL": ADDRESS}, check=True, capture_output=True)
    sheet = pypdfium2.PdfDocument(file)[0].render(scale=SHEET_DPI / 72).to_pil()
    edges = [round(share * sheet.size[axis % 2]) for axis, share in enumerate(SHEET_PART)]
    sheet.crop(tuple(edges)).save(IMAGES / "sheet.png")


def login_of(demo: dict, role: str) -> dict:
    """Return the first log-in of a role."""
    return next(one for one in demo["logins"] if one["role"] == role)


def logged_in(browser: Browser, base: str, login: dict, screen: dict) -> Page:
    """Return a page of somebody who has logged in."""
    page = browser.new_context(**screen).new_page()
    page.goto(f"{base}/login")
    page.fill("[name=name]", login["name"])
    page.fill("[name=password]", login["password"])
    page.click("main [type=submit]")
    return page


def shrink(path: Path) -> None:
    """Write a picture again with 256 colours."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
