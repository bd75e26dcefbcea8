"""Rows of an older version, put into its tables as they were then."""

from datetime import datetime

from sqlalchemy import Connection, MetaData, Table, insert, text

from commentbox.lib import clock, ids


def moderator(connection: Connection) -> tuple[str, str, str]:
    """Put in a moderator with a session and an answer; return the ids of the three."""
    account = put(connection, "account", email="mia@old.test", name="Mia")
    put(connection, "membership", account_id=account, role="admin")
    put(connection, "sign_in_link", account_id=account, token="link")
    session = put(connection, "session", account_id=account, token="session")
    return account, session, comment(connection, account_id=account)


def decided(connection: Connection, action: str, after: str) -> dict[str, str]:
    """Put in a comment that waited until the admin of its site decided; return the ids."""
    held = comment(connection, author_email="A.B+spam@googlemail.com", status=after)
    site = str(connection.execute(text("SELECT id FROM site")).scalar_one())
    account = put(connection, "account", name="Ada")
    put(connection, "membership", account_id=account, site_id=site, role="admin")
    moved = {"action": action, "before": "pending", "after": after, "batch": ids.new()}
    put(connection, "decision", site_id=site, comment_id=held, account_id=account, **moved)
    return {"comment": held, "batch": moved["batch"]}


def comment(connection: Connection, **values: object) -> str:
    """Put in a published comment, with its site and thread, and return its id."""
    site = put(connection, "site", name="old", origins=["https://old.test"], policy="publish")
    thread = put(connection, "thread", site_id=site, key="k", url="https://old.test")
    row = {"site_id": site, "thread_id": thread, "root_id": site, "status": "published"}
    return put(connection, "comment", **row | {"html": "<p>Old</p>"} | values)


def put(connection: Connection, into: str, **values: object) -> str:
    """Insert a row into a table as it is at this version, and return its id.

    What must be there and is not given is empty.
    """
    table = Table(into, MetaData(), autoload_with=connection, resolve_fks=False)
    blanks = {str: "", int: 0, bool: False, object: [], datetime: clock.now()}
    row = {
        column.name: blanks[column.type.python_type]
        for column in table.columns
        if not column.nullable
    }
    row |= {"id": ids.new(), **values}
    connection.execute(insert(table).values(row))
    return str(row["id"])
