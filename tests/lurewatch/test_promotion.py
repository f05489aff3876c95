"""A candidate is promoted when nothing guarded falls, refused with reasons when something does, or forced."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from classifier.labels import LABELS
from classifier.release import MANIFEST
from classifier.training.corpus import LabelledPost, folder_sha256, load_rows
from classifier.verdict import Classifier, Verdict
from lurewatch import releases, resources
from lurewatch.cli import lurewatch
from lurewatch.errors import ConfigurationError, ModelError, PromotionError
from lurewatch.installation import Installation
from lurewatch.pipeline import score_pending
from lurewatch.promotion import compare_releases
from lurewatch.releases import release_in_force
from store import audit, verdicts
from store.database import Store
from tests.factories import judged_as, make_revision
from tests.lurewatch.invented_releases import BUNDLED, METRICS, make_release, outdate, trained

pytestmark = pytest.mark.usefixtures("models")
MODELS = resources.folder("models")
HONEST = {"frozen_hands": ["quiet"]}


def row(number: int, hand: str = "quiet") -> str:
    lure = number % 2 == 0
    value = {
        "id": f"{hand}-{number}",
        "lang": "vi",
        "text": f"bài viết số {number} của {hand}",
        "labels": ["smuggling"] if lure else [],
        "kind": "lure" if lure else "hard_benign",
        "hand": hand,
    }
    return json.dumps(value)


def released(directory: Path, name: str, **training: object) -> Path:
    """A copy of the release in models/ under another name."""
    folder = directory / "releases" / name
    shutil.copytree(MODELS / (MODELS / "ACTIVE").read_text("utf-8").strip(), folder)
    raw = json.loads((folder / MANIFEST).read_text("utf-8"))
    raw |= {"name": name, "training": raw["training"] | training}
    (folder / MANIFEST).write_text(json.dumps(raw), "utf-8")
    return folder


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def freeze(directory: Path, content: str, name: str = "first.jsonl") -> Path:
    path = directory / "frozen" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sixty posts of a frozen hand in the place of the bundled corpus."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "quiet.jsonl").write_text("\n".join(map(row, range(60))), "utf-8")
    (folder / "loud.jsonl").write_text(row(1, "loud"), "utf-8")
    (folder / "frozen.txt").write_text("quiet\n", "utf-8")
    monkeypatch.setattr(resources, "corpus", lambda: folder)
    return folder


class Scripted:
    """A release by name: a `blind` one misses every lure with a number below 30 that it is shown as it stands."""

    def __init__(self, name: str) -> None:
        self.name = name

    def score_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Verdict]:
        for id_, _text in items:
            number = int(id_.split()[0].rpartition("-")[2])
            lure = number % 2 == 0 and not (self.name == "blind" and number < 30)
            labels = dict.fromkeys(LABELS, 0.1) | {"smuggling": 0.9 if lure else 0.1}
            yield judged_as(labels, id_=id_, flagged=["smuggling"] if lure else [], release=self.name)


@pytest.fixture
def scripted(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No release is really asked; the names of those that would be."""
    asked: list[str] = []

    def load(folder: Path, _lexicons: Path) -> Scripted:
        asked.append(folder.name)
        return Scripted(folder.name)

    monkeypatch.setattr(Classifier, "load", load)
    return asked


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An installation with a store, in which an honest release is in force."""
    directory = tmp_path / "house"
    with Installation.at(directory, {}).open_store():
        pass
    trained(directory, "first", **HONEST)
    (directory / "releases.jsonl").write_text('{"release": "first"}\n', "utf-8")
    return directory


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lurewatch, [str(each) for each in arguments])


def in_force(directory: Path) -> str:
    return release_in_force(directory).name


def chain(directory: Path, name: str) -> list[tuple[str, dict[str, str]]]:
    with Installation.at(directory, {}).open_store() as store, store.reading() as session:
        assert audit.verify_chain(session).fault is None
        return [(entry.action, entry.details) for entry in audit.entries_about(session, [f"release:{name}"])]


def test_a_candidate_that_is_as_good_is_promoted_and_the_comparison_kept(house: Path, scripted: list[str]) -> None:
    folder = trained(house, "second", **HONEST)
    done = call("releases", "promote", "second", "--dir", house)
    assert (done.exit_code, done.stdout, in_force(house)) == (0, "", "second")
    assert sorted(scripted) == ["first", "second"]
    assert "average precision, all" in done.stderr
    (kept,) = (house / "comparisons").iterdir()
    found = json.loads(kept.read_text("utf-8"))
    assert (found["before"], found["after"], found["reasons"], found["posts"]) == (
        "first", "second", [], {"bundled": 60, "own": 0},
    )  # fmt: skip
    details = {"comparison": kept.name, "release_sha256": sha256_of(folder / MANIFEST)}
    assert chain(house, "second") == [("release.promoted", details)]


def test_one_that_falls_is_refused_with_a_line_for_each_reason(house: Path, scripted: list[str]) -> None:
    trained(house, "blind", **HONEST)
    done = call("releases", "promote", "blind", "--dir", house)
    assert isinstance(done.exception, PromotionError)
    assert (done.exception.exit_code, in_force(house)) == (1, "first")
    reasons = [line for line in done.stderr.splitlines() if line.startswith("bundled posts: ")]
    assert f"for {len(reasons)} reasons" in str(done.exception)
    for expected in ("average precision, all: 1.000 ->", "average precision, vi:", "average precision, smuggling:"):
        assert any(expected in reason for reason in reasons)
    assert chain(house, "blind") == []
    assert len(list((house / "comparisons").iterdir())) == 1


def test_force_promotes_and_says_why_on_record(house: Path, scripted: list[str]) -> None:
    trained(house, "blind", **HONEST)
    done = call("releases", "promote", "blind", "--force", "mislabelled posts", "--dir", house)
    assert (done.exit_code, in_force(house)) == (0, "blind")
    assert "bundled posts: " in done.stderr
    line = json.loads((house / "releases.jsonl").read_text("utf-8").splitlines()[-1])
    assert line["forced"] == "mislabelled posts"
    ((action, details),) = chain(house, "blind")
    assert (action, details["forced"]) == ("release.promoted", "mislabelled posts")


def test_force_without_a_reason_is_refused(house: Path, scripted: list[str]) -> None:
    trained(house, "blind", **HONEST)
    assert call("releases", "promote", "blind", "--force", " ", "--dir", house).exit_code == 2
    assert (in_force(house), scripted) == ("first", [])


@pytest.mark.parametrize("training", [{}, {"frozen_hands": []}, {"frozen_hands": ["loud"]}], ids=str)
def test_a_candidate_that_may_know_the_answers_proves_nothing(
    house: Path, scripted: list[str], training: dict[str, list[str]]
) -> None:
    trained(house, "second", **training)
    done = call("releases", "promote", "second", "--dir", house)
    assert "does not say that it left the frozen hands out" in done.stderr
    assert (type(done.exception), in_force(house)) == (PromotionError, "first")


def test_one_in_force_that_knew_the_answers_is_compared_by_its_own_record(tmp_path: Path, scripted: list[str]) -> None:
    trained(tmp_path, "second", **HONEST)
    done = call("releases", "promote", "second", "--dir", tmp_path)
    assert (done.exit_code, in_force(tmp_path)) == (0, "second")
    assert f"{BUNDLED} was taught on the bundled frozen posts" in done.stderr
    assert scripted == ["second"]
    assert not (tmp_path / "lurewatch.db").exists()


def test_what_the_installation_froze_is_a_set_of_its_own(house: Path, scripted: list[str]) -> None:
    trained(house, "blind", **HONEST)
    freeze(house, "\n".join(row(number, "desk") for number in range(40)))
    done = call("releases", "promote", "blind", "--dir", house)
    assert "on 40 frozen posts (own)" in done.stderr
    assert any(line.startswith("own posts: lures flagged, all") for line in done.stderr.splitlines())


def test_the_release_in_force_needs_no_comparison(house: Path, scripted: list[str]) -> None:
    assert call("releases", "promote", "first", "--dir", house).exit_code == 0
    assert scripted == []


@pytest.mark.parametrize("command", [("promote", "second"), ("rollback",)], ids=str)
def test_a_pinned_release_is_named_not_outvoted(house: Path, scripted: list[str], command: tuple[str, ...]) -> None:
    trained(house, "second", **HONEST)
    (house / "settings.toml").write_text('release = "first"\n', "utf-8")
    done = call("releases", *command, "--dir", house)
    assert "settings.toml pins the release 'first'" in str(done.exception)
    assert len((house / "releases.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_broken_chain_stops_a_promotion(house: Path, scripted: list[str]) -> None:
    trained(house, "second", **HONEST)
    assert call("releases", "promote", "second", "--dir", house).exit_code == 0
    (house / "keys" / "audit.key").write_bytes(b"x" * 32)
    done = call("releases", "rollback", "--dir", house)
    assert "does not fit this installation's audit key" in str(done.exception)
    assert in_force(house) == "second"


def test_rollback_is_one_command_and_on_record(house: Path, scripted: list[str]) -> None:
    trained(house, "second", **HONEST)
    call("releases", "promote", "second", "--dir", house)
    done = call("releases", "rollback", "--dir", house)
    assert (done.exit_code, done.stderr.splitlines()[-1], in_force(house)) == (0, "first is in force.", "first")
    sha256 = sha256_of(house / "releases" / "first" / MANIFEST)
    assert chain(house, "second")[-1] == ("release.rolled_back", {"release": "first", "release_sha256": sha256})


def test_a_transaction_that_is_not_committed_leaves_the_release_in_force(
    house: Path, scripted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(house, "second", **HONEST)
    real = Store.transaction

    @contextmanager
    def failing(self: Store) -> Iterator[Session]:
        with real(self) as session:
            yield session
            raise OSError("no space left")

    monkeypatch.setattr(Store, "transaction", failing)
    done = call("releases", "promote", "second", "--dir", house)
    monkeypatch.setattr(Store, "transaction", real)
    assert isinstance(done.exception, OSError)
    assert (in_force(house), chain(house, "second")) == ("first", [])


def test_a_line_that_cannot_be_written_leaves_its_entry_in_the_chain(
    house: Path, scripted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError("no space left")

    trained(house, "second", **HONEST)
    monkeypatch.setattr(releases, "_append", full)
    assert call("releases", "promote", "second", "--dir", house).exit_code != 0
    assert in_force(house) == "first"
    assert [action for action, _ in chain(house, "second")] == ["release.promoted"]


def refused_for(done: Result) -> list[str]:
    """The reasons, in the order in which they are printed."""
    assert isinstance(done.exception, PromotionError)
    count = int(str(done.exception).partition(" reasons")[0].rpartition(" ")[2])
    return done.stderr.splitlines()[-count:]


@pytest.mark.parametrize("key", ["labels first.jsonl", "labels renamed.jsonl"])
def test_a_candidate_that_read_what_the_installation_froze_is_refused(
    house: Path, scripted: list[str], key: str
) -> None:
    freeze(house, row(1, "other"), "another.jsonl")
    own = freeze(house, "\n".join(row(number, "desk") for number in range(40)))
    trained(house, "second", **HONEST, data_sha256={"corpus": "0" * 64, key: sha256_of(own)})
    done = call("releases", "promote", "second", "--dir", house)
    assert refused_for(done) == ["second was trained on a file of frozen/: its figures on those posts prove nothing"]
    assert in_force(house) == "first"


def test_a_candidate_that_read_the_frozen_folder_as_its_corpus_is_refused(house: Path, scripted: list[str]) -> None:
    freeze(house, row(1, "desk"))
    trained(house, "second", **HONEST, data_sha256={"corpus": folder_sha256(house / "frozen", "*.jsonl")})
    done = call("releases", "promote", "second", "--dir", house)
    assert refused_for(done) == ["second was trained on a file of frozen/: its figures on those posts prove nothing"]


def test_a_candidate_that_read_other_rows_is_promoted(house: Path, scripted: list[str], tmp_path: Path) -> None:
    freeze(house, row(1, "desk"))
    freeze(house, "", "nothing.jsonl")
    digests = {"labels first.jsonl": hashlib.sha256(b"").hexdigest(), "corpus": folder_sha256(tmp_path, "*.jsonl")}
    trained(house, "second", **HONEST, data_sha256=digests)
    assert call("releases", "promote", "second", "--dir", house).exit_code == 0


def test_one_in_force_that_read_what_was_frozen_is_not_asked_about_it(house: Path, scripted: list[str]) -> None:
    own = freeze(house, "\n".join(row(number, "desk") for number in range(40)))
    shutil.rmtree(house / "releases" / "first")
    trained(house, "first", **HONEST, data_sha256={"labels first.jsonl": sha256_of(own)})
    trained(house, "second", **HONEST)
    done = call("releases", "promote", "second", "--dir", house)
    assert "first was taught on the own frozen posts" in done.stderr
    (kept,) = (house / "comparisons").iterdir()
    figures = json.loads(kept.read_text("utf-8"))["figures"]
    assert [figure["before"] for figure in figures["own"]] == [METRICS["risk"]["average_precision"]["value"]]
    assert len(figures["bundled"]) > 1


@pytest.mark.parametrize("content", [None, "", " \n"], ids=["none", "empty", "blank"])
def test_without_frozen_posts_there_is_nothing_to_compare_on(
    house: Path, corpus: Path, scripted: list[str], content: str | None
) -> None:
    (corpus / "frozen.txt").unlink()
    if content is not None:
        freeze(house, content)
    trained(house, "second")
    done = call("releases", "promote", "second", "--dir", house)
    assert refused_for(done) == ["there is nothing to compare second on"]
    assert in_force(house) == "first"
    assert call("releases", "promote", "second", "--force", "the first one here", "--dir", house).exit_code == 0
    assert in_force(house) == "second"


def test_an_empty_file_among_the_frozen_changes_nothing(house: Path, scripted: list[str]) -> None:
    freeze(house, "")
    trained(house, "second", **HONEST)
    assert call("releases", "promote", "second", "--dir", house).exit_code == 0


def test_from_a_release_that_cannot_be_read_only_force_leads_on(house: Path, scripted: list[str]) -> None:
    outdate(house / "releases" / "first")
    trained(house, "second", **HONEST)
    done = call("releases", "promote", "second", "--dir", house)
    assert refused_for(done) == ["there is nothing to compare second on"]
    assert "first cannot be read: " in done.stderr
    assert "has format 1" in done.stderr
    assert call("releases", "promote", "second", "--force", "the old one is gone", "--dir", house).exit_code == 0
    assert in_force(house) == "second"


def test_from_a_release_whose_folder_is_gone_force_leads_on_and_rollback_back(house: Path, scripted: list[str]) -> None:
    trained(house, "second", **HONEST)
    shutil.rmtree(house / "releases" / "first")
    assert refused_for(call("releases", "promote", "second", "--dir", house))
    assert call("releases", "promote", "second", "--force", "the old one is gone", "--dir", house).exit_code == 0
    trained(house, "third", **HONEST)
    assert call("releases", "promote", "third", "--dir", house).exit_code == 0
    shutil.rmtree(house / "releases" / "third")
    done = call("releases", "rollback", "--dir", house)
    assert (done.exit_code, in_force(house)) == (0, "second")
    assert chain(house, "third")[-1][0] == "release.rolled_back"


def test_a_candidate_that_cannot_be_read_is_not_promoted_by_force(house: Path, scripted: list[str]) -> None:
    outdate(trained(house, "second", **HONEST))
    done = call("releases", "promote", "second", "--force", "please", "--dir", house)
    assert (type(done.exception), in_force(house)) == (ModelError, "first")


def test_a_namesake_of_the_bundled_release_is_compared(tmp_path: Path, models: Path, scripted: list[str]) -> None:
    shutil.rmtree(models / BUNDLED)
    make_release(models / BUNDLED, **HONEST)
    trained(tmp_path, BUNDLED, **HONEST)
    assert call("releases", "promote", BUNDLED, "--dir", tmp_path).exit_code == 0
    assert scripted == [BUNDLED, BUNDLED]


@pytest.mark.slow
@pytest.mark.model
def test_old_verdicts_stay_on_record(tmp_path: Path) -> None:
    house = tmp_path / "house"
    for name in ("first", "second"):
        released(house, name)
    installation = Installation.at(house, {})
    with installation.open_store() as store:
        with store.transaction() as session:
            revision_id = make_revision(session).id
        for name in ("first", "second", "first"):
            (house / "releases.jsonl").write_text(json.dumps({"release": name}) + "\n", "utf-8")
            assert score_pending(store, installation.load_classifier(), audit_sample=0.0).revisions <= 1
        with store.reading() as session:
            assert verdicts.releases(session, revision_id) == ["first", "second"]


@pytest.mark.slow
@pytest.mark.model
def test_a_real_release_with_its_thresholds_turned_up_is_refused(tmp_path: Path) -> None:
    """The bundled release on some of the bundled frozen posts, taken as if it had not been taught on them."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    source = resources.corpus() / "runway.jsonl"
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()[:80]]
    (folder / "quiet.jsonl").write_text("\n".join(json.dumps(row | {"hand": "quiet"}) for row in rows), "utf-8")
    (folder / "frozen.txt").write_text("quiet\n", "utf-8")
    first, deaf = (released(tmp_path, name, **HONEST) for name in ("first", "deaf"))
    raw = json.loads((deaf / "release.json").read_text("utf-8"))
    (deaf / "release.json").write_text(json.dumps(raw | {"thresholds": dict.fromkeys(raw["thresholds"], 1.0)}), "utf-8")
    found = compare_releases(tmp_path, first, deaf, corpus=folder)
    fallen = {(one.name, one.part) for one in found.figures["bundled"] if one.has_fallen}
    assert fallen == {("lures flagged", "all"), ("lures flagged", "disguised")}
    assert len(found.reasons) == 2


def test_the_rows_of_the_fixture_are_what_a_comparison_reads(corpus: Path) -> None:
    posts: list[LabelledPost] = load_rows(corpus / "quiet.jsonl")
    assert {post.hand for post in posts} == {"quiet"}


def test_frozen_posts_are_refused_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "frozen").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "frozen")
    (tmp_path / "frozen" / "first.jsonl").write_text("{}", "utf-8")
    labels = tmp_path / "elsewhere" / "first.jsonl"
    result = CliRunner().invoke(lurewatch, ["train", "x", "--labels", str(labels), "--dir", str(tmp_path)])
    assert isinstance(result.exception, ConfigurationError)
    assert "holds frozen posts" in str(result.exception)
