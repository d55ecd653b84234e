"""A token service on the web: open the page of a link, hand in the PIN once, get the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from vault.errors import (
    N_,
    AnswerNotUnderstood,
    CertvaultError,
    LinkGone,
    LinkNotAllowed,
    NotReachable,
    OutcomeUnknown,
    PageNotUnderstood,
    Phrase,
    PinRefused,
    RedirectNotAllowed,
)
from vault.http.client import new_client
from vault.http.transfer import Answer, Deadline, Limits, Lost, Prepare, Unfit, transfer
from vault.model.address import CheckedUrl
from vault.model.profile import Profile
from vault.model.shown import shown
from vault.portal.answers import file, other_file, verdict
from vault.portal.bodies import can_carry, posting
from vault.portal.candidates import NO_FORM
from vault.portal.forms import PinForm, asks_again, base, not_understood, pin_form, takes_pin
from vault.portal.onward import onward
from vault.portal.pages import Page, lines, page, text
from vault.portal.redirects import MOST, Allowed, joined, named, redirect, refused
from vault.ports.portal import Progress
from vault.secret import Pin

TRIES = 3
"""Times that one page is asked for, before the PIN."""
LONGEST_WAIT = 10.0
"""Seconds between two tries: who asks for more patience is not reachable."""

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/x-pkcs12,*/*;q=0.8",
    "Accept-Language": "de,en;q=0.5",
}
_BUSY = {429, 502, 503, 504}
_CUT = N_("the file arrived incomplete")


class TokenService:
    """Implements :class:`vault.ports.portal.Portal` over HTTPS. ``sleep`` waits between two tries."""

    def __init__(
        self, sleep: Callable[[float], None], *, ca_file: Path | None = None, limits: Limits | None = None
    ) -> None:
        self._sleep = sleep
        self._ca_file = ca_file
        self._limits = limits or Limits()

    def reach(self, url: CheckedUrl, profile: Profile, progress: Progress) -> TokenPage | bytes:
        """Open the page of ``url`` by GET, at most :data:`TRIES` times. Bytes where the file comes without a PIN."""
        visit = _Visit(new_client(_HEADERS, self._ca_file), url, profile, self._limits, self._sleep, progress)
        with Deadline(self._limits.exchange) as deadline:
            return visit.first(url, deadline)


class TokenPage:
    """Implements :class:`vault.ports.portal.PinPage`: the page with the form, and the cookies that belong to it."""

    def __init__(self, visit: _Visit, page: Page, form: PinForm) -> None:
        self._visit = visit
        self._page = page
        self._form = form

    def submit(self, pin: Pin) -> bytes:
        """Send ``pin`` once, and give the file that comes back."""
        if not can_carry(self._form, pin):
            raise not_understood(self._page, N_("its character set lacks a character of this PIN"))
        with Deadline(self._visit.limits.exchange) as deadline:
            return self._visit.second(self._page, self._form, pin, deadline)


class _Visit:
    """One fetch: one client with its cookies, the hosts it may speak to."""

    def __init__(
        self,
        client: httpx.Client,
        url: CheckedUrl,
        profile: Profile,
        limits: Limits,
        sleep: Callable[[float], None],
        progress: Progress,
    ) -> None:
        self.limits = limits
        self._client = client
        self._allowed = Allowed(frozenset(profile.hosts) | {(url.host, url.port)})
        self._profile = profile
        self._sleep = sleep
        self._progress = progress

    # before the PIN

    def first(self, checked: CheckedUrl, deadline: Deadline) -> TokenPage | bytes:
        """The page with the form, or the file where no PIN is asked."""
        url = httpx.URL(checked.text)
        if str(url) != checked.text:
            raise LinkNotAllowed(provider=self._profile.title, why=N_("it has characters that do not belong there"))
        answer = self._arrive(self._get(url, deadline), deadline, pin_sent=False)
        host = shown(answer.url.host)
        match file(answer.body):
            case "whole":
                return answer.body
            case "cut":
                raise NotReachable(host=host, why=_CUT)
        if answer.status >= 500:
            raise NotReachable(host=host, why=_status(answer))
        arrived = _page(answer)
        if answer.status in {404, 410}:
            raise LinkGone(host=host, text=text(arrived) if arrived is not None else "")
        if arrived is None:
            raise PageNotUnderstood(host=host, why=other_file(answer.body) or NO_FORM, text="", pin_sent=False)
        return self._form(arrived, answer)

    def _form(self, arrived: Page, answer: Answer) -> TokenPage:
        try:
            return TokenPage(self, arrived, pin_form(arrived, self._profile))
        except PageNotUnderstood as error:
            problem = error
        if verdict(arrived, self._profile) == "gone":
            raise LinkGone(host=problem.fields["host"], text=problem.fields["text"])
        if answer.status >= 400:
            problem.fields["why"] = _status(answer)
        raise problem

    def _get(self, url: httpx.URL, deadline: Deadline) -> Answer:
        """The answer to a GET, asked for again where that may help."""
        for tries_left in reversed(range(TRIES)):
            answer = self._transfer(url, _getting(url), deadline)
            if isinstance(answer, Answer) and answer.status not in _BUSY:
                return answer
            if isinstance(answer, Unfit):
                raise PageNotUnderstood(host=shown(url.host), why=answer.why, text="", pin_sent=False)
            pause = _pause(answer, TRIES - tries_left)
            if deadline.over() or not tries_left or pause > LONGEST_WAIT:
                break
            self._sleep(pause)
        raise NotReachable(host=shown(url.host), why=_status(answer) if isinstance(answer, Answer) else answer.why)

    # after the PIN

    def second(self, before: Page, form: PinForm, pin: Pin, deadline: Deadline) -> bytes:
        """Send the PIN, and say what came of it."""
        sent = self._transfer(form.action, posting(form, pin, before.url), deadline)
        try:
            answer = self._arrive(self._after_pin(sent, form.action), deadline, pin_sent=True)
        except RedirectNotAllowed as error:
            error.fields["pin_sent"] = True
            error.hint = N_("The PIN was sent once, to the page's own address. Ask the provider about its service.")
            raise
        match file(answer.body):
            case "whole":
                return answer.body
            case "cut":
                raise OutcomeUnknown(host=shown(answer.url.host), why=_CUT)
        raise self._meaning(answer, before, form, pin)

    def _after_pin(self, answer: Answer | Lost | Unfit, url: httpx.URL) -> Answer:
        host = shown(url.host)
        if isinstance(answer, Lost):
            raise OutcomeUnknown(host=host, why=answer.why) if answer.sent else NotReachable(host=host, why=answer.why)
        if isinstance(answer, Unfit):
            raise AnswerNotUnderstood(host=host, why=answer.why, text="", pin_sent=True)
        return answer

    def _meaning(self, answer: Answer, before: Page, form: PinForm, pin: Pin) -> CertvaultError:
        """What an answer that is no file means."""
        host = shown(answer.url.host)
        if answer.status >= 500:
            return OutcomeUnknown(host=host, why=_status(answer))
        arrived = _page(answer)
        if arrived is None:
            return LinkGone(host=host) if answer.status in {404, 410} else self._puzzled(answer, "")
        known = frozenset(lines(before.root))
        said = verdict(arrived, self._profile, known)
        if said == "gone" or (not said and answer.status in {404, 410}):
            return LinkGone(host=host, text=text(arrived, pin, known))
        if said == "refused" or asks_again(arrived, self._profile, form):
            return PinRefused(host=host, text=text(arrived, pin, known))
        return self._puzzled(answer, text(arrived, pin))

    def _puzzled(self, answer: Answer, readable: str) -> CertvaultError:
        why = other_file(answer.body) or (
            _status(answer) if answer.status >= 400 else N_("it is neither a file nor a known answer")
        )
        if not answer.body.strip():
            why = N_("its answer is empty")
        return AnswerNotUnderstood(host=shown(answer.url.host), why=why, text=readable, pin_sent=True)

    # both

    def _arrive(self, answer: Answer, deadline: Deadline, *, pin_sent: bool) -> Answer:
        """Follow redirects, and a page that only leads on, by GET."""
        for _ in range(MOST):
            location = redirect(answer.status, answer.headers.get("location"), answer.url, pin_sent=pin_sent)
            target = self._allowed.step(answer.url, location) if location is not None else self._led_on(answer)
            if target is None:
                return answer
            answer = self._next(target, deadline, pin_sent=pin_sent)
        location = redirect(answer.status, answer.headers.get("location"), answer.url, pin_sent=pin_sent)
        if location is None:
            return answer
        last = named(self._allowed.step(answer.url, location))
        raise refused(answer.url, last, Phrase(N_("it redirects more than {most} times"), most=MOST))

    def _next(self, target: httpx.URL, deadline: Deadline, *, pin_sent: bool) -> Answer:
        if not pin_sent:
            return self._get(target, deadline)
        answer = self._transfer(target, _getting(target), deadline)
        if isinstance(answer, Lost):
            answer = answer._replace(sent=True)  # whatever became of this GET, the PIN is gone
        return self._after_pin(answer, target)

    def _led_on(self, answer: Answer) -> httpx.URL | None:
        arrived = _page(answer) if answer.status < 300 and file(answer.body) is None else None
        if arrived is None or takes_pin(arrived, self._profile) or verdict(arrived, self._profile):
            return None
        target = onward(arrived, self._profile)
        url = joined(base(arrived), target) if target is not None else None
        return url if url is not None and url != answer.url and self._allowed.holds(url) else None

    def _transfer(self, url: httpx.URL, prepare: Prepare, deadline: Deadline) -> Answer | Lost | Unfit:
        return transfer(self._client, url, prepare, deadline, self.limits, self._progress)


def _getting(url: httpx.URL) -> Prepare:
    def prepare(client: httpx.Client, extensions: Mapping[str, Any]) -> httpx.Request:
        return client.build_request("GET", url, extensions={**extensions})

    return prepare


def _page(answer: Answer) -> Page | None:
    return page(answer.url, answer.headers.get("content-type", ""), answer.body)


def _status(answer: Answer) -> str:
    return Phrase(N_("it answered with HTTP status {status}"), status=answer.status)


def _pause(answer: Answer | Lost, number: int) -> float:
    """Seconds before try ``number`` + 1: what the server asks for, else 0.5, 1, 2."""
    wished = answer.headers.get("retry-after", "") if isinstance(answer, Answer) else ""
    return float(wished) if wished.isascii() and wished.isdigit() and len(wished) < 6 else 2.0 ** (number - 2)
