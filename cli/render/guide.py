"""The answer of ``certvault help``."""

from __future__ import annotations

from collections.abc import Sequence

from cli.guide import WHO_CAN_DO_WHAT, Topic
from cli.render import document, markdown
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, language


def overview(session: Session, topics: Sequence[Topic], introduction: str) -> None:
    """The topics, one line each."""
    if session.json:
        document.put_list("topics", [{"name": one.name, "title": one.title} for one in topics])
        return
    paper = Paper()
    markdown.write(paper, introduction)
    paper.write()
    wide = max(len(one.name) for one in topics) + 2
    for one in topics:
        paper.stream.write(f"  {paper.styled(one.name, 'cyan')}{' ' * (wide - len(one.name))}{_title(one)}\n")
    paper.write()
    paper.write(_("To read one: certvault help TOPIC"))
    paper.write(_("About a command: certvault COMMAND --help"))


def topic(session: Session, found: Topic) -> None:
    """One topic as a whole."""
    if session.json:
        shape = {"name": found.name, "title": found.title, "language": found.language, "text": found.text}
        document.put({"topic": shape})
        return
    paper = Paper()
    paper.write(_title(found), "bold")
    paper.write()
    if found.language != language():
        paper.write(_("This text is there in English only."))
        paper.write()
    markdown.write(paper, found.text)


def page(session: Session, command: str, text: str, topics: Sequence[str]) -> None:
    """The help page of a command, and the ``topics`` that its name may have meant."""
    if session.json:
        document.put({"command": {"name": command, "text": text, "topics": list(topics)}})
        return
    paper = Paper()
    paper.stream.write(text + "\n")
    for each in topics:
        paper.write()
        paper.write(_("See also: certvault help {topic}").format(topic=each))


def _title(one: Topic) -> str:
    return _(WHO_CAN_DO_WHAT) if one.title == WHO_CAN_DO_WHAT else one.title
