"""No real sample lies beside the clone that nothing reads."""

from tests.acceptance import test_job_captures, test_real_exports, test_social_captures
from tests.captures import captured
from tests.crawlers import test_real_captures

# What only says where the samples are from.
_ABOUT = {"README.txt", "SOURCE.txt"}


def test_every_sample_is_read_by_a_test() -> None:
    root = captured("")
    present = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name not in _ABOUT}
    read = {
        *(row[1] for row in test_job_captures.FACTS),
        *(name for name, _entries in test_job_captures.SITEMAPS),
        *(row[1] for row in test_social_captures.FACTS),
        *(row[1] for row in test_real_exports.FACTS),
        *(f"warc_wacz/{row[0]}" for row in test_real_exports.ARCHIVES),
        test_real_exports.OF_REQUESTS,
        *(f"jobs_jsonld/{row[0]}" for row in test_real_captures.JOB_PAGES),
        *(f"telegram_tme/{row[0]}" for row in test_real_captures.PREVIEWS),
        *(f"rss_atom/{name}" for name in test_real_captures.FEEDS),
    }
    assert present == read
