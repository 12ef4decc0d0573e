"""The one composition root: makes a data folder, and puts ports, adapters and use cases together.

`init` makes the folder: keys, chain, contract, the operator's own record. It may be run again at any time and goes on
where an earlier run was cut off. `build` opens what is there and returns an `Application`, either for writing (one
process at a time on the embedded chain) or for reading beside a running server.
"""

from traceability.bootstrap.application import CONSOLE, Application, build
from traceability.bootstrap.clock import StoryClock, SystemClock
from traceability.bootstrap.folder import is_initialised, write_secret
from traceability.bootstrap.making import Made, init

__all__ = [
    "CONSOLE",
    "Application",
    "Made",
    "StoryClock",
    "SystemClock",
    "build",
    "init",
    "is_initialised",
    "write_secret",
]
