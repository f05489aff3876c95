"""A process that is killed at any moment loses no acknowledged row, and leaves the chain whole."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store import audit
from store.database import Store
from store.tables import AuditEntry, Capture, Decision, QueueItem
from tests.factories import make_item, make_user

KILLS = 12
WORKER = textwrap.dedent(
    """
    import sys
    from store import queue, users
    from store.database import Store
    from tests.factories import NOW, make_capture

    store = Store(sys.argv[1], audit_key=b"k" * 32)
    print("ready", flush=True)
    while True:
        with store.transaction() as session:
            user = users.user_by_name(session, "an")
            item = queue.claim_next(session, user, now=NOW)
            form = queue.DecisionForm(item_id=item.id, outcome="benign", idem_key=f"key-{item.id}")
            decision = queue.decide(session, user, form, now=NOW).id
            capture = make_capture(session, warc_record_id=f"<urn:item:{item.id}>").id
        print(decision, capture, flush=True)
    """
)


@pytest.mark.slow
def test_killed_at_any_moment(sqlite_store: Store, tmp_path: Path) -> None:
    random_source = random.Random(20260301)
    acknowledged: list[tuple[int, int]] = []
    with sqlite_store.transaction() as session:
        make_user(session, "an")
        for _ in range(1500):
            make_item(session)
    url = sqlite_store.engine.url.render_as_string()
    for _ in range(KILLS):
        acknowledged += _acknowledged_before_kill(url, random_source.uniform(0.01, 0.4))
        with sqlite_store.reading() as session:
            assert audit.verify_chain(session).fault is None
    assert len(acknowledged) > KILLS
    with sqlite_store.reading() as session:
        for decision, capture in acknowledged:
            assert session.get(Decision, decision) is not None
            assert session.get(Capture, capture) is not None
        made = session.scalar(select(func.count(Decision.id)))
        decided = session.scalar(select(func.count(QueueItem.id)).where(QueueItem.state == "decided"))
        entries = session.scalar(select(func.count(AuditEntry.seq)).where(AuditEntry.action == "decision.made"))
        assert made == decided == entries


def _acknowledged_before_kill(url: str, after_s: float) -> list[tuple[int, int]]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, url],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    time.sleep(after_s)
    worker.send_signal(signal.SIGKILL)
    output, _ = worker.communicate()
    complete = output[: output.rfind("\n") + 1].splitlines()
    return [tuple(map(int, line.split())) for line in complete]  # type: ignore[misc]
