"""Runs halmos over our proofs, with one slip of halmos 0.3.3 mended.

It declares the SHA-256 of `n` bytes as a function of `n` *bits*, and stops at the first call of that precompile,
which the ledger calls for every touch. Here the function gets its eight bits a byte. Run it from the folder
`contracts`, with the interpreter of `.venv-analysis`: `../.venv-analysis/bin/python test/prove.py`.
"""

import sys
from typing import Any

import z3
from halmos import sevm
from halmos.__main__ import _main

_declare = sevm.Function


def _function(name: str, *sorts: Any) -> Any:
    """Declare an uninterpreted function; where it stands for SHA-256, over bytes."""
    if name.startswith("f_sha256_"):
        sorts = (z3.BitVecSort(8 * int(name.rpartition("_")[2])), *sorts[1:])
    return _declare(name, *sorts)


sevm.Function = _function

if __name__ == "__main__":
    sys.exit(_main(["--root", ".", "--contract", "LedgerProofs", *sys.argv[1:]]).exitcode)
