"""Target profiles: what each kind of software takes, and what a person does there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cli import own_targets
from cli.render import cells, document, errors
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, language, ngettext
from vault.errors import N_, CertvaultError, PartlyDone
from vault.model.shown import shown
from vault.model.target_profile import TargetProfile

PROTECTIONS = {
    "rc2-40": "RC2-40",
    "3des": "3DES",
    "aes": "AES",
    "pbmac1": "PBMAC1",
    "none": N_("unencrypted"),
    "other": N_("others"),
}
"""How a file may be protected, in words; in this order."""
WRITES = {"original": N_("nothing"), "3des": N_("3DES with SHA-1"), "aes": N_("AES-256 with SHA-256")}
LONGEST = 1000


def listing(session: Session, found: Mapping[str, TargetProfile], wrong: Mapping[str, CertvaultError]) -> None:
    """The answer of ``targets profiles``. Raises PartlyDone where a profile of the user's own cannot be used."""
    every = [one for name, one in found.items() if name not in wrong]
    if session.json:
        broken = [{"id": name, "error": errors.as_document(error)} for name, error in wrong.items()]
        document.put({"profiles": [_shape(one) for one in every], "broken": broken})
    else:
        columns = (
            Column(_("Name")),
            Column(_("Software"), flexible=True),
            Column(_("Reads"), flexible=True),
            Column(_("File")),
            Column(_("From"), flexible=True),
        )
        Paper().table(columns, (_row(one) for one in every))
        for error in wrong.values():
            errors.warn(error, json=False)
    if wrong:
        raise PartlyDone(failed=len(wrong), total=len(every) + len(wrong))


def one(session: Session, profile: TargetProfile) -> None:
    """The answer of ``targets profiles NAME``."""
    if session.json:
        document.put({"profile": _shape(profile)})
        return
    paper = Paper()
    paper.facts([*_facts(profile)])
    steps(paper, profile.steps_in(language()))
    if profile.commands:
        paper.write()
        paper.write(_("Lines that help there; the program asks for the PIN itself:"), "bold")
        for command in profile.commands:
            paper.stream.write(f"  {shown(command, LONGEST)}\n")


def steps(paper: Paper, texts: Iterable[str]) -> None:
    """What a person does at the target, numbered."""
    for number, text in enumerate(texts, start=1):
        if number == 1:
            paper.write()
            paper.write(_("What to do there:"), "bold")
        lead = f"{number:2}. "
        paper.stream.write(paper.wrapped(shown(text, LONGEST), lead, " " * len(lead)) + "\n")


def checked(session: Session, profile: TargetProfile) -> None:
    """The answer of ``targets check`` where nothing is wrong."""
    if session.json:
        document.put({"profile": _shape(profile), "mistakes": []})
        return
    paper = Paper()
    paper.write(_("No mistakes: this is a profile of {provider}.").format(provider=shown(profile.title)), "green")
    paper.write(_("It counts where it lies in: {path}").format(path=shown(str(own_targets.folder()), LONGEST)))


def _row(profile: TargetProfile) -> list[Cell]:
    origin = _("your own") if profile.own else _("ships with certvault")
    texts = (profile.title, _reads(profile), _files(profile), origin)
    return [Cell(profile.id), *(cells.plain(text) for text in texts)]


def _facts(profile: TargetProfile) -> Iterator[tuple[str, str]]:
    yield _("Name"), profile.id
    yield _("Software"), shown(profile.title)
    yield _("From"), _("your own") if profile.own else _("ships with certvault")
    yield _("Also called"), ", ".join(map(shown, profile.aliases))
    open_ = "reads" in profile.unknown
    yield _("Reads"), _("not known: it gets the file as its issuer made it") if open_ else _reads(profile)
    if profile.form == "pkcs12":
        yield _("Else written"), _(WRITES[profile.writes])
    yield _("File"), _files(profile)
    yield _("Name of the file"), shown(profile.name)
    yield _("Password"), _password(profile)
    yield _("A new PIN"), _("may be given to the copy") if profile.pin_may_change else _("is of no use: original bytes")
    yield _("Source"), shown(profile.source.get(language(), ""), LONGEST)


def _reads(profile: TargetProfile) -> str:
    if profile.form == "pem":
        return "PEM"
    if "reads" in profile.unknown:
        return _("not known")
    if set(PROTECTIONS) == profile.reads:
        return _("as it comes")
    return ", ".join(_(text) for name, text in PROTECTIONS.items() if name in profile.reads)


def _files(profile: TargetProfile) -> str:
    if "endings" in profile.unknown:
        return _("not known")
    joint = " + " if profile.form == "pem" else ", "
    return joint.join(f".{ending}" for ending in profile.endings)


def _password(profile: TargetProfile) -> str:
    said = []
    if profile.pin.shortest:
        said.append(ngettext("{n} character or more", "{n} characters or more", profile.pin.shortest))
    if profile.pin.longest is not None:
        said.append(ngettext("{n} character or fewer", "{n} characters or fewer", profile.pin.longest))
    if profile.pin.ascii:
        said.append(_("no umlauts"))
    if any(key in profile.unknown for key in ("pin_shortest", "pin_longest", "pin_ascii")):
        said.append(_("its further limits are not known") if said else _("its limits are not known"))
    return ", ".join(said)


def _shape(profile: TargetProfile) -> dict[str, object]:
    """A target profile as scripts read it: the keys of its TOML, None where the value is not known."""
    plain = profile._asdict()
    limits = plain.pop("pin")
    told = {
        **plain,
        "reads": [name for name in PROTECTIONS if name in profile.reads],
        "pin_shortest": limits.shortest,
        "pin_longest": limits.longest,
        "pin_ascii": limits.ascii,
        "unknown": list(profile.unknown),
    }
    return {key: None if key in profile.unknown else value for key, value in told.items()}
