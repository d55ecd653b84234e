"""What is said of files that were made for a kind of software: what they are, their PIN, and what to do there."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from datetime import tzinfo

from cli.prompt import tell
from cli.render import target_profiles, when
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, language, translated
from vault.errors import Phrase, filled
from vault.model.ids import SHORT
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.model.target_profile import TargetProfile
from vault.operations.export import Exported
from vault.operations.fitting import Fit
from vault.operations.places import Place
from vault.operations.register import PairRow

LONGEST = 1000
_PLAIN = re.compile(r"[\w./,+@=-]+")
_CARRIED_OUT = set("$`%!'\"\\")
"""What some shell acts on within quotation marks."""


def kind(paper: Paper, file: Exported, fit: Fit) -> None:
    """What a file is, and why it is not the issuer's where it is not."""
    target = fit.target
    if target is None or fit.is_pem or (target.writes == "original" and not file.why):
        return
    title = shown(target.title)
    if file.flavour != "original":
        told = {"software": title, "kind": _(target_profiles.WRITES[target.writes])}
        paper.write(_("Written anew for {software}: {kind}.").format(**told))
        if file.why:
            paper.write(_("As the issuer made it, it would not be read: {why}.").format(why=_joined(file.why)))
    elif file.why:
        paper.write(_("{software} may not read it: {why}.").format(software=title, why=_joined(file.why)), "yellow")
    elif "reads" in target.unknown:
        told_ = _("It is as its issuer made it; what {software} reads is not known.")
        paper.write(told_.format(software=title))
    else:
        paper.write(_("It is as its issuer made it; {software} reads that.").format(software=title))


def kinds(paper: Paper, target: TargetProfile, *, anew: int, done: int) -> None:
    """What several pairs are, and where the steps stand."""
    if target.form != "pem" and target.writes != "original":
        told = _("For {software}: {original} as their issuers made them, {anew} written anew.")
        paper.write(told.format(software=shown(target.title), original=done - anew, anew=anew))
    paper.write(_("What to do there: {command}").format(command=f"certvault targets profiles {target.id}"))


def pin(paper: Paper, fit: Fit, command: str) -> None:
    """Where its PIN is."""
    if fit.new_pin is not None:
        paper.write(_("It opens with the new PIN alone, which is kept nowhere; the vault keeps the issuer's."))
        paper.write(_("Tell the new PIN another way than the file goes."))
    elif not fit.plain:
        paper.write(_("Its PIN: {command}").format(command=command))


def plain_key(fit: Fit) -> None:
    """What it means that a private key is not encrypted."""
    if fit.plain:
        tell(
            _("Mind: the private key is not encrypted. Whoever reads the file logs in as its holder, without any PIN.")
        )
        tell(_("Leave it only where the program alone may read it, and in no backup that others can read."))


def steps(
    paper: Paper, session: Session, row: PairRow, files: Sequence[Exported], target: TargetProfile, zone: tzinfo
) -> None:
    """What a person does there, and the lines that help."""
    path = files[0].path
    fields: dict[str, object] = {
        "file": path.name,
        "stem": target.stem(path.name),
        "holder": row.holder.name if row.holder else row.pair.holder[:SHORT],
        "provider": session.titles().get(row.pair.provider, row.pair.provider),
        "until": when.day(row.pair.not_after, zone),
    }
    target_profiles.steps(paper, target.steps_in(language(), **fields))
    if target.commands:
        paper.write()
        paper.write(_("Lines that help there; the program asks for the PIN itself:"), "bold")
        for line in target.commands:
            paper.stream.write(f"  {shown(_line(line, fields), LONGEST)}\n")
    paper.write()


def where(paper: Paper, pair: Pair, places: Sequence[Place], fit: Fit) -> None:
    """The command that says that it is installed, or the one by which its place becomes known."""
    wanting = [one.installations[0].id[:SHORT] for one in places if one.open]
    if wanting:
        command = f"certvault targets confirm {' '.join(wanting)}"
        paper.write(_("When it is installed: {command}").format(command=command))
    elif not places and pair.state == "current" and fit.target is not None and fit.target.writes != "original":
        whose = f"{pair.holder[:SHORT]} --for {fit.target.id} --provider {pair.provider}"
        command = f"certvault targets add {whose} --installed"
        paper.write(_("When it is installed, and so that the next one is due there: {command}").format(command=command))


def _line(template: str, fields: dict[str, object]) -> str:
    """A line for a terminal. A name in it is one word there, and nothing in it is carried out: a mail may have given
    it."""
    words = [(word, filled(word, fields)) for word in template.split(" ")]
    return " ".join(done if done == word else _word(done) for word, done in words)


def _word(text: str) -> str:
    if not set(text) & _CARRIED_OUT:
        return text if _PLAIN.fullmatch(text) else f'"{text}"'
    return _("FILE") if sys.platform == "win32" else shlex.quote(text)


def _joined(why: Sequence[Phrase]) -> str:
    return "; ".join(shown(translated(one)) for one in why)
