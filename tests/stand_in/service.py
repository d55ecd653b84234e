"""A token service that is none: it hands out a file for a reference and its PIN, over real TLS, on this machine.

It answers as ``www.arag.de`` behind a proxy on loopback, so that the program itself runs unchanged::

    with StandIn.running() as service:
        url = service.offer("f83f71f08bdf3c90", pin="Ab3x", file=make_pair("Schäffer", "Ab3x"))
        subprocess.run([..., "fetch"], env=os.environ | service.environment())
"""

from __future__ import annotations

import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs

from tests.stand_in.certificates import Authority, make_authority, make_server
from tests.stand_in.pages import Shape
from tests.stand_in.proxy import Proxy
from tests.stand_in.server import Received, Reply, Server
from tests.stand_in.tricks import HOST, OTHER, PATH, Offer, Trick, after, before, page


@dataclass
class StandIn:
    """The running stand-in. ``requests`` is what it received; only those of its own name are answered with pages."""

    authority: Authority
    folder: Path
    server: Server
    proxy: Proxy
    requests: list[Received] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """Start on ports that are free, and stop without leaving a thread or a file."""
        with tempfile.TemporaryDirectory(prefix="stand-in-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            authority = make_authority()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            (folder / "server.pem").write_bytes(make_server(authority, (HOST, OTHER, "localhost")))
            context.load_cert_chain(folder / "server.pem")
            (folder / "ca.pem").write_bytes(authority.pem)
            server = Server(context)
            proxy = Proxy({f"{HOST}:443": server.port, f"{OTHER}:443": server.port})
            service = cls(authority, folder, server, proxy)
            server.answerer = service.answer
            with _serving(proxy), _serving(server):
                yield service

    @property
    def ca_file(self) -> Path:
        """The authority's certificate, as ``SSL_CERT_FILE`` wants it."""
        return self.folder / "ca.pem"

    def environment(self) -> dict[str, str]:
        """What a program needs to speak to the stand-in instead of the insurer."""
        return {
            "HTTPS_PROXY": self.proxy.address,
            "https_proxy": self.proxy.address,
            "NO_PROXY": "",
            "no_proxy": "",
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def offer(
        self,
        did: str,
        *,
        pin: str,
        file: bytes,
        shape: Shape = Shape.PLAIN,
        trick: Trick = Trick.NONE,
        times: int = 1,
    ) -> str:
        """Have ``file`` ready for ``did`` and ``pin``; gives the link that an insurer would mail."""
        self.offers[did] = Offer(pin, file, shape, trick, times)
        return f"https://{HOST}{PATH}?did={did}"

    def of(self, did: str) -> list[Received]:
        """The requests for one reference, in their order."""
        return [request for request in self.requests if f"did={did}" in request.path]

    def answer(self, request: Received) -> Reply:
        """Write down what was asked, and answer it."""
        self.requests.append(request)
        path, _, query = request.path.partition("?")
        did = parse_qs(query).get("did", [""])[0]
        offer = self.offers.get(did)
        if offer is None or request.host != HOST:
            return page("<p>Seite nicht gefunden.</p>", 404)
        offer.seen += 1
        if request.method == "POST":
            return after(offer, request, did)
        if parse_qs(query).get("ready"):
            return Reply(body=offer.file)
        return before(offer, request, path, did)


@contextmanager
def _serving(server: Server | Proxy) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()
