"""Child processes of the start: they end when we end, and signals to us reach them in an orderly way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import NoReturn

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_on_signals() -> None:
    """Let the first signal that asks us to end unwind the stack; later ones must not disturb the orderly end."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        handle_stopping(signal.SIG_IGN)
        raise KeyboardInterrupt

    handle_stopping(stop)


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end, signals passed on to it; returns its exit code as a shell would."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []  # heard before there was a child to tell

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        elif number != signal.SIGINT or not _in_foreground():  # Ctrl+C reaches the child without us
            child.send_signal(number)

    handle_stopping(pass_on)
    child = subprocess.Popen([*dying_with_us("TERM"), *command], env={**os.environ, **environment})
    for number in early:
        child.send_signal(number)
    code = child.wait()
    handle_stopping(signal.SIG_IGN)
    return code if code >= 0 else 128 - code


def handle_stopping(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in STOPPING:
        signal.signal(number, handler)


def _in_foreground() -> bool:
    """Whether the terminal, if there is one, sends its Ctrl+C to our process group."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def dying_with_us(signal_name: str) -> list[str]:
    """The words before a command that make the kernel end it when this process is killed."""
    return ["setpriv", "--pdeathsig", signal_name] if shutil.which("setpriv") else []
