"""``remind`` where there may be something to do: the channels of the configuration, and the texts that they send."""

from __future__ import annotations

from datetime import datetime

from cli.channels import configured
from cli.render import reminded as render
from cli.render.digest import composer
from cli.session import Session
from vault.custody import Watch
from vault.model.reminder import MAIL
from vault.operations import remind
from vault.operations.planning import planned
from vault.operations.remind import Compose
from vault.operations.settings import LANGUAGE, standing, zone


def send(session: Session, watch: Watch, at: datetime) -> None:
    """Send what is to be told."""
    done = remind.remind(watch, configured(session), _compose(session, watch), windows=session.windows(), at=at)
    render.answer(session, done, at)


def test(session: Session, watch: Watch, at: datetime) -> None:
    """Send a message by every channel, which says that it works."""
    render.answer(session, remind.test(watch, configured(session), _compose(session, watch), at=at), at)


def show(session: Session, watch: Watch, at: datetime) -> None:
    """Show what would be sent."""
    names = [channel.name for channel in configured(session)]
    plan = planned(watch, names or [MAIL], windows=session.windows(), at=at)
    render.planned(session, plan, session.zone(watch), at)


def _compose(session: Session, watch: Watch) -> Compose:
    with watch.reading() as reader:
        language = standing(watch, reader, LANGUAGE).value
        there = zone(watch, reader)
    return composer(session.titles(), there, language)
