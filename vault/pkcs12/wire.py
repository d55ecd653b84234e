"""What parent and child say to each other over the pipe: blobs with their length in front, and answers in JSON."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, NamedTuple

from vault.errors import (
    BeyondUs,
    CertvaultError,
    FileDamaged,
    KeyDoesNotFit,
    NoCertificate,
    NoPrivateKey,
    Phrase,
    SeveralCertificates,
    TooCostly,
    WrongPin,
)
from vault.model.certificate import Certificate
from vault.model.times import moment, text
from vault.pkcs12.limits import LARGEST
from vault.ports.opener import Opened
from vault.secret import Pin

OUT_OF_MEMORY = 12
"""The exit code by which a child says that its memory was not enough."""
_ERRORS: dict[str, type[CertvaultError]] = {
    error.__name__: error
    for error in (
        BeyondUs,
        FileDamaged,
        KeyDoesNotFit,
        NoCertificate,
        NoPrivateKey,
        SeveralCertificates,
        TooCostly,
        WrongPin,
    )
}


class Garbled(Exception):
    """The other side ended, or says what is no answer."""


class Request(NamedTuple):
    """One file to open."""

    pkcs12: bytes
    pin: Pin
    strangers: tuple[Pin, ...]


def send_request(pipe: BinaryIO, request: Request) -> None:
    """Write ``request``. Raises OSError."""
    pins = [pin.reveal().encode() for pin in (request.pin, *request.strangers)]
    for blob in (len(pins).to_bytes(1), *pins, request.pkcs12):
        _write(pipe, blob)
    pipe.flush()


def receive_request(pipe: BinaryIO) -> Request | None:
    """The next request, or None where the parent has no more. Raises Garbled."""
    number = pipe.read(4)
    if not number:
        return None
    if number != (1).to_bytes(4):
        raise Garbled
    pin, *strangers = (Pin(_read(pipe).decode()) for _ in range(pipe.read(1)[0]))
    return Request(_read(pipe), pin, tuple(strangers))


def send_answer(pipe: BinaryIO, answer: Opened | CertvaultError) -> None:
    """Write what came of a request."""
    told = _of_error(answer) if isinstance(answer, CertvaultError) else _of_opened(answer)
    _write(pipe, json.dumps(told).encode())
    pipe.flush()


def receive_answer(pipe: BinaryIO) -> Opened | CertvaultError:
    """What came of a request. Raises Garbled."""
    blob = _read(pipe)
    try:
        told = json.loads(blob)
        return _error(told) if "error" in told else _opened(told)
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise Garbled from wrong


def _write(pipe: BinaryIO, blob: bytes) -> None:
    pipe.write(len(blob).to_bytes(4) + blob)


def _read(pipe: BinaryIO) -> bytes:
    size = pipe.read(4)
    length = int.from_bytes(size)
    blob = pipe.read(length) if len(size) == 4 and length <= 4 * LARGEST else b""
    if len(size) < 4 or len(blob) < length:
        raise Garbled
    return blob


def _of_opened(opened: Opened) -> dict[str, Any]:
    certificate = opened.certificate._asdict()
    certificate["not_before"] = text(opened.certificate.not_before)
    certificate["not_after"] = text(opened.certificate.not_after)
    return {**opened._asdict(), "certificate": certificate}


def _opened(told: dict[str, Any]) -> Opened:
    certificate = dict(told.pop("certificate"))
    begin, end = moment(certificate.pop("not_before")), moment(certificate.pop("not_after"))
    return Opened(Certificate(**certificate, not_before=begin, not_after=end), **told)


def _of_error(error: CertvaultError) -> dict[str, Any]:
    fields = {
        name: {"template": value.template, "fields": value.fields} if isinstance(value, Phrase) else value
        for name, value in error.fields.items()
    }
    return {"error": type(error).__name__, "sentence": error.sentence, "hint": error.hint, "fields": fields}


def _error(told: dict[str, Any]) -> CertvaultError:
    fields = {
        name: Phrase(value["template"], **value["fields"]) if isinstance(value, dict) else value
        for name, value in told["fields"].items()
    }
    return _ERRORS[told["error"]](told["sentence"], hint=told["hint"], **fields)
