"""Hidden frameworks look absent, and only while they are hidden."""

import sys
from types import ModuleType

import pytest

from classifier.frameworks import hidden_frameworks


def test_framework_cannot_be_imported_inside() -> None:
    with hidden_frameworks(), pytest.raises(ImportError):
        import mxnet  # type: ignore[import-not-found]  # noqa: F401


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "mxnet", raising=False)

    with pytest.raises(KeyboardInterrupt), hidden_frameworks():
        raise KeyboardInterrupt

    assert "mxnet" not in sys.modules


def test_framework_that_is_loaded_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = ModuleType("mxnet")
    monkeypatch.setitem(sys.modules, "mxnet", loaded)

    with hidden_frameworks():
        assert sys.modules["mxnet"] is loaded

    assert sys.modules["mxnet"] is loaded
