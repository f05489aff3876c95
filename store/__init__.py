"""Everything that is kept: SQLAlchemy 2 tables, migrations, the queue's claims and the audit chain.

The only room with SQL. It imports nothing of ours but `lurewatch.errors`.
"""
