"""What shoppers doubt about one's own goods, and the answers to them."""

from flask import url_for
from werkzeug.wrappers import Response

from webapp import report_desk
from webapp.cooperative import blueprint


@blueprint.get("/reports")
def reports() -> str:
    """List the reports of doubt about one's own products, and about lots that one held."""
    return report_desk.listed("cooperative/reports.html", report_desk.FilterForm)


@blueprint.route("/reports/<int:number>", methods=["GET", "POST"])
def report(number: int) -> Response | tuple[str, int]:
    """Show one report, take it up, answer it."""
    return report_desk.shown("cooperative/report.html", number)


@blueprint.get("/reports/<int:number>/picture")
def report_picture(number: int) -> Response:
    """Send the picture of a report about one's own goods."""
    return report_desk.picture(number)


@blueprint.post("/reports/<int:number>/erase")
def erase_of_report(number: int) -> Response:
    """Delete the picture of a report, or a contact that one may see."""
    return report_desk.erased(number, url_for(".report", number=number))
