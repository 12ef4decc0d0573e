"""Takes the pictures of the documentation anew: `make screenshots` writes docs/images from a freshly made demo.

The demo is made in a folder of its own and served on a free port, so that nobody's data is touched; Debian's Chromium
takes the pictures, driven by Playwright. Public pages are taken as a phone sees them, the working areas as a desktop
does.
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

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
PHONE = {"viewport": {"width": 412, "height": 915}, "device_scale_factor": 1.5, "locale": "vi-VN", "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 860}, "locale": "vi-VN"}


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
                    browser.close()
            finally:
                server.terminate()


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
    """Take a stamp that holds, a recalled one, and a product, as a phone shows them."""
    stamps = {stamp["status"]: stamp["link"] for stamp in reversed(demo["stamps"])}
    links = {"stamp": stamps["holds"], "recalled": stamps.get("recalled"), "product": demo["products"][0]["link"]}
    page = browser.new_context(**PHONE).new_page()
    for name, link in links.items():
        if link:
            page.goto(base + urlsplit(link).path, wait_until="networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
    page.context.close()


def take_private(browser: Browser, base: str, demo: dict, role: str, path: str) -> None:
    """Log in as somebody of a role and take the first page that he sees."""
    login = next((one for one in demo["logins"] if one["role"] == role), None)
    if login is None:
        return
    page = browser.new_context(**DESK).new_page()
    page.goto(f"{base}/login")
    page.fill("[name=name]", login["name"])
    page.fill("[name=password]", login["password"])
    page.click("main [type=submit]")
    page.goto(base + path, wait_until="networkidle")
    page.screenshot(path=IMAGES / f"{role}.png")
    page.context.close()


if __name__ == "__main__":
    main()
