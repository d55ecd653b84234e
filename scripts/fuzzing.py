"""The process that fuzzes one target: TARGET CORPUS FOUND SECONDS."""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import atheris

from scripts.fuzz import MEGABYTES, SECONDS

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

MOST_WORDS = 400


def main() -> None:
    """Fuzz until the time is over, or something is found. Does not return."""
    name, corpus, found, seconds = sys.argv[1:]
    with atheris.instrument_imports(include=["vault", "tomllib", "imaplib"], enable_loader_override=False):
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    seeds = list(target.seeds())
    for number, seed in enumerate(seeds):
        (Path(corpus) / f"seed-{number:03}").write_bytes(seed)
    words = Path(corpus).with_name("words")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in _words(seeds)))
    options = {
        "max_total_time": seconds,
        "timeout": SECONDS,
        "rss_limit_mb": MEGABYTES,
        **({"dict": str(words)} if words.stat().st_size else {}),
        "max_len": target.longest,
        "artifact_prefix": f"{found}/",
        "print_final_stats": 1,
    }
    arguments = [sys.argv[0], corpus, *(f"-{key}={value}" for key, value in options.items())]
    atheris.Setup(arguments, target.run, **({"custom_mutator": partial(_changed, target)} if target.change else {}))
    atheris.Fuzz()


def _changed(target: Target, data: bytes, longest: int, seed: int) -> bytes:
    """One time in three as the fuzzer does it, else as the target knows it."""
    random = Random(seed)  # noqa: S311 - the fuzzer seeds it, to be able to repeat what it did
    if target.change is None or random.randrange(3) == 0:
        return bytes(atheris.Mutate(data, longest))

    def mutated(leaf: bytes) -> bytes:
        return bytes(atheris.Mutate(leaf, len(leaf) + random.choice((0, 1, 8, 100))))

    return target.change(data, random, mutated)[:longest]


def _words(seeds: list[bytes]) -> list[bytes]:
    """What the fuzzer puts in as a whole: the words of the seeds that are text, the most common first."""
    text = (seed for seed in seeds if not re.search(rb"[\x00-\x08\x0e-\x1f]", seed[1:]))
    found = Counter(word for seed in text for word in re.findall(rb"[\w.-]{2,24}[ ]?[=:]?|[^\w\s]{1,3}", seed))
    return [word for word, _ in found.most_common(MOST_WORDS)]


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


if __name__ == "__main__":
    main()
