"""Which pairs may be deleted for good."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from vault.model.retention import PutAway, free


def put_away(id_: str, by: str | None = None) -> PutAway:
    """A pair that is put away."""
    return PutAway(id_, by, None)


def test_a_successor_stays_with_the_one_that_names_it() -> None:
    """Along the whole chain: who is named by one that stays, stays."""
    chain = [put_away("A", "B"), put_away("B", "C"), put_away("C", "D"), put_away("X", "D")]
    assert free(chain, ["A", "B", "C"]) == {"A", "B", "C"}
    assert free(chain, ["B", "C"]) == set()
    assert free(chain, ["A", "C"]) == {"A"}
    assert free(chain, ["X"]) == {"X"}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique_by=lambda each: each[0]), st.sets(st.integers())
)
@example([(0, 1)], {1})
def test_no_pair_that_stays_names_one_that_goes(named: list[tuple[int, int]], going: set[int]) -> None:
    """Whatever the names: afterwards every successor that is named is there, and nothing goes that was not to go."""
    every = [put_away(str(one), str(by) if by != one else None) for one, by in named]
    gone = free(every, map(str, going))
    assert gone <= set(map(str, going))
    assert not [one for one in every if one.id not in gone and one.superseded_by in gone]
    untouched = {one.superseded_by for one in every if one.id not in gone}
    assert all(one in gone or one in untouched or _named(every, one, gone) for one in map(str, going))


def _named(every: list[PutAway], one: str, gone: set[str]) -> bool:
    """Whether a pair that stays names ``one``."""
    return any(each.superseded_by == one and each.id not in gone for each in every)
