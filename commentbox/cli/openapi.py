"""The description of the API."""

import click

from commentbox.web.api import openapi as description


@click.command()
def openapi() -> None:
    """Print the description of the API (OpenAPI 3.1), as served at /api/v1/openapi.json."""
    click.echo(description.text(), nl=False)
