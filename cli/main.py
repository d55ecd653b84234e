"""The entry point: choose the language, run the command, and print what goes wrong in one place."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from cli import texts
from vault.errors import CertvaultError

INTERRUPTED = 130


def main() -> NoReturn:
    """Run ``certvault`` with the arguments of the process, and end the process with its exit code.

    The garbage collector rests while modules are loaded, and the process ends without taking them apart again: both
    save a good part of a short command's time. Nothing may be left to be done at exit.
    """
    gc.disable()
    arguments = _expanded(sys.argv[1:])
    _forgiving(sys.stdout)
    _forgiving(sys.stderr)
    texts.from_environment(arguments)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        code = 0
    sys.stderr.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    json = "--json" in arguments
    try:
        from cli.app import run

        return run(arguments)
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write("\n" + texts._("Interrupted.") + "\n")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except CertvaultError as error:
        return _report(error, json=json)
    except Exception as error:  # noqa: BLE001 - the last resort: never a traceback with what it held
        return _report(_fault(error), json=json)


def _report(error: CertvaultError, *, json: bool) -> int:
    from cli.render import errors

    errors.report(error, json=json)
    return error.code


def _fault(error: Exception) -> CertvaultError:
    """A fault of ours as an error of the tree: where it happened, and nothing that was held there."""
    from vault.errors import Fault

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


def _forgiving(stream: object) -> None:
    """Let ``stream`` show what its encoding has no character for as an escape, rather than fail in mid-sentence."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _silence() -> None:
    """Whoever read our output has gone: say nothing more, not even when Python flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
