"""A page that only leads on is followed where it clearly leads, and nowhere else."""

from __future__ import annotations

import pytest

from tests.unit.portal.profiles import PROFILE, as_page
from vault.portal.onward import onward

LEADS = {
    '<meta http-equiv="Refresh" content="3; URL=/file">': "/file",
    "<meta http-equiv=refresh content=\"0;url='/file'\">": "/file",
    '<iframe src="/file"></iframe>': "/file",
    '<frameset><frame src="/file"></frameset>': "/file",
    '<a href="/file">Zertifikatsdownload</a>': "/file",
    '<a href="/file"><span>Zertifikat</span> jetzt herunterladen</a>': "/file",
    '<a href="/a">Impressum</a><a href="/file">Zertifikatsdownload</a>': "/file",
    '<meta http-equiv=refresh content="600">': None,
    '<iframe src="/a"></iframe><iframe src="/b"></iframe>': None,
    '<a href="/a">Zertifikatsdownload</a><a href="/b">Zertifikatsdownload</a>': None,
    '<a href="#" onclick="go()">Zertifikatsdownload</a>': None,
    '<a href="#top">Zertifikatsdownload</a>': None,
    '<a href="/hilfe.pdf">Anleitung zum Zertifikatsdownload</a>': None,
    '<a href="/a">Impressum</a>': None,
    "<p>nichts</p>": None,
}


@pytest.mark.parametrize("source", LEADS)
def test_where_a_page_leads(source: str) -> None:
    """A refresh, a single frame, a single link in the words of the button; never one of several, never a script."""
    assert onward(as_page(source), PROFILE) == LEADS[source]
