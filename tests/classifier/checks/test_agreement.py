"""Two readers' labels are compared as the textbook does."""

from pathlib import Path

import pytest

from classifier.checks.agreement import Reading, check_agreement, kappa, load_second_reading
from classifier.labels import LABELS
from lurewatch.errors import DataError
from tests.classifier.checks.posts import make_post

BOAT, NONE = frozenset({"smuggling"}), frozenset[str]()


def test_kappa_of_a_worked_example() -> None:
    """Cohen's table of 50 posts: 20 both yes, 5 first alone, 10 second alone, 15 both no: kappa 0.40."""
    pairs = [(BOAT, BOAT)] * 20 + [(BOAT, NONE)] * 5 + [(NONE, BOAT)] * 10 + [(NONE, NONE)] * 15

    assert kappa([Reading(*pair) for pair in pairs], ["smuggling"]) == pytest.approx(0.4)


def test_readers_who_never_give_a_label_agree() -> None:
    assert kappa([Reading(NONE, NONE)], LABELS) == 1.0


def test_too_few_and_too_different_readings_fail() -> None:
    posts = [make_post("a post", "smuggling"), make_post("another")]
    readings = {posts[0].id: Reading(BOAT, NONE), posts[1].id: Reading(NONE, BOAT), "gone": Reading(BOAT, BOAT)}

    findings = {finding.name: finding for finding in check_agreement(posts, readings)}

    assert findings["posts read by a second hand"].says == "least is posts with 2, wanted 600"
    assert not findings["agreement"].passed
    assert "en -0." in findings["agreement by language"].says


def test_without_a_second_reading_there_is_no_agreement() -> None:
    [finding] = check_agreement([make_post("a post")], {})
    assert not finding.passed


def test_a_reading_is_an_id_and_its_labels(tmp_path: Path) -> None:
    (tmp_path / "second_reading.tsv").write_text("a-1\tsmuggling\tsmuggling,fake_job\na-2\t\t\n", "utf-8")

    assert load_second_reading(tmp_path) == {
        "a-1": Reading(BOAT, frozenset({"smuggling", "fake_job"})),
        "a-2": Reading(NONE, NONE),
    }
    assert load_second_reading(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("line", ["a-1\tsmuggling", "a-1\t\tbad_person"], ids=["two columns", "unknown label"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "second_reading.tsv").write_text(f"a-0\t\t\n{line}\n", "utf-8")

    with pytest.raises(DataError, match=r"second_reading\.tsv:2"):
        load_second_reading(tmp_path)
