"""Somebody at a browser, and how a test waits for what that somebody causes.

A click returns as soon as the browser has taken it: the next page may not have been asked for, or may stand there
empty, and what a test then reads is the page before or half a page. So whatever leads to another page goes through
`leave`, which returns once all of that page is there; and what is measured on a page that may load itself again is
measured by the browser (`wait_for_function`), which begins anew on the new page.
"""

THUMB = 24
"""Least height of a control in CSS pixels (WCAG 2.2, 2.5.8)."""

FITS = """least => {
    if (document.readyState !== 'complete') return false;
    const width = document.documentElement.scrollWidth;
    if (width > innerWidth) throw new Error(`${location} is ${width} pixels wide on a screen of ${innerWidth}`);
    const controls = document.querySelectorAll('main :is(a, button, select, input:not([type=hidden]))');
    const folded = 'p, dd, li.spread, .problems, details:not([open]) > :not(summary)';
    for (const one of controls) {
        const small = one.offsetParent && one.getBoundingClientRect().height < least;
        if (small && !one.closest(folded)) throw new Error(`${location} has a small control: ${one.outerHTML}`);
    }
    return true;
}"""
"""Whether a page fits its screen and a thumb; raises with what does not."""


def leave(control, key=None):
    """Click a control, or press a key on it, that leads to another page; return once all of that page is there."""
    with control.page.expect_navigation():
        control.press(key) if key else control.click()


class Person:
    """Somebody with a screen who speaks Vietnamese; every page fits, asks nobody else, and its script runs clean.

    Args:
        browser: a running Chromium.
        site: where the service is, as `http://localhost:port`.
        account: name and password, or None for somebody who does not log in.
        width: of the screen, in CSS pixels.
        context: what else Playwright should know of the browser, such as `java_script_enabled`.
    """

    def __init__(self, browser, site, account=None, *, width=390, **context):
        self.site = site
        screen = {"width": width, "height": 844}
        self.context = browser.new_context(viewport=screen, locale="vi-VN", accept_downloads=True, **context)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("request", lambda asked: asked.url.startswith(site) or self.faults.append(asked.url))
        if account:
            name, password = account
            self.open("/login").fill(name=name, password=password).press("Đăng nhập")

    def open(self, path):
        """Open a page and look at it."""
        answer = self.page.goto(self.site + path)
        assert answer.ok, (path, answer.status)
        assert self.page.url == self.site + path
        return self.look()

    def look(self):
        """Check what holds for every page."""
        self.page.wait_for_function(FITS, arg=THUMB)
        assert not self.faults
        return self

    def shown(self, words, timeout=60_000):
        """Wait until words stand on the page: a job may take its time, in milliseconds, on a busy machine."""
        self.page.locator("main", has_text=words).wait_for(timeout=timeout)
        return self.look()

    def fill(self, **fields):
        """Fill in, choose or tick fields by name; `__` stands for a dash."""
        for name, value in fields.items():
            named = self.page.locator(f"main [name='{name.replace('__', '-')}']")
            field = named.first
            kind = field.get_attribute("type") or field.evaluate("one => one.tagName")
            if kind == "SELECT":
                field.select_option(value)
            elif kind == "radio":
                named.and_(self.page.locator(f"[value='{value}']")).check()
            elif kind == "checkbox":
                field.check()
            else:
                field.fill(value)
        return self

    def press(self, words):
        """Press a button that leads to another page."""
        leave(self.page.get_by_role("button", name=words, exact=True).first)
        return self.look()

    def follow(self, words):
        """Follow a link, opening what hides it."""
        link = self.page.locator("main").locator("a", has_text=words).first
        if not link.is_visible():
            hides = self.page.locator("main details", has=self.page.locator("a", has_text=words)).first
            hides.locator("summary").click()
        leave(link)
        return self.look()

    def download(self, words, folder):
        """Follow a link to a file and return where it was kept."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=words).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    @property
    def text(self):
        """What stands on the page."""
        return self.page.inner_text("main")
