"""What parent and child say to each other over the pipe: blobs with their length in front, and answers in JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from vault.errors import (
    BeyondUs,
    CertvaultError,
    Fault,
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
from vault.ports.opener import Inside, Opened, Within
from vault.secret import Pin

_OPEN, _LOOK, _TRIAL, _QUICK_TRIAL = b"o", b"l", b"t", b"q"
_ORDERS = {"3des": b"3", "aes": b"a", "pem": b"p"}
Answer: TypeAlias = "Opened | Inside | Fits | Anew"
OUT_OF_MEMORY = 12
"""The exit code by which a child says that its memory was not enough."""
_ERRORS: dict[str, type[CertvaultError]] = {
    error.__name__: error
    for error in (
        BeyondUs,
        Fault,
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
    """One file to open; with ``look``, to say what is in it, be it a pair or not."""

    pkcs12: bytes
    pin: Pin
    strangers: tuple[Pin, ...]
    look: bool = False


class Trial(NamedTuple):
    """One file, and PINs of which one may be that of its MAC; ``quickly`` where a miss need not be the last word."""

    pkcs12: bytes
    pins: tuple[Pin, ...]
    quickly: bool


class Fits(NamedTuple):
    """Which of the PINs it is."""

    at: int | None


class Order(NamedTuple):
    """One file to write anew, as a flavour and under a secret; without one a key that is not encrypted."""

    pkcs12: bytes
    pin: Pin
    flavour: str
    secret: Pin | None


class Anew(NamedTuple):
    """What was written."""

    data: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "<Anew>"


def send_request(pipe: BinaryIO, request: Request | Trial | Order) -> None:
    """Write ``request``. Raises OSError."""
    pins: tuple[Pin, ...]
    if isinstance(request, Order):
        kind, pins = _ORDERS[request.flavour], (request.pin, *(() if request.secret is None else (request.secret,)))
    elif isinstance(request, Trial):
        kind, pins = _QUICK_TRIAL if request.quickly else _TRIAL, request.pins
    else:
        kind, pins = _LOOK if request.look else _OPEN, (request.pin, *request.strangers)
    _write(pipe, kind + len(pins).to_bytes(4) + b"".join(_counted(pin.reveal().encode()) for pin in pins))
    _write(pipe, request.pkcs12)
    pipe.flush()


def receive_request(pipe: BinaryIO) -> Request | Trial | Order | None:
    """The next request, or None where the parent has no more. Raises Garbled."""
    head = _read_or_end(pipe)
    if head is None:
        return None
    pins = tuple(_pins(head[1:]))
    pkcs12 = _read(pipe)
    for flavour, kind in _ORDERS.items():
        if head[:1] == kind:
            return Order(pkcs12, pins[0], flavour, pins[1] if len(pins) > 1 else None)
    if head[:1] in (_TRIAL, _QUICK_TRIAL):
        return Trial(pkcs12, pins, head[:1] == _QUICK_TRIAL)
    return Request(pkcs12, pins[0], pins[1:], head[:1] == _LOOK)


def send_answer(pipe: BinaryIO, answer: Answer | CertvaultError) -> None:
    """Write what came of a request."""
    _write(pipe, json.dumps(_told(answer)).encode())
    pipe.flush()


def receive_answer(pipe: BinaryIO) -> Answer | CertvaultError:
    """What came of a request. Raises Garbled."""
    blob = _read(pipe)
    try:
        told = json.loads(blob)
        if "fits" in told:
            return Fits(told["fits"])
        if "anew" in told:
            return Anew(tuple(base64.b64decode(data, validate=True) for data in told["anew"]))
        if "refusal" in told:
            return _inside(told)
        return _error(told) if "error" in told else _opened(told)
    except (ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise Garbled from wrong


def _write(pipe: BinaryIO, blob: bytes) -> None:
    pipe.write(_counted(blob))


def _counted(blob: bytes) -> bytes:
    return len(blob).to_bytes(4) + blob


def _read(pipe: BinaryIO) -> bytes:
    blob = _read_or_end(pipe)
    if blob is None:
        raise Garbled
    return blob


def _read_or_end(pipe: BinaryIO) -> bytes | None:
    size = pipe.read(4)
    if not size:
        return None
    length = int.from_bytes(size)
    blob = pipe.read(length) if len(size) == 4 and length <= 4 * LARGEST else b""
    if len(size) < 4 or len(blob) < length:
        raise Garbled
    return blob


def _pins(counted: bytes) -> Iterator[Pin]:
    at = 4
    for _ in range(int.from_bytes(counted[:4])):
        end = at + 4 + int.from_bytes(counted[at : at + 4])
        yield Pin(counted[at + 4 : end].decode())
        at = end


def _told(answer: Answer | CertvaultError) -> dict[str, Any]:
    if isinstance(answer, CertvaultError):
        return _of_error(answer)
    if isinstance(answer, Fits):
        return {"fits": answer.at}
    if isinstance(answer, Anew):
        return {"anew": [base64.b64encode(data).decode() for data in answer.data]}
    return _of_inside(answer) if isinstance(answer, Inside) else _of_opened(answer)


def _of_opened(opened: Opened) -> dict[str, Any]:
    return {**opened._asdict(), "certificate": _of_certificate(opened.certificate)}


def _opened(told: dict[str, Any]) -> Opened:
    return Opened(_certificate(told.pop("certificate")), **told)


def _of_inside(inside: Inside) -> dict[str, Any]:
    within = [
        {**each._asdict(), "certificate": each.certificate and _of_certificate(each.certificate)}
        for each in inside.certificates
    ]
    return {**inside._asdict(), "certificates": within, "refusal": inside.refusal and _of_error(inside.refusal)}


def _inside(told: dict[str, Any]) -> Inside:
    within = tuple(
        Within(**{**each, "certificate": each["certificate"] and _certificate(each["certificate"])})
        for each in told.pop("certificates")
    )
    refusal = told.pop("refusal")
    return Inside(certificates=within, refusal=refusal and _error(refusal), **told)


def _of_certificate(certificate: Certificate) -> dict[str, Any]:
    moments = {"not_before": text(certificate.not_before), "not_after": text(certificate.not_after)}
    return {**certificate._asdict(), **moments}


def _certificate(told: dict[str, Any]) -> Certificate:
    moments = {name: moment(told[name]) for name in ("not_before", "not_after")}
    return Certificate(**{**told, **moments})


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
