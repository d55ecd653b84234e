"""Whom the vault trusts beyond the profiles that ship: profiles of the user's own, as a person has seen them."""

from __future__ import annotations

from datetime import datetime

from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.errors import ProviderNotTrusted, SettingChanged
from vault.ledger.events import record
from vault.model.canonical import Tree, canonical
from vault.model.profile import TRUSTED, Profile


def trusted(custody: Custody, profile: Profile) -> bool:
    """Whether a PIN may go where ``profile`` leads: it ships, only narrows what ships, or was trusted as it is now."""
    if not profile.widens:
        return True
    with custody.reading() as reader:
        try:
            return custody.setting(reader, TRUSTED + profile.name) == digest(profile)
        except SettingChanged:  # written past certvault: nobody trusted that
            return False


def demand_trust(custody: Custody, profile: Profile) -> None:
    """Raise ProviderNotTrusted unless ``profile`` is trusted."""
    if not trusted(custody, profile):
        raise ProviderNotTrusted(provider=profile.title, name=profile.name)


def trust(custody: Custody, profile: Profile, *, at: datetime) -> bool:
    """Trust the links, hosts and senders of ``profile`` as they are; gives whether that changes anything."""
    if trusted(custody, profile):
        return False
    name, value = TRUSTED + profile.name, digest(profile)
    hosts = " ".join(f"{host}:{port}" for host, port in profile.hosts)
    with custody.writing() as writer:
        writer.put_setting(name, value, custody.setting_auth(name, value))
        record(custody, writer, "provider-trusted", at=at, provider=profile.name, digest=value, hosts=hosts)
    return True


def digest(profile: Profile) -> str:
    """SHA-256 over where the profile leads and whom it believes: each later change of that takes trust anew."""
    links: list[Tree] = [list[Tree](link) for link in sorted(profile.links)]
    hosts: list[Tree] = [list[Tree](host) for host in sorted(profile.hosts)]
    return sha256(canonical([profile.name, links, hosts, list[Tree](sorted(profile.senders))])).hex()
