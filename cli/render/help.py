"""Help pages: what a command does, an example to copy, its options and exit codes."""

from __future__ import annotations

import textwrap
from typing import Any

from cli.about import About
from cli.render.paper import Paper, columns_of
from cli.texts import _
from vault.errors import N_

EXITS = {
    0: N_("done"),
    1: N_("a fault of certvault itself"),
    2: N_("the call is wrong"),
    3: N_("the vault cannot be unlocked"),
    4: N_("there is no vault"),
    5: N_("damaged, or from a newer version"),
    6: N_("not found"),
    7: N_("not unique"),
    8: N_("partly done"),
    9: N_("wrong PIN"),
    10: N_("no usable pair in the file"),
    11: N_("link not allowed, or its file is gone"),
    12: N_("page not understood"),
    13: N_("not reachable"),
    14: N_("outcome unknown: the PIN was sent, the answer is lost"),
    15: N_("something would be overwritten"),
    16: N_("the vault is busy"),
    17: N_("no room, or a failing disk"),
}
OPENING = (3, 4, 5, 16)
"""Exit codes of every command that opens the vault."""

Rows = list[tuple[str, str]]


def of_command(command: Any, ctx: Any, about: About) -> str:
    """The help page of one command."""
    page = _Page()
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    usage = " ".join([ctx.command_path, *(p.make_metavar(ctx=ctx) for p in arguments), _("[OPTIONS]")])
    page.head(about, usage)
    page.examples(about)
    page.rows(_("Arguments"), [(p.make_metavar(ctx=ctx), p.help) for p in arguments if p.help])
    page.rows(_("Options"), [*_options(command, ctx), ("-h, --help", _("Show this page."))])
    exits = sorted({0, 2, *about.exits, *(OPENING if about.opens != "nothing" else ())})
    page.rows(_("Exit codes"), [(f"{code:>2}", _(EXITS[code])) for code in exits])
    return page.text()


def of_group(group: Any, ctx: Any, about: About) -> str:
    """The help page of a group: its commands, in their panels where it has some."""
    from cli.app import PANELS

    page = _Page()
    page.head(about, " ".join([ctx.command_path, _("COMMAND"), "..."]))
    page.examples(about)
    names = group.list_commands(ctx)
    panels = {_(title): inside for title, inside in PANELS.items() if set(inside) <= set(names)}
    for title, inside in (panels or {_("Commands"): names}).items():
        page.rows(title, [(name, group.get_command(ctx, name).about.summary) for name in inside], max(map(len, names)))
    page.rows(_("Options"), [*_options(group, ctx), ("-h, --help", _("Show this page."))])
    page.close(_("More on a command: {command} COMMAND --help").format(command=ctx.command_path))
    return page.text()


def _options(command: Any, ctx: Any) -> Rows:
    return [_option(p, ctx) for p in command.params if p.param_type_name == "option" and not p.hidden]


def _option(param: Any, ctx: Any) -> tuple[str, str]:
    name = ", ".join(param.opts) + ("" if param.is_flag else f" {param.make_metavar(ctx=ctx)}")
    extra = []
    if param.required:
        extra.append(_("required"))
    elif param.show_default and not param.is_flag and param.default is not None:
        extra.append(_("else {value}").format(value=param.default))
    return name, f"{param.help or ''}{''.join(f' ({one})' for one in extra)}"


class _Page:
    def __init__(self) -> None:
        self._paper = Paper()
        self._width = min(self._paper.width or 80, 90)
        self._lines: list[str] = []

    def head(self, about: About, usage: str) -> None:
        self._lines += [*self._fill(about.summary), "", self._bold(_("Usage:")) + " " + usage]
        for paragraph in filter(None, about.detail.split("\n\n")):
            self._lines += ["", *self._fill(paragraph)]

    def examples(self, about: About) -> None:
        if not about.examples:
            return
        self._title(_("Examples"))
        for line, meaning in about.examples:
            self._lines += [f"  {self._paper.styled(line, 'cyan')}", *self._fill(meaning, "      ")]

    def rows(self, title: str, rows: Rows, least: int = 0) -> None:
        if not rows:
            return
        self._title(title)
        wide = min(max(least, *(columns_of(row[0]) for row in rows)), 28)
        for name, meaning in rows:
            lines = self._fill(meaning, " " * (wide + 4))
            if columns_of(name) <= wide:
                lines[0] = (
                    f"  {self._paper.styled(name, 'cyan')}{' ' * (wide - columns_of(name) + 2)}{lines[0].lstrip()}"
                )
            else:
                lines.insert(0, f"  {self._paper.styled(name, 'cyan')}")
            self._lines += lines

    def close(self, line: str) -> None:
        self._lines += ["", *self._fill(line)]

    def text(self) -> str:
        return "\n".join(self._lines)

    def _title(self, title: str) -> None:
        self._lines += ["", self._bold(title)]

    def _bold(self, text: str) -> str:
        return self._paper.styled(text, "bold")

    def _fill(self, text: str, indent: str = "") -> list[str]:
        return textwrap.wrap(
            text, self._width - 1, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ) or [""]
