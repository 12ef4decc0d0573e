"""`python -m traceability.cli` is the same as `ocop-trace`."""

from traceability.cli import main

main(prog_name="ocop-trace")
