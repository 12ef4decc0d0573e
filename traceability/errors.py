"""Every error this library raises on purpose.

There is one root, `OcopTraceError`, and one family for each kind of trouble, so that a caller can catch exactly what it
can handle. An error carries the facts apart from the sentence: `template` is an English sentence with named gaps (it is
also the key under which the sentence is translated), `facts` fills the gaps, and `field` names the form field or event
path that is to blame. `str(error)` is the English sentence. No exception of another library crosses the public API:
adapters turn them into one of these.
"""

from typing import Any, ClassVar


class OcopTraceError(Exception):
    """Root of the family.

    Args:
        template: an English sentence with `{named}` gaps: what is wrong, which value, what to do.
        field: the form field, column or JSON path at fault, if one is.
        facts: what fills the gaps, kept for programs.
    """

    status: ClassVar[int] = 500
    """HTTP status code that this family answers with (RFC 9110)."""

    code: ClassVar[str] = "error"
    """Short stable name of the family, for programs."""

    def __init__(self, template: str, *, field: str | None = None, **facts: Any) -> None:
        """Keep the sentence and the facts apart, so that the sentence can be translated."""
        super().__init__(template)
        self.template = template
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        """Return the English sentence with its gaps filled."""
        try:
            return self.template.format(**self.facts)
        except (KeyError, IndexError, ValueError):
            return self.template


class InvalidInputError(OcopTraceError):
    """Something from outside is not well formed: a wrong check digit, a date in the future, a picture that is none."""

    status = 422
    code = "invalid_input"


class TooLargeError(InvalidInputError):
    """More than is taken at once: too many events, too long a document, more than one transaction holds."""

    status = 413
    code = "too_large"


class InvalidIdentifierError(InvalidInputError):
    """A GTIN, GLN, lot number, serial or Digital Link breaks its standard."""

    status = 422
    code = "invalid_identifier"


class RuleViolationError(OcopTraceError):
    """Well formed, but the trade forbids it.

    More than is left, an event before its inputs existed, a recalled lot shipped.
    """

    status = 409
    code = "rule_violation"


class MassBalanceError(RuleViolationError):
    """Something would give more than it holds."""

    code = "mass_balance"


class AlreadyExistsError(RuleViolationError):
    """The lot number, product code or account is taken."""

    code = "already_exists"


class TooManyError(RuleViolationError):
    """One visitor, network or stamp asks for more than is welcome; later, or from elsewhere, there is room again."""

    status = 429
    code = "too_many"


class NotFoundError(OcopTraceError):
    """The thing that was named is not known here."""

    status = 404
    code = "not_found"


class NotAuthorisedError(OcopTraceError):
    """The actor may not do this to that: wrong role, or somebody else's goods."""

    status = 403
    code = "not_authorised"


class NotAuthenticatedError(OcopTraceError):
    """Nobody is logged in, or the name and password do not match, or the account is locked."""

    status = 401
    code = "not_authenticated"


class ChainError(OcopTraceError):
    """The chain cannot be reached or is in use by another process.

    Also: it refused a transaction for a reason that is not the caller's.
    """

    status = 503
    code = "chain"


class ContractRefusedError(RuleViolationError):
    """The contract reverted with a custom error that no service had foreseen; `facts` holds its name and arguments."""

    code = "contract_refused"


class VerificationError(OcopTraceError):
    """A record does not agree with its proof: the history is altered, incomplete or out of order."""

    status = 409
    code = "verification"


class StorageError(OcopTraceError):
    """The data folder or database is missing, of another version, or damaged."""

    status = 500
    code = "storage"


class ConfigurationError(OcopTraceError):
    """A setting is missing or cannot be understood."""

    status = 500
    code = "configuration"
