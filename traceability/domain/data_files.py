"""The domain's tables, which lie beside the code and are read once, as the code itself is.

They are facts of the world that change with the law (units, profiles, stages) and are therefore data, each with its
version, not rules.
"""

import csv
import json
from functools import cache
from importlib.resources import files
from typing import Any

_FOLDER = "data"


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file of the package, by column name."""
    text = files(__package__).joinpath(_FOLDER, name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def read_values(name: str) -> Any:
    """Return the value of one JSON file of the package."""
    return json.loads(files(__package__).joinpath(_FOLDER, name).read_text(encoding="utf-8"))


@cache
def read_folder(name: str) -> tuple[Any, ...]:
    """Return the values of all JSON files of a folder of the package, in the order of their names."""
    folder = files(__package__).joinpath(_FOLDER, name)
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    return tuple(json.loads(entry.read_text(encoding="utf-8")) for entry in found)
