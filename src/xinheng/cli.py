"""xinheng on the command line."""

import click


@click.group()
def main() -> None:
    """信衡."""
