"""Commands in Chinese, loaded only when they are called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click
from click.formatting import HelpFormatter

from xinheng.cli.outcome import finish


class _Chinese:
    """The headings of a help page, in Chinese."""

    def format_usage(self: Any, ctx: click.Context, formatter: HelpFormatter) -> None:
        """Write the line that shows how the command is called."""
        pieces = ["[选项]" if piece == "[OPTIONS]" else piece for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self: Any, ctx: click.Context, formatter: HelpFormatter) -> None:
        """Write the options."""
        records = [record for p in self.get_params(ctx) if (record := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self: Any, ctx: click.Context) -> click.Option | None:
        """Return the option that shows this help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本帮助"
        return option


class Command(_Chinese, click.Command):
    """One command."""


class Group(_Chinese, click.Group):
    """A group of commands."""

    command_class = Command

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line."""
        return ["[选项]", "命令", "..."]

    def format_commands(self, ctx: click.Context, formatter: HelpFormatter) -> None:
        """Write the commands with one line about each."""
        rows = [(name, self.about(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def about(self, ctx: click.Context, name: str) -> str:
        """Return one line about a command."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(60) if command is not None else ""


class LazyGroup(Group):
    """A group that knows the names of its commands and imports them when they are called."""

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order a newcomer meets them."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def about(self, ctx: click.Context, name: str) -> str:
        """One line about a command, known without importing it."""
        return self._lazy[name][1]

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **more: Any) -> Any:
        """Run, and end with 0 (all good), 1 (something went back) or 2 (could not be done); never with a traceback."""
        told = list(sys.argv[1:] if args is None else args)
        more.pop("standalone_mode", None)
        run = super().main
        sys.exit(finish(lambda: run(told, "xinheng", standalone_mode=False, **more), as_json="--json" in told))
