"""Stages tell a share of the whole and keep their time."""

from classifier.training.stages import Stages


def test_a_stage_tells_its_share_of_the_whole() -> None:
    told: list[tuple[str, float]] = []
    stages = Stages(lambda message, fraction: told.append((message, fraction)))
    with stages.stage("reading", 0.0, 0.2):
        pass
    with stages.stage("vectors", 0.2, 0.6):
        stages.tell("half", 0.5)
    assert told == [("reading", 0.0), ("vectors", 0.2), ("half", 0.4)]
    assert list(stages.durations_s) == ["reading", "vectors"]
