"""A command called the wrong way: said in Chinese, with the right way."""

from __future__ import annotations

import click


def describe_misuse(error: click.ClickException) -> tuple[str, str]:
    """Return the code and the sentence for a wrong option, argument or command."""
    context = getattr(error, "ctx", None)
    how = f"运行 {context.command_path} --help 查看用法。" if context is not None else "运行 xinheng --help 查看用法。"
    if isinstance(error, click.NoSuchOption):
        near = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return "request.no-such-option", f"没有选项 {error.option_name}。{near}{how}"
    if isinstance(error, click.MissingParameter):
        names = error.param.human_readable_name if error.param is not None else ""
        name = error.param.opts[0] if isinstance(error.param, click.Option) else names
        return "request.missing", f"缺少 {name}。{how}"
    if isinstance(error, click.BadParameter):
        name = ""
        if error.param is not None:
            name = error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
        return "request.bad-value", f"{name} 的值不对：{error.message.rstrip('.。')}。{how}"
    if isinstance(error, click.FileError):
        return "path.missing", f"无法打开“{error.ui_filename}”：{error.message}。"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return "request.missing", f"请给出要做的事。{how}"
    if "No such command" in error.message:
        name = error.message.split("'")[1] if "'" in error.message else ""
        return "request.no-such-command", f"没有命令“{name}”。{how}"
    if "unexpected extra argument" in error.message:
        return (
            "request.too-many",
            f"多出了参数：{error.message.partition('(')[2].rstrip(').')}。路径中有空格时请加引号。{how}",
        )
    return "request.misused", f"{error.message.rstrip('.。')}。{how}"
