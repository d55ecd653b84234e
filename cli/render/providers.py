"""Providers: what is known of each, what is not, and what is wrong in a profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli import own_profiles
from cli.render import cells, document, errors
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_, CertvaultError, PartlyDone
from vault.model.profile import LinkShape, Profile
from vault.model.shown import shown

FILE_BY = {
    "link": N_("mailed link"),
    "portal": N_("made in the insurer's portal"),
    "mail": N_("attached to a mail"),
    "other": N_("another way"),
}
PIN_BY = {
    "sms": N_("SMS"),
    "mail": N_("mail"),
    "letter": N_("letter"),
    "chosen": N_("chosen by the holder"),
    "other": N_("another way"),
}
FLAVOURS = {"any": N_("as it comes"), "legacy": N_("3DES with SHA-1, for older software")}
NAMES = {
    "aliases": N_("Also called"),
    "senders": N_("Senders"),
    "subjects": N_("Subjects"),
    "links": N_("Links"),
    "hosts": N_("Hosts"),
    "file_by": N_("File by"),
    "days": N_("Deleted after"),
    "pin_by": N_("PIN by"),
    "always_new_pin": N_("Always a new PIN"),
    "ask_from": N_("Refusals before asking"),
    "valid_days": N_("Valid for"),
    "renew_days": N_("New one from"),
    "activation": N_("To be activated"),
    "renewal": N_("New one from whom"),
    "flavour": N_("Encryption"),
    "ending": N_("Ending of the file"),
    "button": N_("Button of the page"),
    "refused": N_("Words for a wrong PIN"),
    "gone": N_("Words for a deleted file"),
}
"""What each key of a profile is called."""


def listing(session: Session, found: Mapping[str, Profile], wrong: Mapping[str, CertvaultError]) -> None:
    """The answer of ``providers list``. Raises PartlyDone where a profile of the user's own cannot be used.

    A shipped one is not listed in the place of such a file: what counts for this provider is not known then.
    """
    profiles = [profile for name, profile in found.items() if name not in wrong]
    if session.json:
        broken = [{"name": name, "error": errors.as_document(error)} for name, error in wrong.items()]
        document.put({"providers": [_shape(one) for one in profiles], "broken": broken})
    else:
        columns = (
            Column(_("Name")),
            Column(_("Provider"), flexible=True),
            Column(_("File by"), flexible=True),
            Column(_("PIN by"), flexible=True),
            Column(_("From"), flexible=True),
        )
        Paper().table(columns, (_row(one) for one in profiles))
        for error in wrong.values():
            errors.warn(error, json=False)
    if wrong:
        raise PartlyDone(failed=len(wrong), total=len(profiles) + len(wrong))


def one(session: Session, profile: Profile) -> None:
    """The answer of ``providers show``."""
    if session.json:
        document.put({"provider": _shape(profile)})
        return
    paper = Paper()
    paper.facts([*_facts(profile)])
    if profile.widens:
        command = f"certvault providers trust {profile.name}"
        paper.write(_("Nothing is fetched from there before: {command}").format(command=command), "yellow")


def checked(session: Session, profile: Profile) -> None:
    """The answer of ``providers check`` where nothing is wrong."""
    if session.json:
        document.put({"provider": _shape(profile), "mistakes": []})
        return
    paper = Paper()
    paper.write(_("No mistakes: this is a profile of {provider}.").format(provider=shown(profile.title)), "green")
    paper.write(_("It counts where it lies in: {path}").format(path=shown(str(own_profiles.folder()), 1000)))
    if profile.widens:
        paper.write(
            _("Before anything is fetched: {command}").format(command=f"certvault providers trust {profile.name}")
        )


def reach(profile: Profile) -> Iterator[str]:
    """Where a profile leads and whom it believes: what a person looks at before it is trusted."""
    yield _("{provider}, a profile of your own, leads to:").format(provider=shown(profile.title))
    for link in profile.links:
        yield f"  {_link(link)}"
    for host, port in profile.hosts:
        yield "  " + _("and may send on to: {host}").format(host=_host(host, port))
    for sender in profile.senders:
        yield "  " + _("and believes mails from: {sender}").format(sender=sender)


def trusted(session: Session, profile: Profile, *, changed: bool) -> None:
    """The answer of ``providers trust``."""
    if session.json:
        document.put({"provider": _shape(profile), "trusted": True, "changed": changed})
        return
    if changed:
        line = _("Trusted as it is now: {provider}")
    elif profile.widens:
        line = _("Trusted already, nothing was changed: {provider}")
    else:
        line = _("Nothing to trust: {provider} leads nowhere but to what ships with certvault.")
    Paper().write(line.format(provider=shown(profile.title)), "green")


def _row(profile: Profile) -> list[Cell]:
    origin = _("your own") if profile.own else _("ships with certvault")
    texts = (profile.title, _way(profile, "file_by"), _way(profile, "pin_by"), origin)
    return [Cell(profile.name), *(cells.plain(text) for text in texts)]


def _facts(profile: Profile) -> Iterator[tuple[str, str]]:
    yield _("Name"), profile.name
    yield _("Provider"), shown(profile.title)
    yield _("From"), _("your own") if profile.own else _("ships with certvault")
    for key, name in NAMES.items():
        if key in profile.unknown:
            yield _(name), _("not known")
        elif value := _value(profile, key):
            yield _(name), value


def _value(profile: Profile, key: str) -> str:
    """What a profile says under a key, in words; empty where there is nothing to say."""
    value = getattr(profile, key)
    if key in {"file_by", "pin_by"}:
        return _way(profile, key)
    if key == "flavour":
        return _(FLAVOURS[profile.flavour])
    if key == "links":
        return ", ".join(_link(link) for link in profile.links)
    if key == "hosts":
        return ", ".join(_host(*host) for host in profile.hosts)
    if key in {"refused", "gone"}:
        return ngettext("{n} phrase", "{n} phrases", len(value)) if value else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "renew_days" and value:
        return ngettext("{n} day before the end", "{n} days before the end", value)
    if key in {"days", "valid_days"} and value:
        return ngettext("{n} day", "{n} days", value)
    return ", ".join(map(shown, value)) if isinstance(value, tuple) else shown(str(value or ""))


def _way(profile: Profile, key: str) -> str:
    if key in profile.unknown:
        return _("not known")
    return _(FILE_BY[profile.file_by]) if key == "file_by" else _(PIN_BY[profile.pin_by])


def _link(link: LinkShape) -> str:
    return f"https://{_host(link.host, link.port)}{link.path}?{link.reference}=…"


def _host(host: str, port: int) -> str:
    return host if port == 443 else f"{host}:{port}"


def _shape(profile: Profile) -> dict[str, object]:
    """A provider as scripts read it: the profile's own keys, None where the value is not known."""
    plain = profile._asdict()
    links = [link._asdict() for link in profile.links]
    hosts = [_host(*host) for host in profile.hosts]
    told = {**plain, "links": links, "hosts": hosts, "unknown": list(profile.unknown)}
    return {key: None if key in profile.unknown else value for key, value in told.items()}
