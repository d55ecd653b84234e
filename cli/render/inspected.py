"""What ``inspect`` found in files, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from cli.inspecting import Seen, Vault
from cli.render import document, errors, guesses, readers, shapes, when
from cli.render.pairs import STATES
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import CertvaultError, PartlyDone
from vault.model.ids import SHORT
from vault.model.protection import Protection, Seal
from vault.model.shown import shown
from vault.model.times import days_between, text
from vault.operations.inspect import Known
from vault.operations.settings import zone_or_default
from vault.ports.opener import Inside, Within

Fact = tuple[str, str]
FEW = 5
"""So many certificates of a chain are told one by one."""


def answer(session: Session, vault: Vault, found: Iterable[Seen], total: int) -> None:
    """The answer of ``inspect``. Raises what is wrong with a single file, and PartlyDone where some of several are."""
    told: list[dict[str, object]] = []
    failed: list[CertvaultError] = []
    zone = session.zone(vault.watch) if vault.watch else zone_or_default(None)
    for seen in found:
        failed += [seen.error] if seen.error else []
        told.append(_shape(seen))
        if not session.json:
            _tell(session, vault, seen, zone, several=total > 1)
    if session.json:
        document.put({"vault": vault.state, "files": told})
    elif vault.state == "locked":
        _tell_locked(vault)
    if failed and total == 1:
        raise failed[0]
    if failed:
        raise PartlyDone(failed=len(failed), total=total)


def _tell(session: Session, vault: Vault, seen: Seen, zone: tzinfo, *, several: bool) -> None:
    paper = Paper()
    if seen.looked is not None:
        paper.write(shown(str(seen.path), 1000), "bold")
        paper.facts([(name, shown(value, 1000)) for name, value in _facts(session, vault, seen, zone)])
    if several and seen.error is not None:
        if seen.looked is None:
            paper.write(shown(str(seen.path), 1000), "bold")
        errors.report(seen.error, json=False)
    if several:
        paper.write()


def _tell_locked(vault: Vault) -> None:
    if vault.why is not None:
        errors.warn(vault.why, json=False)
    Paper().write(_("Not compared with the vault, which is locked: say --unlock to be asked for its passphrase."))


def _facts(session: Session, vault: Vault, seen: Seen, zone: tzinfo) -> Iterator[Fact]:
    """What it is to us, what is in it, how it is protected, who reads it."""
    looked = seen.looked
    if looked is None:
        return
    if vault.watch is not None and (looked.protection or looked.certificates):
        yield _("In the vault"), _known(session, seen.known, zone) if seen.known else _("no, it is none of yours")
    if seen.inside is not None:
        yield from _inside(session, seen.inside, zone)
    else:
        for one in looked.certificates[:FEW]:
            yield from _certificate(session, one, zone)
    if looked.protection is not None and looked.refusal is None:
        yield from _protection(looked.protection)
        yield from readers.facts(looked.protection)
        yield _("What helps"), _help(session, seen.known, looked.protection)
        yield from guesses.facts(looked.protection, seen.guess)
    yield _("SHA-256 of the file"), looked.sha256


def _protection(protection: Protection) -> Iterator[Fact]:
    if not protection.understood:
        yield _("Protection"), _("its structure could not be read; a program may open the file all the same")
        return
    for name, seals in ((_("Private key"), protection.keys), (_("Certificates in it"), protection.safes)):
        for seal in seals:
            yield name, _("encrypted with {algorithm}").format(algorithm=_sealed(seal))
    if protection.open_keys:
        yield _("Private key"), _("not encrypted: whoever has the file has the key")
    if protection.open_certificates:
        yield _("Certificates in it"), _("not encrypted")
    yield _("Integrity check"), _checked(protection.mac) if protection.mac else _("none")


def _sealed(seal: Seal) -> str:
    """``AES-256 (PBKDF2, SHA-256, 2048 rounds)``, as much of it as is known."""
    if seal.rounds is None:
        return seal.algorithm
    derivation = ["PBKDF2"] if seal.derivation == "pbkdf2" else []
    return f"{seal.algorithm} ({', '.join([*derivation, readers.hash_title(seal.hash), _rounds(seal.rounds)])})"


def _checked(seal: Seal) -> str:
    return seal.algorithm if seal.rounds is None else f"{seal.algorithm}, {_rounds(seal.rounds)}"


def _rounds(count: int) -> str:
    return ngettext("{n} round", "{n} rounds", count)


def _inside(session: Session, inside: Inside, zone: tzinfo) -> Iterator[Fact]:
    yield "PIN", _("right") if inside.proven else _("it opens the file, but so does any other")
    if inside.otherwise_encoded:
        yield "", _("The file was made with this PIN in an unusual encoding; some programs will call the PIN wrong.")
    for one in inside.certificates[:FEW]:
        yield from _certificate(session, one, zone)
        if one.has_key:
            yield _("Its private key"), _("is in the file and belongs to it")
    if inside.total > FEW:
        yield "", ngettext("{n} more certificate", "{n} more certificates", inside.total - FEW)
    if not any(one.has_key for one in inside.certificates):
        yield _("Its private key"), _("belongs to none of the certificates") if inside.keys else _("none in the file")
    yield _("Name in the file"), inside.friendly_name or ""


def _certificate(session: Session, one: Within, zone: tzinfo) -> Iterator[Fact]:
    title = _("Chain") if one.authority and not one.has_key else _("Certificate")
    if one.certificate is None:
        yield title, _("cannot be read")
        return
    found = one.certificate
    yield title, ", ".join(filter(None, (found.common_name or found.subject, one.kind)))
    if title == _("Certificate"):
        yield _("Issuer"), found.issuer
    days = days_between(session.now(), found.not_after, zone)
    span = _("from {begin} to {end}").format(
        begin=when.day(found.not_before, zone), end=when.day(found.not_after, zone)
    )
    yield _("Valid"), ", ".join((span, _("expired") if days < 0 else when.days(days)))
    if title == _("Certificate"):
        yield _("Fingerprint"), found.fingerprint


def _known(session: Session, known: Known, zone: tzinfo) -> str:
    if known.row is None:
        return _("It was here as {pair}, and was deleted for good.").format(pair=known.pair[:SHORT])
    pair = known.row.pair
    fields = {
        "holder": known.row.holder.name if known.row.holder else "?",
        "provider": session.titles().get(pair.provider, pair.provider),
        "pair": pair.id[:SHORT],
        "state": _(STATES[pair.state]),
        "until": when.day(pair.not_after, zone),
    }
    if known.how == "subject":
        line = _("no, but it has the name of {holder}, {provider}. Current there: {pair}, valid until {until}.")
    elif pair.state == "current":
        line = _("This is the current certificate of {holder}, {provider}: {pair}, valid until {until}.")
    elif known.current is not None:
        fields |= {"current": known.current.id[:SHORT], "last": when.day(known.current.not_after, zone)}
        line = _(
            "This is the OLD certificate of {holder}, {provider}: {pair}. Current is {current}, valid until {last}."
        )
    else:
        line = _("This is a certificate of {holder}, {provider}, that is put away: {pair} ({state}).")
    return line.format(**fields)


def _help(session: Session, known: Known | None, protection: Protection) -> str:
    """By which command those read it who do not; empty where all do."""
    found = readers.software(protection, session.found_targets[0].values())
    titles = ", ".join(one.title for one in found)
    if not found:
        return ""
    if known is None or known.row is None:
        line = _("once it is in the vault: certvault export --for SOFTWARE; that writes it for {titles}")
        return line.format(titles=titles)
    pair = (known.current or known.row.pair).id[:SHORT]
    line = _("certvault export {pair} --for SOFTWARE --to DIR; that writes it for {titles}")
    return line.format(pair=pair, titles=titles)


def _shape(seen: Seen) -> dict[str, object]:
    looked, inside = seen.looked, seen.inside
    protection = looked.protection if looked else None
    certificates = inside.certificates if inside else looked.certificates if looked else ()
    return {
        "path": str(seen.path),
        "size": looked.size if looked else None,
        "sha256": looked.sha256 if looked else None,
        "kind": "pkcs12" if protection else None,
        "protection": protection and _protection_shape(protection),
        "readers": readers.shapes(protection) if protection else [],
        "guessing": guesses.shape(protection, seen.guess) if protection else None,
        "opened": inside is not None,
        "proven": inside.proven if inside else None,
        "keys": inside.keys if inside else None,
        "friendly_name": inside.friendly_name if inside else None,
        "certificates": [_certificate_shape(one) for one in certificates],
        "known": seen.known and _known_shape(seen.known),
        "error": errors.as_document(seen.error) if seen.error else None,
    }


def _protection_shape(protection: Protection) -> dict[str, object]:
    return {
        "names": sorted(protection.names),
        "keys": [seal._asdict() for seal in protection.keys],
        "certificates": [seal._asdict() for seal in protection.safes],
        "mac": protection.mac and protection.mac._asdict(),
        "open_keys": protection.open_keys,
        "open_certificates": protection.open_certificates,
        "understood": protection.understood,
    }


def _certificate_shape(one: Within) -> dict[str, object]:
    found = one.certificate
    facts: dict[str, object] = {}
    if found is not None:
        moments = {"not_before": text(found.not_before), "not_after": text(found.not_after)}
        facts = {**found._asdict(), **moments}
    return {**facts, "key": one.kind, "authority": one.authority, "has_key": one.has_key}


def _known_shape(known: Known) -> dict[str, object]:
    row = known.row
    return {
        "by": known.how,
        "id": known.pair,
        "pair": row and shapes.pair(row.pair, row.holder),
        "current": known.current and shapes.pair(known.current, row.holder if row else None),
    }
