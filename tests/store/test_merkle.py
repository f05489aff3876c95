"""The tree of RFC 6962, against its definition by halving, and against the test vectors of Certificate Transparency."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.verify_standalone import root_from_path
from store.merkle import levels_of, path_of, root_of

# certificate-transparency's own test data (cpp/merkletree/merkle_tree_test.cc): these leaves, and the root over all.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("count", ROOTS)
def test_the_root_is_that_of_the_published_vectors(count: int) -> None:
    assert root_of(LEAVES[:count]).hex() == ROOTS[count]


def _defined(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    half = 1 << ((len(entries) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _defined(entries[:half]) + _defined(entries[half:])).digest()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70))
def test_every_tree_is_as_defined_and_every_path_leads_to_its_root(entries: list[bytes]) -> None:
    levels = levels_of(entries)
    root = _defined(entries)
    assert levels[-1] == [root]
    for index, entry in enumerate(entries):
        assert root_from_path(entry, index, len(entries), path_of(levels, index)) == root


@given(st.lists(st.binary(min_size=1, max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_no_path_leads_to_the_root_from_another_place(entries: list[bytes], data: st.DataObject) -> None:
    levels = levels_of(entries)
    index = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda place: place != index))
    assert root_from_path(entries[index], other, len(entries), path_of(levels, index)) != levels[-1][0]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        pytest.param(0, 2, [], id="too short"),
        pytest.param(0, 1, [b"\x00" * 32], id="too long"),
        pytest.param(2, 2, [b"\x00" * 32], id="index beyond the end"),
        pytest.param(-1, 2, [b"\x00" * 32], id="negative index"),
    ],
)
def test_a_path_that_fits_no_such_tree_gives_no_root(index: int, size: int, path: list[bytes]) -> None:
    assert root_from_path(b"entry", index, size, path) is None
