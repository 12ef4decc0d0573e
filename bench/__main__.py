"""The command line of the benchmarks: `python -m bench NAME [--size N] [--json]`, or `all` for every one of them.

With `--json` each benchmark prints one line, `{"bench": name, "figures": {...}, "peers": {...}}`, and nothing else goes
to standard output. The exit status is 1 where a figure breaks a bound that its benchmark promises.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path

from bench import Figures


def names() -> list[str]:
    """Return the benchmarks there are: the modules of this package that do not begin with an underscore."""
    return sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name[0] != "_")


def summary(name: str) -> str:
    """Return the first line of a benchmark's docstring."""
    return (importlib.import_module(f"bench.{name}").__doc__ or "").strip().splitlines()[0]


def measure(name: str, size: int | None) -> Figures:
    """Run one benchmark; `size` None takes its own default."""
    return importlib.import_module(f"bench.{name}").run(size)


def table(name: str, result: Figures) -> str:
    """Lay out figures and peers for a person."""
    lines = [f"{name}: {summary(name)}"]
    for title, values in (("ours", result.figures), ("peers", result.peers)):
        for key, value in values.items():
            bound = "".join(
                f"   ({word} {bounds[key]:,.6g})"
                for word, bounds in (("at least", result.at_least), ("at most", result.at_most))
                if title == "ours" and key in bounds
            )
            lines.append(f"  {title:6}{key:58}{value:>16,.6g}{bound}")
    return "\n".join(lines + [f"  BROKEN: {sentence}" for sentence in result.broken()])


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Reproducible benchmarks beside their peers.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:14}{summary(name)}" for name in names()),
    )
    parser.add_argument("name", choices=[*names(), "all"], metavar="NAME", help="one of those below, or `all`")
    parser.add_argument("--size", type=int, help="how much work; each benchmark has a default of its own")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for a program")
    options = parser.parse_args(arguments)
    if options.size is not None and options.size < 1:
        parser.error("--size must be at least 1")

    status = 0
    for name in names() if options.name == "all" else [options.name]:
        result = measure(name, options.size)
        if options.json:
            print(json.dumps({"bench": name, "figures": dict(result.figures), "peers": dict(result.peers)}), flush=True)
            for sentence in result.broken():
                print(f"{name}: {sentence}", file=sys.stderr)
        else:
            print(table(name, result), flush=True)
        status |= bool(result.broken())
    return status


if __name__ == "__main__":
    sys.exit(main())
