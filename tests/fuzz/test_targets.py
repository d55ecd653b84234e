"""Every target of ``scripts/fuzz`` takes its seeds, what was found once, and what Hypothesis makes of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import FOUND, TARGETS, Target

SEEDS = {name: list(target.seeds()) for name, target in TARGETS.items()}


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str) -> None:
    """No seed makes a target raise, and there are seeds."""
    assert SEEDS[name]
    for seed in SEEDS[name]:
        TARGETS[name].run(seed)


def test_what_was_found_once() -> None:
    """What the fuzzer found does not come back."""
    for path in sorted(FOUND.glob("*/*")):
        TARGETS[path.parent.name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_changed_seeds(name: str, data: st.DataObject) -> None:
    """Seeds with bytes changed, pieces cut out, doubled, or put in from another one raise nothing."""
    TARGETS[name].run(_changed(data, SEEDS[name], TARGETS[name]))


@pytest.mark.parametrize("name", TARGETS)
@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    """Any bytes raise nothing."""
    TARGETS[name].run(data)


def _changed(data: st.DataObject, seeds: list[bytes], target: Target) -> bytes:
    seed = data.draw(st.sampled_from(seeds))[: target.longest]
    if target.change is not None and data.draw(st.booleans()):
        return target.change(seed, data.draw(st.randoms()), lambda leaf: _cut_and_filled(data, leaf))
    return _cut_and_filled(data, seed)


def _cut_and_filled(data: st.DataObject, seed: bytes) -> bytes:
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(changed)))
        end = min(len(changed), start + data.draw(st.integers(0, 30)))
        donor = data.draw(st.sampled_from([bytes(changed[start:end]) * 2, b"", data.draw(st.binary(max_size=8))]))
        changed[start:end] = donor
    return bytes(changed)
