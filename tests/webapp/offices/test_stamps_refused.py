"""What goes wrong about stamps: wrong input is answered beside its field, and the stamps of others stay closed.

Each refusal keeps what was typed, has a status that programs notice, and leaves the record as it was.
"""

import pytest

from traceability.bootstrap import CONSOLE
from traceability.services.commands import CreateAccount


@pytest.fixture(scope="module")
def lot(coop, help_with):
    """30 jars with a run of 20 stamps."""
    jars = help_with.register_product(coop, "Mắm tép Hà Yên", gtin="9506000100012", family="mam_tep", unit="H87")
    coop.open("/coop/lots/new").follow(f"product={jars}").send(quantity="30", unit="H87", lot_number="MT-1")
    found = coop.url.partition("ref=")[2]
    coop.follow("/coop/lot/stamps").send(count="20")
    return found


@pytest.fixture(scope="module")
def clerks(site, coop):
    """The clerk at a page in either language."""
    return {"en": coop, "vi": site.person("coop", language="vi")}


def state(site, lot):
    """Return all that a refusal must leave alone: records, runs with their marks, and jobs."""
    with site.application.database.begin() as work:
        jobs = [(job.id, job.state) for job in work.jobs.list(kinds=("issue", "print", "capture"))]
    runs = [(run.number, run.life.marks) for run in site.reads.runs(lot)]
    return len(site.reads.history(lot)), runs, jobs


def beside(person, field):
    """Return what stands beside a field."""
    parts = person.html.split(f'id="{field}-error">')
    assert len(parts) > 1, f"nothing beside {field}: {person.text[:600]}"
    return parts[1].partition("</p>")[0]


REFUSED_ORDERS = [
    ("0", 422, "whole number", "không phải số nguyên"),
    ("-5", 422, "whole number", "không phải số nguyên"),
    ("hai mươi", 422, "whole number", "không phải số nguyên"),
    ("1,5", 422, "whole number", "không phải số nguyên"),
    ("1000001", 422, "whole number", "không phải số nguyên"),
    ("", 422, "filled in", "Phải điền"),
    ("11", 409, "10", "10"),
]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(("count", "status", "en", "vi"), REFUSED_ORDERS)
def test_an_order_that_cannot_be(site, clerks, lot, language, count, status, en, vi):
    """None, a broken one, one in words, more than a run or than the lot holds."""
    person, before = clerks[language], state(site, lot)
    person.open(f"/coop/lot/stamps?ref={lot}").send(count=count)
    assert person.status == status
    assert (en if language == "en" else vi) in beside(person, "count")
    assert f'value="{count}"' in person.html
    assert state(site, lot) == before


REFUSED_RANGES = [
    ({"by": "numbers", "first": "0"}, "first", "1 to 20", "1 đến 20"),
    ({"by": "numbers", "last": "21"}, "last", "1 to 20", "1 đến 20"),
    ({"by": "numbers", "first": "mười"}, "first", "1 to 20", "1 đến 20"),
    ({"by": "numbers", "first": "2-05"}, "first", "none of them", "không nằm trong đó"),
    ({"by": "numbers", "first": "5", "last": "4"}, "first", "Swap", "đổi chỗ"),
    ({"by": "sheets", "each": "", "first": "1"}, "each", "filled in", "Phải điền"),
    ({"by": "sheets", "each": "0", "first": "1"}, "each", "whole number", "số nguyên"),
    ({"by": "rolls", "each": "7", "first": "4"}, "first", "rolls 1 to 3", "từ 1 đến 3"),
    ({"by": "rolls", "each": "7", "first": "một"}, "first", "whole number", "số nguyên"),
    ({"by": "sheets", "each": "7", "first": "3", "last": "2"}, "first", "Swap", "đổi chỗ"),
]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("page", ["activate", "void", "print"])
@pytest.mark.parametrize(("fields", "field", "en", "vi"), REFUSED_RANGES)
def test_a_range_that_is_not_of_the_run(site, clerks, lot, language, page, fields, field, en, vi):
    """Not of this run, the first behind the last, no number, a sheet that there is not."""
    person, before = clerks[language], state(site, lot)
    more = {"reason": "lost"} if page == "void" else {}
    press = {"print": ("make", "1")}.get(page, ())
    person.open(f"/coop/lot/stamps/{page}?ref={lot}&run=1").send(press=press, **fields, **more)
    assert person.status == 422
    assert (en if language == "en" else vi) in beside(person, field)
    assert f'value="{fields[field]}"' in person.html
    assert state(site, lot) == before


REFUSED_STOCK = [
    ({"preset": "99x99"}, "preset", "no label stock", "Không có loại"),
    ({"medium": "zpl", "roll": "99x99"}, "roll", "no label stock", "Không có loại"),
    ({"preset": "own", "columns": "9"}, "columns", "at most 7 columns", "tối đa 7 cột"),
    ({"preset": "own", "rows": "x"}, "rows", "whole number", "số nguyên"),
    ({"preset": "own", "stamp_width": "9"}, "stamp_width", "too small", "quá nhỏ"),
    ({"preset": "own", "margin_left": "-1"}, "margin_left", "less than 0", "nhỏ hơn 0"),
    ({"start": "71"}, "start", "places 1 to 70", "1 đến 70"),
    ({"start": "không"}, "start", "Count from 1", "đếm từ 1"),
    ({"medium": "zpl", "dpi": "600"}, "dpi", "203 or 300", "203 hoặc 300"),
    ({"medium": "tspl", "roll": "own", "label_width": "ba"}, "label_width", "millimetres", "mi-li-mét"),
    ({"medium": "zpl", "roll": "own", "across": "20"}, "across", "print head", "đầu in"),
    ({"medium": "zpl", "roll": "20x20", "codes": "y"}, "label_width", "scratch layer", "lớp cào"),
]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("button", ["make", "look"])
@pytest.mark.parametrize(("fields", "field", "en", "vi"), REFUSED_STOCK)
def test_stock_that_does_not_fit(site, clerks, lot, language, button, fields, field, en, vi):
    """A grid beyond the page, a label too small, a start off the sheet, an unknown printer: told at its number."""
    person, before = clerks[language], state(site, lot)
    person.open(f"/coop/lot/stamps/print?ref={lot}&run=1").send(press=(button, "1"), **fields)
    assert person.status == 422
    said = beside(person, field) if field in person.html else person.html
    assert (en if language == "en" else vi) in said
    assert state(site, lot) == before


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_medium_that_nobody_offers(site, clerks, lot, language):
    """Told in our words, not in those of a library."""
    person, before = clerks[language], state(site, lot)
    person.open(f"/coop/lot/stamps/print?ref={lot}&run=1").send(press=("make", "1"), medium="fax")
    assert person.status == 422
    said = {"en": "This is not one of the choices", "vi": "không phải một trong các lựa chọn"}[language]
    assert said in beside(person, "medium")
    assert state(site, lot) == before


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("kind", ["void", "restore"])
def test_no_stamp_is_made_void_or_restored_without_a_reason(site, clerks, lot, language, kind):
    """Told on the first page already; the note that was typed stays."""
    person, before = clerks[language], state(site, lot)
    person.open(f"/coop/lot/stamps/{kind}?ref={lot}&run=1").send(by="all", note="Giữ lại")
    assert person.status == 422
    assert {"en": "Choose a reason", "vi": "Hãy chọn lý do"}[language] in beside(person, "reason")
    assert "Giữ lại" in person.html
    assert state(site, lot) == before


def test_what_would_change_nothing_is_refused_on_the_first_page(site, coop, lot):
    """Nothing is void, so nothing can be restored: told before anybody is asked whether he is sure."""
    before = state(site, lot)
    coop.open(f"/coop/lot/stamps/restore?ref={lot}&run=1").send(by="numbers", first="3", last="4", reason="found")
    assert coop.status == 409
    assert "None of the stamps 3 to 4 of run 1 is void" in beside(coop, "first")
    assert state(site, lot) == before


def test_a_script_in_the_note_is_refused(site, coop, lot):
    """Told on the first page, with what to do instead."""
    before = state(site, lot)
    coop.open(f"/coop/lot/stamps/void?ref={lot}&run=1").send(by="all", reason="lost", note="<script>alert(1)</script>")
    assert coop.status == 422
    assert "markup" in beside(coop, "note")
    assert state(site, lot) == before


def test_void_stamps_are_not_printed(site, coop, lot):
    """The range is named; an inspector's void is no cooperative's to lift, and the page says so before the button."""
    inspector = site.person("inspector")
    inspector.open(f"/inspect/stamps/void?ref={lot}&run=1").send(by="numbers", first="19", last="20", reason="copied")
    inspector.send(press=("sure", "yes"))
    before = state(site, lot)
    coop.open(f"/coop/lot/stamps/print?ref={lot}&run=1").send(press=("make", "1"), by="all", medium="csv")
    assert coop.status == 409
    assert "Stamps 19 to 20 of run 1 are void" in beside(coop, "first")
    coop.open(f"/coop/lot/stamps/restore?ref={lot}&run=1").send(by="numbers", first="19", last="20", reason="found")
    assert coop.status == 403
    assert "Only an inspector restores them" in coop.text
    assert state(site, lot) == before


# ---------------------------------------------------------------------------------------------------------- whose it is
@pytest.fixture(scope="module")
def job(coop, lot):
    """A print job of the cooperative."""
    coop.open(f"/coop/lot/stamps/print?ref={lot}&run=1").send(
        press=("make", "1"), by="numbers", first="1", last="2", medium="csv"
    )
    return coop.url


STAMP_PAGES = (
    "lot/stamps?ref={lot}",
    "lot/stamps/run?ref={lot}&run=1",
    "lot/stamps/print?ref={lot}&run=1",
    "lot/stamps/picture.png?ref={lot}&run=1&medium=pdf&preset=25x25",
    "lot/stamps/activate?ref={lot}&run=1",
    "lot/stamps/void?ref={lot}&run=1",
    "lot/stamps/restore?ref={lot}&run=1",
    "qr.png?ref={lot}&run=1&number=1",
)


@pytest.mark.parametrize("address", STAMP_PAGES)
def test_anothers_stamps_are_closed(site, lot, address):
    """403 with whose they are, for reading and for a form that was filled in all the same."""
    before, stranger = state(site, lot), site.person("collector")
    token = stranger.open("/password").form("csrf_token").values["csrf_token"]
    at = "/coop/" + address.format(lot=lot)
    assert stranger.open(at).status == 403
    assert "Hợp tác xã Mắm Hà Yên" in stranger.text
    forged = {"csrf_token": token, "count": "1", "by": "all", "reason": "lost", "sure": "yes", "medium": "csv"}
    assert stranger.client.post(at, data=forged).status_code in {403, 405}
    assert state(site, lot) == before


def test_anothers_jobs_are_not_found(site, help_with, job, lot):
    """A stranger learns nothing of a job: not that it is there, not its file, and he cannot stop it."""
    help_with.work_off(site)
    stranger = site.person("collector")
    token = stranger.open("/password").form("csrf_token").values["csrf_token"]
    for address in (job, f"{job}/state", f"{job}/file"):
        assert stranger.open(address).status == 404
    before = state(site, lot)
    assert stranger.client.post(f"{job}/cancel", data={"csrf_token": token}).status_code == 404
    assert state(site, lot) == before


def test_other_roles_get_no_file(site, job):
    """Inspectors and operators look after stamps without ever holding one."""
    for name in ("inspector", "operator"):
        person = site.person(name)
        for address in (job, f"{job}/state", f"{job}/file"):
            assert person.open(address).status == 403, (name, address)


def test_somebody_elses_run_is_named_as_missing(coop, lot):
    """A run that the lot does not have, or words instead of a number."""
    for run in ("2", "một", "", "1;--"):
        for page in ("run", "print", "activate", "void"):
            assert coop.open(f"/coop/lot/stamps/{page}?ref={lot}&run={run}").status == 404


def test_an_account_that_was_closed_gets_no_file(site, help_with, job):
    """The link to a file is worth nothing without the account."""
    number = str(site.parties["coop"].number)
    site.application.accounts.create(CONSOLE, CreateAccount("coop-2", "cooperative", number, help_with.password))
    colleague = site.person("coop-2")
    help_with.work_off(site)
    assert colleague.open(f"{job}/file").status == 200, "a colleague of the same cooperative may"
    site.application.accounts.disable(CONSOLE, "coop-2")
    assert colleague.open(f"{job}/file").url.startswith("/login")
