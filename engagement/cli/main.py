"""The command ``engagement`` with all its parts."""

from __future__ import annotations

import click

from engagement.cli.catalogue import catalogue
from engagement.cli.check import check
from engagement.cli.context import ClearGroup
from engagement.cli.demo.command import demo
from engagement.cli.import_ import import_group
from engagement.cli.migrate import database_group, migrate
from engagement.cli.operator import operator
from engagement.cli.serve import serve, worker
from engagement.cli.tenant import tenant


@click.group(cls=ClearGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engagement")
def cli() -> None:
    """Run the civic platform on which a town's associations find volunteers."""


for command in (demo, serve, worker, migrate, check, tenant, operator, catalogue, import_group, database_group):
    cli.add_command(command)
