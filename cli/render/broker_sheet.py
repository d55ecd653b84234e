"""The sheet that goes with a certificate's file to the broker who installs it: all that he needs, except the PIN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cli.render.letterhead import Frame, Handed, document, foreign, questions, whose
from cli.render.months import written_out
from cli.render.pairs import STATES
from cli.texts import _, language
from vault.documents.blocks import Block, Document, Facts, Groups, Heading, Paragraph, Steps
from vault.model.filename import LONGEST_NAME as LONGEST_FILE
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.model.target_profile import TargetProfile

GROUP = 4
"""Characters of a fingerprint that stand together."""
LONGEST_STEP = 1000


class Sheet(NamedTuple):
    """What a sheet is about: the pair and the one whose place it takes, its software, and the names of its files."""

    handed: Handed
    before: Pair | None
    target: TargetProfile
    files: Sequence[str]


def sheet(about: Sheet, frame: Frame) -> Document:
    """The sheet, in the language that is spoken."""
    handed, target = about.handed, about.target
    provider, software = foreign(handed.provider), _software(target)
    blocks: list[Block] = [
        Paragraph(
            _(
                "With this certificate your software logs in to the BiPRO services of {provider}. This sheet goes with "
                "its file. The PIN that opens the file is not on it: it comes to you another way."
            ).format(provider=provider)
        ),
        Facts([*_facts(about, frame)]),
        Heading(_("How to install it in {software}").format(software=software) if software else _("How to install it")),
        Steps([*_steps(about, frame)]),
        Paragraph(_("Please tell us when it works.")),
        Heading(_("The PIN")),
        Paragraph(
            _(
                "Capital and small letters matter. Do not write it on this sheet, and do not keep it with the file: "
                "whoever has both can log in as you."
            )
        ),
        Heading(_("Is it the right file?")),
        Paragraph(_("Where your software shows the fingerprint of the certificate (SHA-256), it is this:")),
        Groups(_grouped(handed.pair.fingerprint)),
        *questions(handed.holder, frame),
    ]
    title = _("Your certificate from {provider}").format(provider=provider)
    return document(title, _("Certificate {id}").format(id=handed.number), blocks, frame)


def _facts(about: Sheet, frame: Frame) -> Iterator[tuple[str, str]]:
    pair = about.handed.pair
    yield from whose(about.handed)
    yield _("Valid from"), written_out(pair.not_before, frame.zone)
    yield _("Valid until"), written_out(pair.not_after, frame.zone)
    if about.before is not None:
        until = written_out(about.before.not_after, frame.zone)
        yield _("Takes the place of"), _("the one that is valid until {day}").format(day=until)
    if pair.state != "current":
        yield _("State"), _(STATES[pair.state])
    for name in about.files:
        yield _("File"), shown(name, LONGEST_FILE)
    yield _("Number"), about.handed.number


def _steps(about: Sheet, frame: Frame) -> Iterator[str]:
    handed = about.handed
    file = shown(about.files[0], LONGEST_FILE)
    told = {
        "file": file,
        "stem": about.target.stem(file),
        "holder": handed.name,
        "provider": foreign(handed.provider),
        "until": written_out(handed.pair.not_after, frame.zone),
    }
    for step in about.target.steps_in(language(), **told):
        yield shown(step, LONGEST_STEP)


def _software(target: TargetProfile) -> str:
    """What the software is called; nothing for the issuer's own file, which is for any."""
    return "" if target.id == "original" else foreign(target.title)


def _grouped(fingerprint: str) -> list[str]:
    return [fingerprint[at : at + GROUP].upper() for at in range(0, len(fingerprint), GROUP)]
