"""``certvault help``: what to do when something is lost, stolen or broken."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import guide
from cli.about import About
from cli.render import guide as render
from cli.session import Session
from cli.texts import _, language

ABOUT = About(
    _("What to do when something is lost, stolen or broken."),
    detail=_(
        "Without TOPIC the list of topics. The beginning of a topic's name will do, or a word for it; "
        "or name a command."
    ),
    examples=(
        ("certvault help pin-wrong", _("the PIN is said to be wrong")),
        ("certvault help threat-model", _("who can do what with a stolen file or key")),
    ),
    exits=(6, 7),
)

Words = Annotated[
    list[str] | None, typer.Argument(metavar=_("TOPIC"), help=_("Its name, or a word for it."), show_default=False)
]


def command(ctx: typer.Context, topic: Words = None) -> None:
    """Show the topics, one of them, or the page of a command."""
    session: Session = ctx.obj
    if not topic:
        render.overview(session, guide.topics(language()), guide.introduction(language()))
    elif page := _page_of_command(ctx, topic):
        render.page(session, " ".join(topic), page, guide.beginning(topic[0]))
    else:
        render.topic(session, guide.topic(topic, language()))


def _page_of_command(ctx: Any, words: list[str]) -> str | None:
    """What ``--help`` says of the command with this name, or None where there is none."""
    above = ctx.parent
    for word in words:
        found = above.command.get_command(above, word) if hasattr(above.command, "get_command") else None
        if found is None:
            return None
        above = type(above)(found, info_name=word, parent=above)
    return str(above.command.get_help(above))
