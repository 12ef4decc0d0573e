"""How numbers, times and amounts read: dd/mm/yyyy and UTC+7, decimal comma in Vietnamese, everyday names of units.

These are template filters. They are pure functions of a value and a language, and cheap: a lot's page holds hundreds of
them.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from traceability.domain.views import FieldView, QuantityView
from webapp.access import UTC_PLUS_7
from webapp.language import language

DAY_FORMAT = "%d/%m/%Y"
"""As everybody in Viet Nam writes a day."""


SIGNS = {"KGM": "kg", "GRM": "g", "LTR": "l", "MLT": "ml", "CEL": "°C", "P1": "%", "59": "mg/kg", "Q30": ""}
"""Units that are written the same in both languages; pH (Q30) has none."""


def local(moment: datetime) -> datetime:
    """Return a moment in UTC+7."""
    return moment.astimezone(UTC_PLUS_7)


def day(value: date | datetime | None) -> str:
    """Return a day as dd/mm/yyyy; an empty text for None."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, datetime) else value).strftime(DAY_FORMAT)


def moment(value: datetime | None) -> str:
    """Return a moment as dd/mm/yyyy hh:mm in UTC+7; an empty text for None."""
    return "" if value is None else local(value).strftime(f"{DAY_FORMAT} %H:%M")


def time_tag(value: date | datetime | None, *, clock: bool = True) -> Markup:
    """Return a `<time>` element that machines can read, too."""
    if value is None:
        return Markup("")
    text = moment(value) if isinstance(value, datetime) and clock else day(value)
    machine = local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


def number(value: Decimal | float) -> str:
    """Return a number with the language's decimal mark and thousands separator, without zeros that say nothing."""
    text = f"{Decimal(str(value)).normalize():,f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def decimal(text: str) -> str:
    """Return a stated value with the language's decimal mark, where it is a plain number.

    Anything else as it was written.
    """
    plain = text.isascii() and text.replace(".", "", 1).removeprefix("-").isdigit()
    return text.replace(".", ",") if plain and language() == "vi" else text


def unit(code: str) -> str:
    """Return the everyday name of a UN/CEFACT Recommendation 20 unit code; an unknown code stays as it is."""
    if code in SIGNS:
        return SIGNS[code]
    names = {"TNE": _("tonnes"), "H87": _("pieces"), "HUR": _("hours"), "MIN": _("minutes"), "DAY": _("days")}
    return names.get(code, code)


def stated(field: FieldView) -> str:
    """Return what a stage's field says: the answer of a choice in words, or a value with its unit."""
    if field.words is not None:
        return field.words.in_language(language())
    name = unit(field.unit)
    return decimal(field.value) + (f"\N{NO-BREAK SPACE}{name}" if name else "")


def quantity(value: QuantityView | None) -> str:
    """Return an amount and its unit, with a space that does not break."""
    return "" if value is None else f"{number(value.amount)}\N{NO-BREAK SPACE}{unit(value.unit)}"


def duration(value: timedelta) -> str:
    """Return a length of time in its two largest useful words: days, or hours, or minutes."""
    minutes = int(value.total_seconds() // 60)
    if minutes >= 48 * 60:
        return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))
    if minutes >= 120:  # noqa: PLR2004 - two hours
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", max(minutes, 1))


def init_formatting(app: Flask) -> None:
    """Give templates these filters."""
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        time_tag=time_tag,
        number=number,
        unit=unit,
        quantity=quantity,
        duration=duration,
        decimal=decimal,
        stated=stated,
    )
