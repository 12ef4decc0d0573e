"""What shoppers doubt about anybody's goods, stamps that were never issued included, and what comes of it."""

from flask import url_for
from werkzeug.wrappers import Response

from webapp import report_desk
from webapp.inspector import blueprint


@blueprint.get("/reports")
def reports() -> str:
    """List all reports of doubt by state, product and place."""
    return report_desk.listed("inspector/reports.html", report_desk.WideFilterForm)


@blueprint.route("/reports/<int:number>", methods=["GET", "POST"])
def report(number: int) -> Response | tuple[str, int]:
    """Show one report, take it up, answer it, make a finding or a recall of it."""
    return report_desk.shown("inspector/report.html", number)


@blueprint.get("/reports/<int:number>/picture")
def report_picture(number: int) -> Response:
    """Send the picture of a report."""
    return report_desk.picture(number)


@blueprint.post("/reports/<int:number>/erase")
def erase_of_report(number: int) -> Response:
    """Delete the contact or the picture of a report."""
    return report_desk.erased(number, url_for(".report", number=number))
