"""The nine labels of a verdict, and the head that sums them up."""

LABELS = (
    "scam_centre",
    "fake_job",
    "labour_exploitation",
    "sexual_exploitation",
    "organ_trade",
    "baby_trade",
    "forced_marriage",
    "smuggling",
    "victim_distress",
)
# Somebody asks for help: goes to the rescue lane and never adds to the risk.
DISTRESS = "victim_distress"
RISK = "risk"
HEADS = (RISK, *LABELS)
