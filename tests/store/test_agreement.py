"""Agreement figures against scikit-learn and a published example, and what they count."""

import random

import pytest
from sklearn.metrics import cohen_kappa_score
from sqlalchemy.orm import Session

from store import agreement, queue
from store.agreement import EVERY_LANGUAGE, cohens_kappa, krippendorffs_alpha
from store.database import Store
from store.rules import QueueRules
from store.statistics import FEWEST
from store.tables import User
from tests.factories import NOW, make_form, make_item, make_user

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers, some answers missing.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_as_scikit_learn_has_it(seed: int) -> None:
    chance = random.Random(seed)
    first = [chance.choice("abc") for _ in range(80)]
    second = [one if chance.random() < 0.7 else chance.choice("abc") for one in first]
    expected = cohen_kappa_score(first, second)
    assert cohens_kappa(list(zip(first, second, strict=True))) == pytest.approx(expected)


def test_alpha_is_as_published() -> None:
    units = [[said for said in unit if said is not None] for unit in zip(*OBSERVERS, strict=True)]
    assert krippendorffs_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_one_answer_all_the_time_says_nothing() -> None:
    assert cohens_kappa([("benign", "benign")] * 60) is None
    assert krippendorffs_alpha([("benign", "benign")] * 60) is None
    assert krippendorffs_alpha([]) is None


def test_two_who_always_agree() -> None:
    pairs = [("benign", "benign"), ("confirmed", "confirmed")] * 30
    assert (cohens_kappa(pairs), krippendorffs_alpha(pairs)) == (1, 1)


def _read_twice(session: Session, first: User, second: User, said: tuple[str, str], lang: str = "vi") -> int:
    item = make_item(session)
    item.revision.verdicts[-1].lang = lang
    queue.decide(session, first, make_form(item, said[0]), now=NOW)
    assert queue.claim_next(session, second, now=NOW, rules=QueueRules(second_share=1)) is item
    queue.decide(session, second, make_form(item, said[1]), now=NOW)
    return item.id


def test_no_figure_below_fifty_posts_and_one_from_there_on(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        first, second = make_user(session, "an"), make_user(session, "binh")
        for number in range(FEWEST - 1):
            _read_twice(session, first, second, ("benign", "confirmed" if number % 5 == 0 else "benign"))
        for _ in range(2):
            _read_twice(session, first, second, ("confirmed", "confirmed"), lang="km")
        every, vi, km = agreement.by_language(session)
    assert (every.lang, every.posts, vi.lang, vi.posts, km.lang, km.posts) == (EVERY_LANGUAGE, 51, "vi", 49, "km", 2)
    assert (vi.kappa, vi.alpha, km.kappa) == (None, None, None)
    said = [("benign", "confirmed" if number % 5 == 0 else "benign") for number in range(49)]
    expected = cohen_kappa_score(*zip(*said, ("confirmed", "confirmed"), ("confirmed", "confirmed"), strict=True))
    assert every.kappa == pytest.approx(expected)
    assert every.alpha is not None


def test_decisions_with_and_without_the_score(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        user = make_user(session)
        for number in range(FEWEST):
            form = queue.DecisionForm(
                item_id=make_item(session).id,
                outcome="benign" if number < 10 else "confirmed",
                idem_key=str(number),
                saw_score=False,
            )
            queue.decide(session, user, form, now=NOW)
        queue.decide(session, user, make_form(make_item(session)), now=NOW)
        hidden, shown = agreement.by_score(session)
    assert (hidden.saw_score, hidden.decisions, hidden.share) == (False, 50, 0.8)
    assert (shown.saw_score, shown.decisions, shown.share) == (True, 1, None)
