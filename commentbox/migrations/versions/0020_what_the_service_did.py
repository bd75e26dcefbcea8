"""What whoever runs the service did is told from what people did whose account is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

# Of these nobody knows any more; most of them came from the command line.
_ACTIONS = ("settings", "invite", "role", "dismiss", "close", "open", "merge", "move")
_MARK = "of_service"

_batch = sa.table(
    "batch",
    sa.column("id", sa.String()),
    sa.column("account_id", sa.String()),
    sa.column("action", sa.String()),
    sa.column("details", sa.JSON()),
)


def upgrade() -> None:
    """Mark what stands beside nobody's account, and may be done by nobody's."""
    for batch_id, details in _unclaimed():
        _keep(batch_id, {**details, _MARK: True})


def downgrade() -> None:
    """Take the marks away."""
    for batch_id, details in _unclaimed():
        _keep(batch_id, {name: value for name, value in details.items() if name != _MARK})


def _unclaimed() -> list[tuple[str, dict[str, object]]]:
    mine = sa.select(_batch.c.id, _batch.c.details).where(
        _batch.c.account_id.is_(None), _batch.c.action.in_(_ACTIONS)
    )
    return [(row.id, row.details) for row in op.get_bind().execute(mine)]


def _keep(batch_id: str, details: dict[str, object]) -> None:
    op.execute(sa.update(_batch).where(_batch.c.id == batch_id).values(details=details))
