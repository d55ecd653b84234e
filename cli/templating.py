"""Templates for what is read outside the terminal: sandboxed, escaped for HTML, and strict about what is missing."""

from __future__ import annotations

from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cli.texts import _

FOLDER = Path(__file__).parent / "templates"


def environment() -> ImmutableSandboxedEnvironment:
    """What makes text of the templates in :data:`FOLDER`, in the language that is spoken."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.globals["_"] = _
    return made
