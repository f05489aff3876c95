"""Alembic's entry point: runs the migrations on the connection that `Store` hands over."""

from alembic import context

from store.tables import Base

connection = context.config.attributes["connection"]
# All or nothing on SQLite too, which Alembic does not expect of it: another process must not come in half-way.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
