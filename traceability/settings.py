"""Everything an operator can set, in one place, each with what it means.

Settings come from the environment (`OCOP_PORT=9000`) and are read once, when `bootstrap` puts the parts together; no
other module looks at the environment. A value that cannot be understood is refused at start with the name of the
setting, and so is a name that we do not know, since a misspelt setting would otherwise do nothing without a word.
`docs/settings.md` lists the same fields, and a test fails when the two differ.
"""

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from traceability.errors import ConfigurationError

PREFIX = "OCOP_"
"""Every environment variable of ours begins like this."""


def _web_address(value: str) -> str:
    """Return an http(s) address without a slash at its end. Raises ValueError, which pydantic collects."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        msg = "must be an address like https://trace.example.vn or https://example.vn/trace, without query or log-in"
        raise ValueError(msg)
    return value.rstrip("/")


def _chain(value: str) -> str:
    """Accept `embedded` or the address of a JSON-RPC node."""
    parts = urlsplit(value)
    if value != "embedded" and not (parts.scheme in {"http", "https"} and parts.hostname):
        msg = "must be `embedded` or the http(s) address of a JSON-RPC node"
        raise ValueError(msg)
    return value


def _split(value: Any) -> Any:
    """Read a list as people write it in an environment variable: with commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _not_empty(value: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty list."""
    if not value:
        msg = "must name at least one"
        raise ValueError(msg)
    return value


def _rate(value: str) -> str:
    """Accept limits that can be kept: Flask-Limiter goes on without one that it cannot read."""
    if not all(_ONE_RATE.fullmatch(one.strip()) for one in re.split("[;,|]", value)):
        msg = "must be a limit like `20 per minute`, or several with ; between them"
        raise ValueError(msg)
    return value


_ONE_RATE = re.compile(
    r"[1-9]\d{0,8}\s*(?:/|per\s)\s*(?:[1-9]\d{0,5}\s*)?(?:second|minute|hour|day|month|year)s?", re.IGNORECASE
)

Rate = Annotated[str, AfterValidator(_rate)]
"""How often one address may ask, in the words of Flask-Limiter."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http or https address without query, fragment, log-in or slash at its end."""

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_not_empty)]
"""One or more words with commas between them."""


class Settings(BaseSettings):
    """What an operator can set. Immutable; made once by `bootstrap`, and by tests with the values they want.

    Raises:
        ConfigurationError: a value cannot be understood or a name is unknown; `facts["problems"]` lists all of them.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    # Where things lie.
    data_dir: Path = Field(
        Path("var"),
        description="The one folder that holds all state: chain, database, keys, pictures. Back it up; one running "
        "server owns it.",
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL of the database. Empty means SQLite in the data folder; "
        "`postgresql+psycopg://user:password@host/name` needs the extra `postgres`.",
    )

    # Where the pages are.
    port: int = Field(8080, ge=0, le=65535, description="TCP port to listen on; 0 takes any free one.")
    hosts: Names = Field(
        ("*",),
        description="Addresses to listen on, with commas between them. `*` means every IPv4 and IPv6 address of "
        "this machine; behind a reverse proxy use `127.0.0.1`.",
    )
    base_url: WebAddress = Field(
        "",
        description="The address that stamps and links carry, as shoppers reach it; may end in a path. Stamps once "
        "printed keep it, so set it before printing. Empty means `http://localhost:{port}`.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies in front of the server set X-Forwarded-For, -Proto, -Host and "
        "-Prefix. 0 trusts no such header.",
    )
    threads: int = Field(8, ge=1, le=128, description="How many requests the built-in server answers at the same time.")

    # The record.
    namespace: WebAddress = Field(
        "https://ocop-trace.example",
        description="The URI space for products, lots, parties and places that have no GS1 number. Fixed by `init` "
        "for the data folder for ever, since keys on the chain are made from it.",
    )
    chain: Annotated[str, AfterValidator(_chain)] = Field(
        "embedded",
        description="`embedded` keeps a durable chain in the data folder; an http(s) address names the JSON-RPC "
        "node of a network that several institutions run.",
    )
    chain_timeout: float = Field(10.0, gt=0, le=120, description="Seconds to wait for an answer of the JSON-RPC node.")
    chain_poll: float = Field(1.0, gt=0, le=60, description="Seconds between two looks for new blocks.")
    confirmations: int = Field(
        0,
        ge=0,
        le=1000,
        description="How many blocks must follow a record before pages stop calling it pending. The embedded chain "
        "needs none.",
    )
    relay_minutes: int = Field(
        60,
        ge=1,
        le=10080,
        description="How many minutes a signed record may wait for the chain before its signature runs out and it "
        "is signed again.",
    )
    late_after_hours: int = Field(
        24,
        ge=1,
        le=8760,
        description="A record entered more than this many hours after it happened is shown as late, with how late.",
    )

    print_file_hours: int = Field(
        72,
        ge=1,
        le=8760,
        description="Hours for which the file of a print job can be fetched before it is deleted: whoever sees it can "
        "copy the stamps.",
    )

    # Secrets.
    master_key: SecretStr | None = Field(
        None,
        description="Secret of at least 16 characters that encrypts participants' keys. Empty means that one is "
        "made at random in the data folder; keep it elsewhere where others can read the folder's backups. Losing it "
        "loses the keys.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Secret of at least 16 characters that signs session cookies. Empty means that one is made at "
        "random in the data folder.",
    )

    # Who may come in, and how often.
    session_hours: int = Field(12, ge=1, le=720, description="Hours after which a log-in ends.")
    lockout_attempts: int = Field(
        5, ge=1, le=100, description="Wrong passwords in a row after which an account is locked for a while."
    )
    lockout_minutes: int = Field(15, ge=1, le=1440, description="Minutes for which an account stays locked.")
    login_rate: Rate = Field(
        "20 per minute", description="Log-in attempts from one address, in the words of Flask-Limiter."
    )
    page_rate: Rate = Field(
        "600 per minute",
        description="Searches, record files and preview cards for one address, in the words of Flask-Limiter; "
        "pages of scans have no limit, since many phones share one address.",
    )
    scan_days: int = Field(
        90,
        ge=1,
        le=366,
        description="Days after which single scans are deleted for good; what they add up to for each stamp stays. "
        "See docs/privacy.md.",
    )
    max_upload_bytes: int = Field(
        8 * 1024 * 1024,
        ge=64 * 1024,
        le=256 * 1024 * 1024,
        description="Largest request body in bytes, pictures included. Above it the answer is 413.",
    )
    max_picture_pixels: int = Field(
        40_000_000,
        ge=10_000,
        le=200_000_000,
        description="Largest picture in pixels (width times height); bounds the memory that one upload takes.",
    )

    # Reports of doubt.
    report_visitor_limit: int = Field(
        10, ge=1, le=1000, description="Reports of doubt that one visitor may send in a day (UTC+7)."
    )
    report_network_limit: int = Field(
        60,
        ge=1,
        le=100_000,
        description="Reports of doubt that one network (IPv4 address, IPv6 /64) may send in an hour; generous, since "
        "a whole market may stand behind one address.",
    )
    report_stamp_limit: int = Field(
        20,
        ge=1,
        le=10_000,
        description="Reports of one stamp that came today and wait for an answer, after which no more are taken of it.",
    )
    report_picture_bytes: int = Field(
        6 * 1024 * 1024,
        ge=64 * 1024,
        le=64 * 1024 * 1024,
        description="Largest picture with a report of doubt, in bytes as it is sent.",
    )
    report_contact_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days after which the contact in a report of doubt is deleted, if it was not before: closing a "
        "report deletes it, too.",
    )
    report_days: int = Field(
        730, ge=1, le=3650, description="Days after which a report of doubt is deleted with all that belongs to it."
    )

    # How it speaks.
    language: Literal["vi", "en"] = Field(
        "vi", description="The language of a visitor whose browser asks for none that we have."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged to standard error."
    )

    def __init__(self, **values: Any) -> None:
        """Read the environment; `values` come first. No exception of pydantic leaves here."""
        _refuse_unknown_names()
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _explain(error) from None

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Fill in what depends on other settings."""
        if not values.get("base_url"):
            values = {**values, "base_url": f"http://localhost:{values.get('port', cls.model_fields['port'].default)}"}
        return values

    @model_validator(mode="after")
    def _refuse_short_secrets(self) -> "Settings":
        """Refuse secrets that can be guessed."""
        for name in ("master_key", "secret_key"):
            secret: SecretStr | None = getattr(self, name)
            if secret is not None and len(secret.get_secret_value()) < MIN_SECRET:
                msg = f"{PREFIX}{name.upper()} must have at least {MIN_SECRET} characters"
                raise ValueError(msg)
        return self

    @property
    def secure(self) -> bool:
        """Whether the pages are reached over TLS: cookies are then marked Secure (RFC 6265)."""
        return self.base_url.startswith("https://")


MIN_SECRET = 16
"""Shortest secret that we accept, in characters."""


def _refuse_unknown_names() -> None:
    """Raise ConfigurationError where the environment holds an `OCOP_` name that is no setting."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ConfigurationError(
                "There is no setting {name}.{hint} docs/settings.md lists all of them.",
                field=name,
                name=name,
                hint=hint,
            )


def _explain(error: ValidationError) -> ConfigurationError:
    """Turn pydantic's findings into our error: one line for each setting, never the value of a secret."""
    problems = []
    for finding in error.errors(include_url=False, include_input=False):
        name = PREFIX + str(finding["loc"][0]).upper() if finding["loc"] else ""
        problems.append(
            f"{name}: {finding['msg'].removeprefix('Value error, ')}"
            if name
            else finding["msg"].removeprefix("Value error, ")
        )
    return ConfigurationError("A setting cannot be understood. {problems}", problems="; ".join(problems))
