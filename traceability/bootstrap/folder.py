"""What lies in a data folder, and the one file that says for which chain and namespace it was made."""

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from traceability.chain.keystore import KEYRING_FILE, FileKeyStore
from traceability.chain.ledger import Deployment
from traceability.errors import ConfigurationError, NotFoundError, StorageError
from traceability.settings import Settings

DEPLOYMENT_FILE: Final = "deployment.json"
"""What `init` fixed for a data folder: namespace, chain and contract."""

DEPLOYMENT_VERSION: Final = 1

DATABASE_FILE: Final = "ocop.sqlite3"

KEYS_FOLDER, CHAIN_FOLDER, BLOBS_FOLDER, PRINTS_FOLDER = "keys", "chain", "blobs", "prints"

OPERATOR, RELAYER = "operator", "relayer"
"""Roles of keys that the program itself uses."""


def is_initialised(settings: Settings) -> bool:
    """Tell whether `init` has finished for the data folder."""
    return (settings.data_dir / DEPLOYMENT_FILE).is_file()


def master_secret(settings: Settings) -> str:
    """Return the setting that seals keys, or nothing where the folder has its own."""
    return settings.master_key.get_secret_value() if settings.master_key else ""


def make_keys(settings: Settings) -> FileKeyStore:
    """Open or make the keys of a folder that is being made, with those that the program itself uses."""
    folder = settings.data_dir / KEYS_FOLDER
    known, secret = (folder / KEYRING_FILE).exists(), master_secret(settings)
    keystore = FileKeyStore.load(folder, secret) if known else FileKeyStore.initialise(folder, secret)
    for name in (OPERATOR, RELAYER):
        try:
            keystore.role(name)
        except NotFoundError:
            keystore.create_role(name)
    return keystore


def write_deployment(settings: Settings, deployment: Deployment, operator_code: str) -> None:
    """Note what was made; from then on the folder counts as initialised. Raises StorageError."""
    values = {
        "version": DEPLOYMENT_VERSION,
        "namespace": settings.namespace,
        "operator_code": operator_code,
        "place_secret": secrets.token_hex(32),
        "chain_id": deployment.chain_id,
        "address": deployment.address,
        "deployed_at": deployment.deployed_at,
    }
    write_secret(settings.data_dir / DEPLOYMENT_FILE, json.dumps(values, indent=1))


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all. Raises StorageError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError("{path} cannot be written: {reason}.", path=str(path), reason=str(error)) from error


def read_deployment(settings: Settings) -> dict[str, Any]:
    """Return what `init` noted.

    Raises:
        StorageError: there is no data folder, or the note is damaged or of another version.
        ConfigurationError: the folder was made for another namespace.
    """
    path = settings.data_dir / DEPLOYMENT_FILE
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StorageError(
            "There is no data folder at {folder}. Run `ocop-trace init`, or `ocop-trace demo` for one with a story.",
            folder=str(settings.data_dir),
        ) from error
    except (OSError, ValueError) as error:
        raise StorageError("{path} is damaged. Put it back from a backup.", path=str(path)) from error
    if values.get("version") != DEPLOYMENT_VERSION:
        raise StorageError(
            "{path} has format {found}, and this program reads format {expected}.",
            path=str(path),
            found=values.get("version"),
            expected=DEPLOYMENT_VERSION,
        )
    if values["namespace"] != settings.namespace:
        raise ConfigurationError(
            "This data folder was made for the namespace {made}, which cannot change; set OCOP_NAMESPACE to it.",
            field="OCOP_NAMESPACE",
            made=values["namespace"],
        )
    return values


def deployment_of(values: dict[str, Any]) -> Deployment:
    """Return where the contract is."""
    return Deployment(values["chain_id"], values["address"], values["deployed_at"])
