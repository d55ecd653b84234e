"""In which language documents are that go to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session import Session
from cli.texts import known_language
from vault.operations.settings import LANGUAGE, SETTINGS, standing

if TYPE_CHECKING:
    from vault.custody import Watch


def of_documents(session: Session, watch: Watch) -> str:
    """The one that ``--lang`` says, else that of what is sent: German unless set, as insurers and brokers are."""
    with watch.reading() as reader:
        chosen = standing(watch, reader, LANGUAGE).value
    return session.lang or known_language(chosen) or SETTINGS[LANGUAGE].default
