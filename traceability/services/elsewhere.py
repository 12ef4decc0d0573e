"""Heavy work in a process of its own, so that the threads that answer pages do not share their processor time with it.

The process is started afresh (not forked from one with threads), runs one function, tells how far it is through a pipe,
and ends at once when its parent does: whoever is killed leaves nobody behind who would still write to a file. Where no
process can be had, the work is done right here, slower for others and with the same result.
"""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, Final, TypeVar

from traceability.errors import OcopTraceError

Result = TypeVar("Result")

POLITENESS: Final = 10
"""How much such a process stands back for others (nice)."""

LEAVE: Final = 5.0
"""Seconds that a process is given to end by itself when its work is done."""

_log = logging.getLogger(__name__)


def elsewhere(function: Callable[..., Result], *arguments: Any, heard: Callable[[Any], None]) -> Result:
    """Run a function in another process and return what it returns.

    Args:
        function: a function of a module, `function(tell, *arguments)`; it calls `tell` to say how far it is.
        arguments: what else it takes, all of it picklable.
        heard: is called here with each value that was told; what it raises ends the process and is raised here.

    Raises:
        OcopTraceError: whatever the function raised of this family.
        RuntimeError: it failed in a way that nobody had foreseen.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(theirs, function, arguments), name=function.__name__, daemon=True
    )
    process.start()
    theirs.close()
    try:
        while True:
            what, value = ours.recv()
            if what == "told":
                heard(value)
            elif what == "done":
                process.join(LEAVE)
                return value  # type: ignore[no-any-return]  # it is what the function returned
            elif isinstance(value, OcopTraceError):
                raise value
            else:
                raise RuntimeError(value)
    except EOFError:
        _log.warning("A process for %s ended without a word; its work is done here.", function.__name__)
        return function(heard, *arguments)
    finally:
        process.kill()
        process.join()
        ours.close()


def _work(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Run the function; what it says goes through the pipe, and a pipe that is closed ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    Thread(target=_leave_with_parent, daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(POLITENESS)
    with suppress(BrokenPipeError, ConnectionResetError):
        try:
            result = function(lambda value: pipe.send(("told", value)), *arguments)
        except OcopTraceError as error:
            pipe.send(("raised", error))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:  # noqa: BLE001 - it is raised again on the other side
            pipe.send(("raised", f"{type(error).__name__}: {error}"))
        else:
            pipe.send(("done", result))


def _leave_with_parent() -> None:
    """End this process when the one that started it has ended, whatever is under way here."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
