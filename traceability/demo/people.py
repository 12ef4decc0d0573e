"""Who takes part in the demo. All of them are made up; places and communes are real."""

from dataclasses import dataclass
from typing import Final

from traceability.bootstrap import CONSOLE
from traceability.demo.script import Stage
from traceability.services.accounts import actor_of
from traceability.services.commands import AdmitParticipant, CreateAccount


@dataclass(frozen=True, slots=True)
class Person:
    """A participant of the demo and its log-in."""

    login: str
    role: str
    name: str
    kind: str
    address: str
    commune: str
    printed: str = ""
    gln: str = ""
    phone: str = ""


PEOPLE: Final = (
    Person(
        "mamtep",
        "cooperative",
        "HTX Mắm tép Hà Yên (minh họa)",
        "cooperative",
        "Thôn Đình Trung",
        "15286",
        printed="Xã Hà Yên, huyện Hà Trung, tỉnh Thanh Hóa",
        gln="9506000100012",
        phone="0912 345 601",
    ),
    Person("tep1", "cooperative", "Tổ vớt tép thôn Ngọc (minh họa)", "household", "Thôn Ngọc", "15286"),
    Person("tep2", "cooperative", "Tổ vớt tép bến Lèn (minh họa)", "household", "Bến Lèn", "15286"),
    Person(
        "nemchua",
        "cooperative",
        "Cơ sở nem chua Hạc Thành (minh họa)",
        "household",
        "Ngõ 12",
        "14797",
        printed="Phường Ba Đình, thành phố Thanh Hóa",
        phone="0912 345 602",
    ),
    Person("heo", "cooperative", "Hộ chăn nuôi và giết mổ Đồng Sơn (minh họa)", "household", "Thôn 4", "15544"),
    Person(
        "chieucoi",
        "cooperative",
        "HTX Chiếu cói Nga Sơn (minh họa)",
        "cooperative",
        "Tiểu khu Ba Đình",
        "15520",
        printed="Xã Nga Thanh, huyện Nga Sơn, tỉnh Thanh Hóa",
        phone="0912 345 603",
    ),
    Person(
        "cuahang",
        "cooperative",
        "Cửa hàng OCOP Xứ Thanh (minh họa)",
        "company",
        "Số 25 đường Lê Lợi",
        "14797",
        gln="9506000100029",
        phone="0237 385 0001",
    ),
    Person(
        "thanhtra",
        "inspector",
        "Chi cục Quản lý chất lượng nông lâm thủy sản (minh họa)",
        "inspectorate",
        "Số 17 đường Dốc Ga",
        "14797",
    ),
)

OPERATOR_LOGIN: Final = "vanhanh"


def enter(stage: Stage) -> list[dict[str, str]]:
    """Admit everybody, make their log-ins, and return role, name and password of each."""
    application, logins = stage.application, []
    for person in PEOPLE:
        command = AdmitParticipant(
            key=f"demo-{person.login}",
            name=person.name,
            kind=person.kind,
            capacities=("inspector" if person.role == "inspector" else "producer",),
            address=person.address,
            commune_code=person.commune,
            printed_address=person.printed,
            gln=person.gln,
            phone=person.phone,
        )
        outcome = application.participants.admit(CONSOLE, command)
        stage.made[person.login] = outcome.uri
        logins.append(_log_in(stage, person.login, person.role, outcome.uri))
    return [_log_in(stage, OPERATOR_LOGIN, "operator", ""), *logins]


def _log_in(stage: Stage, name: str, role: str, participant: str) -> dict[str, str]:
    account, password = stage.application.accounts.create(CONSOLE, CreateAccount(name, role, participant))
    stage.actors[name] = actor_of(account)
    return {"role": account.role, "name": account.name, "password": password}
