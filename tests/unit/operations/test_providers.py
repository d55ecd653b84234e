"""Trust in a profile of the user's own: bound to what was seen, and to the root key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import ProviderNotTrusted
from vault.model.event import Wanted
from vault.model.profile import TRUSTED, Profile
from vault.operations.providers import demand_trust, digest, trust, trusted
from vault.profiles import read_own

WIDER = 'hosts = ["www.arag.de", "www.arag.example"]'


def arag(text: str = WIDER) -> Profile:
    """What a file of the user's makes of a shipped profile."""
    return read_own("arag", text, "arag.toml")


def test_what_ships_needs_no_trust(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Nor does what only narrows it: nothing is written."""
    for profile in (*profiles.values(), arag("hosts = []")):
        demand_trust(custody, profile)
        assert not trust(custody, profile, at=NOW)
    with custody.reading() as reader:
        assert reader.setting(TRUSTED + "arag") is None


def test_trust_is_recorded_and_kept(custody: Custody) -> None:
    """Before it is given nothing is fetched; afterwards it stays, and is an event with the hosts."""
    with pytest.raises(ProviderNotTrusted):
        demand_trust(custody, arag())
    assert trust(custody, arag(), at=NOW)
    demand_trust(custody, arag())
    assert not trust(custody, arag(), at=NOW)
    with custody.reading() as reader:
        event = list(reader.events(Wanted(), after=0, limit=100))[-1].event
    assert event.what == "provider-trusted"
    assert dict(event.details)["hosts"] == "www.arag.de:443 www.arag.example:443"


OTHERS = {
    "another host": WIDER.replace("arag.example", "evil.example"),
    "one host more": WIDER.replace("]", ', "evil.example"]'),
    "another port": WIDER.replace("arag.example", "arag.example:8443"),
    "one sender more": WIDER + '\nsenders = ["webservice-zertifikat@arag.de", "me@evil.example"]',
    "another path": WIDER + '\n[[links]]\nhost = "www.arag.de"\npath = "/x"\nreference = "did"\npattern = "[0-9]{8}"',
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_a_later_change_takes_trust_anew(text: str, custody: Custody) -> None:
    """What is trusted is exactly what was shown."""
    trust(custody, arag(), at=NOW)
    assert not trusted(custody, arag(text))
    assert trust(custody, arag(text), at=NOW)
    assert not trusted(custody, arag())


def test_what_leads_nowhere_else_keeps_its_trust(custody: Custody) -> None:
    """Words, days and the order of hosts are no matter of trust."""
    trust(custody, arag(), at=NOW)
    assert trusted(custody, arag('days = 5\nhosts = ["www.arag.example", "www.arag.de"]'))


def test_who_has_the_register_key_cannot_trust(folder: Path) -> None:
    """The setting, written past the program, is nobody's trust."""
    with vaults.custody(folder) as custody:
        with custody.writing() as writer:
            writer.put_setting(TRUSTED + "arag", digest(arag()), bytes(32))
        assert not trusted(custody, arag())
        assert trust(custody, arag(), at=NOW)
        assert trusted(custody, arag())


def test_the_trust_of_one_provider_is_not_that_of_another(custody: Custody) -> None:
    """A setting is authenticated with its name, and the digest holds the name too."""
    trust(custody, arag(), at=NOW)
    with custody.writing() as writer:
        value, auth = writer.setting(TRUSTED + "arag"), writer.setting_auth(TRUSTED + "arag")
        assert value is not None
        assert auth is not None
        writer.put_setting(TRUSTED + "nord", value, auth)
    assert not trusted(custody, arag()._replace(name="nord"))
