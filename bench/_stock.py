"""A data folder with one lot and one run of stamps on it, for benchmarks of scans.

`python -m bench._stock COUNT SAMPLE` makes it where OCOP_DATA_DIR says, and prints the paths of `SAMPLE` stamps, spread
evenly over the run, one a line. The stamps are ordered and put on goods like any others.
"""

import sys

from traceability import bootstrap
from traceability.bootstrap import CONSOLE
from traceability.services import commands
from traceability.settings import Settings


def make(count: int, sample: int) -> list[str]:
    """Make the folder and return the paths."""
    settings = Settings()
    bootstrap.init(settings)
    app = bootstrap.build(settings)
    try:
        admitted = commands.AdmitParticipant("a", "Hợp tác xã", "cooperative", ("producer",), commune_code="15286")
        coop = app.reads.party(app.participants.admit(CONSOLE, admitted).uri)
        us = commands.Actor(1, "coop", "cooperative", coop.number)
        product = app.products.register(us, commands.RegisterProduct("b", "Mắm tép", unit="H87", gtin="9506000100012"))
        goods = commands.RegisterLot("c", product.path, str(count), "H87", "2026-11-20T08:00", lot_number="MT-1")
        lot = app.lots.register(us, goods)
        app.stamps.issue(us, commands.IssueStamps("d", lot.path, str(count)))
        app.stamps.activate(us, commands.ActivateStamps("e", lot.path, "1", "1", str(count)))
        step = max(count // sample, 1)
        places = range(1, count + 1, step)
        return [app.reads.stamps(lot.path, 1, place, place)[0].path for place in list(places)[:sample]]
    finally:
        app.close()


if __name__ == "__main__":
    print("\n".join(make(int(sys.argv[1]), int(sys.argv[2]))))
