"""The entry point: choose the language, run the command, and print what goes wrong in one place."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from typing import NoReturn, TextIO

from cli import texts
from vault.crash import leave_no_core
from vault.errors import CertvaultError

INTERRUPTED = 130
UNKNOWN = 3
"""What a monitoring system takes for: nobody can say."""


def main() -> NoReturn:
    """Run ``certvault`` with the arguments of the process, and end the process with its exit code.

    The garbage collector rests while modules are loaded, and the process ends without taking them apart again: both
    save a good part of a short command's time. Nothing may be left to be done at exit.
    """
    gc.disable()
    leave_no_core()
    arguments = _expanded(sys.argv[1:])
    sys.stdout, sys.stderr = _forgiving(sys.stdout), _forgiving(sys.stderr)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        code = UNKNOWN if _is_plugin(arguments) else 0
    except OSError as error:
        _silence()
        code = _report(_fault(error), arguments)
    sys.stderr.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    try:
        texts.from_environment(arguments)
        from cli.app import run

        return run(arguments)
    except (KeyboardInterrupt, EOFError):
        if _is_plugin(arguments):
            from cli.render import nagios

            return nagios.put(nagios.Told(UNKNOWN, texts._("Interrupted.")))
        sys.stderr.write("\n" + texts._("Interrupted.") + "\n")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except CertvaultError as error:
        return _report(error, arguments)
    except Exception as error:  # noqa: BLE001 - the last resort: never a traceback with what it held
        return _report(_fault(error), arguments)


def _report(error: CertvaultError, arguments: list[str]) -> int:
    if _is_plugin(arguments):
        from cli.render import nagios

        return nagios.put(nagios.of_fault(error))
    from cli.render import errors

    errors.report(error, json="--json" in arguments)
    return error.code


def _is_plugin(arguments: list[str]) -> bool:
    """Whether a monitoring system called, to whom every fault is an unknown state, also one that typer finds."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(one.partition("=")[0] == "--nagios" for one in options)


def _fault(error: Exception) -> CertvaultError:
    """A fault of ours as an error of the tree: where it happened, and nothing that was held there.

    An answer that could not be written where it was sent, such as onto a full disk, is no fault of ours.
    """
    from vault.errors import N_, Fault, NoRoom

    if isinstance(error, OSError) and error.filename is None and error.errno in {errno.ENOSPC, errno.EIO, errno.EFBIG}:
        hint = N_("The command itself was carried out.")
        return NoRoom(path=N_("standard output"), why=error.strerror or "?", hint=hint)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119
    return Fault(what=f"{type(error).__name__}, {where}")


def _expanded(arguments: list[str]) -> list[str]:
    """The arguments with ``*.msg`` and the like filled in, which the command line of Windows leaves to programs."""
    if os.name != "nt":
        return arguments
    import glob

    return [found for one in arguments for found in (glob.glob(one) if "*" in one or "?" in one else []) or [one]]  # noqa: PTH207


def _forgiving(stream: TextIO | None) -> TextIO:
    """``stream``, which shows as an escape what its encoding has no character for, rather than fail in mid-sentence.

    Where whoever started us closed it, what is said goes nowhere.
    """
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - it stays open to the end
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _silence() -> None:
    """Whoever read our output has gone: say nothing more, not even when Python flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
