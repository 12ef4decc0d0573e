"""`python -m traceability.cli` is the same as `ocop-trace`."""

from traceability.cli import main

if __name__ == "__main__":
    main(prog_name="ocop-trace")
