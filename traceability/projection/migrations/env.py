"""Run by Alembic: hands it the connection that `migrations.upgrade` was given."""

from alembic import context

from traceability.projection.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()
