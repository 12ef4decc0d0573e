"""Processes that kill themselves at a chosen point, so that the next one takes up what they left."""

import os
import signal

from tests.services.conftest import CHEAP, TickingClock
from traceability.bootstrap import build
from traceability.settings import Settings


def kill_after(owner, name, times=1, when=lambda *_: True):
    """Let a method kill its process after it has done its work so many times."""
    original, seen = getattr(owner, name), [0]

    def killing(self, *args, **rest):
        result = original(self, *args, **rest)
        seen[0] += bool(when(*args))
        if seen[0] >= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killing)


def kill_before(owner, name):
    """Let a method kill its process instead of doing its work."""
    setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))


def live(folder, act, doom=None):
    """Run `act` and the work that waits on the data folder, in a process of its own; return whether it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if doom is not None:
                doom()
            app = build(Settings(data_dir=folder), clock=TickingClock(), hasher=CHEAP)
            act(app)
            app.jobs.run_pending()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the process failed"
    return os.WIFSIGNALED(status)
