"""Work in another process: the same results, the same errors, and nobody left behind."""

import os
import signal
import time

import pytest

from traceability.errors import InvalidInputError
from traceability.services.elsewhere import elsewhere


def count_up(tell, most):
    """Tell each number, and return the last with where it was counted."""
    for number in range(most):
        tell(number)
    return most, os.getpid()


def refuse(tell):
    """Raise an error of ours, and one that is not."""
    tell("trying")
    raise InvalidInputError("No {thing}.", field="thing", thing="ink")


def fail(tell):
    """Raise something that nobody had foreseen."""
    raise ZeroDivisionError("by zero")


def die_there(tell, here):
    """End without a word, but only in another process."""
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    tell("done here")
    return here


def go_on_for_ever(tell):
    """Tell its process, and never end by itself."""
    while True:
        tell(os.getpid())
        time.sleep(0.01)


def test_a_function_runs_in_another_process_and_is_heard_here():
    """What it tells arrives in order, what it returns comes back."""
    heard = []
    result, process = elsewhere(count_up, 5, heard=heard.append)
    assert (result, heard) == (5, [0, 1, 2, 3, 4])
    assert process != os.getpid()


def test_errors_come_back_as_they_were():
    """Ours with template, field and facts; others as a fault with its name."""
    with pytest.raises(InvalidInputError) as caught:
        elsewhere(refuse, heard=lambda _: None)
    assert (caught.value.field, str(caught.value)) == ("thing", "No ink.")
    with pytest.raises(RuntimeError, match="ZeroDivisionError: by zero"):
        elsewhere(fail, heard=lambda _: None)


def test_a_process_that_dies_is_replaced_by_this_one():
    """A machine short of memory is slower, and comes to the same."""
    heard = []
    assert elsewhere(die_there, os.getpid(), heard=heard.append) == os.getpid()
    assert heard == ["done here"]


def test_who_stops_listening_ends_the_process():
    """An error in the listener is raised here, and the process is gone."""
    seen = []

    def listen(process):
        seen.append(process)
        raise KeyError("enough")

    with pytest.raises(KeyError):
        elsewhere(go_on_for_ever, heard=listen)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)
