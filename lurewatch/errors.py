"""Every error that Lurewatch raises on purpose, one class for each person who can mend it.

A message says what is wrong, with the value and the place; the hint says what to do. Messages never carry
the text of a collected post.
"""


class LurewatchError(Exception):
    """Base class: `message` (what, which value, where), `hint` (the remedy) and a stable `code`."""

    code = "LW000"
    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """One line: message and hint, with line breaks of quoted values folded."""
        line = f"{self.message} {self.hint}".strip()
        return " ".join(line.split())


class ConfigurationError(LurewatchError):
    """The settings or the installation folder are wrong: the administrator mends it."""

    code = "LW100"


class SourceError(LurewatchError):
    """A source cannot be read as configured, or may not be: the administrator mends the register."""

    code = "LW200"


class DataError(LurewatchError):
    """A file or line handed in is broken: the person who brought it mends it."""

    code = "LW300"


class ModelError(LurewatchError):
    """A release or a lexicon is missing, damaged or of another format: the researcher mends it."""

    code = "LW400"


class LeaseError(LurewatchError):
    """A queue item is no longer held by the person who decides on it: reload and go on."""

    code = "LW500"
    exit_code = 1


class AccessError(LurewatchError):
    """This person may not do this: a supervisor or the administrator mends it."""

    code = "LW600"
    exit_code = 1


class EvidenceError(LurewatchError):
    """A capture, an audit entry or a pack is missing, altered or cannot be checked."""

    code = "LW700"
    exit_code = 1


class NotFoundError(LurewatchError):
    """The thing named does not exist in this installation."""

    code = "LW800"


class BusyError(LurewatchError):
    """The machine does as much of this as it is to do at once: try again a little later."""

    code = "LW950"
    exit_code = 1


class PromotionError(LurewatchError):
    """A release does worse than the one in force, or cannot be compared with it: the researcher trains a better one."""

    code = "LW900"
    exit_code = 1
