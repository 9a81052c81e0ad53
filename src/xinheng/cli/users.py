"""xinheng user: opening accounts for named officers."""

from __future__ import annotations

import sys

import click

from xinheng.cli.group import Group
from xinheng.cli.outcome import CannotDo

_ROLES = ("reporter", "centre", "auditor", "admin")


@click.group(cls=Group)
def user() -> None:
    """管理账号。"""


@user.command()
@click.argument("username", metavar="账号")
@click.option("--name", "display_name", required=True, metavar="姓名", help="姓名")
@click.option(
    "--role", type=click.Choice(_ROLES), default="reporter", help="报送员、信用中心、审计、系统管理；默认 reporter"
)
@click.option("--department", metavar="部门", help="所在部门：统一社会信用代码或全称；报送员必填")
@click.option("--post", metavar="职务", default="", help="职务")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码（一行）；不给则在终端询问")
def add(username: str, display_name: str, role: str, department: str | None, post: str, password_stdin: bool) -> None:
    """开通一个账号。"""
    if role == "reporter" and department is None:
        raise CannotDo("request.missing", "报送员须指明所在部门：加 --department。")
    from xinheng.cli.register import department_of, open_register

    open_register()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from xinheng.apps.accounts.actions import open_account
    from xinheng.apps.accounts.models import Account, Role
    from xinheng.apps.clock import now

    if Account.objects.filter(username=username).exists():
        raise CannotDo("account.exists", f"账号“{username}”已存在，请换一个。")
    password = _password(password_stdin)
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            raise CannotDo("account.weak-password", "密码不合要求：" + "".join(error.messages)) from None
    open_account(
        username=username,
        display_name=display_name,
        role=Role(role),
        department=department_of(department) if department else None,
        post=post,
        password=password,
        by=None,
        at=now(),
    )
    click.echo(f"已开通账号 {username}（{display_name}，{Role(role).label}）。")
    if password is None:
        click.echo("未设密码，此账号只能用于命令行报送，不能登录网页。")


def _password(from_stdin: bool) -> str | None:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n") or None
    if sys.stdin.isatty():
        told: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
        return told
    return None
