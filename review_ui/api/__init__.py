"""The same store functions for programs: JSON in and out, a token in place of a session.

No rule stands here. Rights, transactions and audit entries are those of the pages.
"""
