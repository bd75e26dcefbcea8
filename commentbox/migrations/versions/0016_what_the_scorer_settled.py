"""What the outside scorer settled is told from decisions of people whose account is gone."""

from alembic import op

revision = "0016"
down_revision = "0015"

_SETTLED = """
UPDATE decision SET action = 'settled'
WHERE account_id IS NULL AND before = 'pending'
AND (action = 'spam' AND after = 'spam'
AND comment_id IN (SELECT id FROM comment WHERE signal_codes LIKE '% scorer %')
OR action = 'approve' AND after = 'published'
AND comment_id IN (SELECT id FROM comment WHERE signal_codes LIKE '% scorer-fine %'))
"""


def upgrade() -> None:
    """Give what the scorer settled an action of its own."""
    op.execute(_SETTLED)
    op.execute(
        "UPDATE batch SET action = 'settled' "
        "WHERE id IN (SELECT batch FROM decision WHERE action = 'settled')"
    )


def downgrade() -> None:
    """Call it what a moderator does."""
    op.execute(
        "UPDATE decision SET action = CASE after WHEN 'spam' THEN 'spam' ELSE 'approve' END "
        "WHERE action = 'settled'"
    )
    op.execute(
        "UPDATE batch SET action = "
        "(SELECT min(action) FROM decision WHERE decision.batch = batch.id) "
        "WHERE action = 'settled'"
    )
