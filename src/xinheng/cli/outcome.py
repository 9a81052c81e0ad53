"""How a command ends: exit code 0, 1 or 2, and for everything that goes wrong one clear sentence."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import click

from xinheng.core.intake.finding import FileUnusable
from xinheng.core.refusal import Refusal

GOOD, SOME_RETURNED, UNUSABLE = 0, 1, 2


class CannotDo(Exception):
    """The request cannot be carried out; the message says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


_FULL = "磁盘空间不足，结果没有写出，原文件未受影响。请清理空间或换一个位置后重试。"
_BY_ERRNO = {
    errno.ENOSPC: ("disk.full", _FULL),
    errno.EDQUOT: ("disk.full", _FULL),
    errno.EFBIG: ("disk.full", "要写出的文件超过了允许的大小，请换一个位置后重试。"),
    errno.EACCES: ("path.not-allowed", "没有权限读写“{file}”，请换一个位置，或请管理员授权。"),
    errno.EPERM: ("path.not-allowed", "没有权限读写“{file}”，请换一个位置，或请管理员授权。"),
    errno.EROFS: ("path.not-allowed", "“{file}”所在的位置只读，请换一个位置。"),
    errno.ENOENT: ("path.missing", "找不到“{file}”，请检查路径（所在文件夹须已存在）。"),
    errno.ENOTDIR: ("path.missing", "找不到“{file}”，请检查路径。"),
    errno.EISDIR: ("path.is-folder", "“{file}”是文件夹，请给出文件名。"),
    errno.ENAMETOOLONG: ("path.too-long", "文件名太长，请改短后重试。"),
    errno.ENOTEMPTY: ("path.is-folder", "“{file}”是文件夹，请给出文件名。"),
}


def finish(work: Callable[[], object], *, as_json: bool) -> int:
    """Run a command and return its exit code; whatever stops it is told in one sentence, or as one JSON object."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a character the terminal lacks is shown as its number, not as a crash
            stream.reconfigure(errors="backslashreplace")
    try:
        code = work()
        sys.stdout.flush()
        return code if isinstance(code, int) else GOOD
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has gone: nothing to tell
        return UNUSABLE
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else GOOD if leaving.code is None else UNUSABLE
    except BaseException as error:  # noqa: BLE001  (readers written in Rust panic beside Exception; a person must not see that)
        code, message = describe(error)
        tell(code, message, as_json=as_json)
        return UNUSABLE


def say(as_json: bool, told: dict[str, object], text: str) -> None:
    """Print the answer of a command: one JSON object, or text for people."""
    if as_json:
        import orjson

        click.echo(orjson.dumps(told).decode())
    else:
        click.echo(text)


def tell(code: str, message: str, *, as_json: bool) -> None:
    """Say why the request could not be carried out."""
    if as_json:
        import orjson

        click.echo(orjson.dumps({"error": {"code": code, "message": message}}).decode())
    else:
        click.echo(f"无法完成：{message}（{code}）", err=True)


def describe(error: BaseException) -> tuple[str, str]:
    """Return the code and the sentence for whatever stopped a command."""
    if isinstance(error, (FileUnusable, CannotDo)):
        return error.code, error.message
    if isinstance(error, Refusal):
        return error.code, str(error)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return "interrupted", "已中断，没有写出结果。"
    if isinstance(error, click.ClickException):
        from xinheng.cli.misuse import describe_misuse

        return describe_misuse(error)
    if isinstance(error, MemoryError):
        return "memory.full", "内存不足，本次处理已停止，没有写出结果。请关闭其他程序，或把文件拆小后重试。"
    inner = error if isinstance(error, OSError) else next((a for a in error.args if isinstance(a, OSError)), None)
    if inner is not None and inner.errno in _BY_ERRNO:
        code, message = _BY_ERRNO[inner.errno]
        return code, message.format(file=inner.filename2 or inner.filename or "目标文件")
    if type(error).__name__ == "PolicyError":
        problems = getattr(error, "errors", [])
        shown = "；".join(f"{p.path} {p.where}：{p.chinese}" for p in problems[:3])
        return (
            "policy.unusable",
            f"政策数据有 {len(problems)} 处问题，不能使用：{shown}。运行 xinheng policy check 可看全部。",
        )
    if _is_database(error):
        from xinheng.apps.intake.faults import refusal_for
        from xinheng.apps.intake.refusals import StorageFull

        if isinstance(full := refusal_for(error), StorageFull):
            return full.code, str(full)
        return "storage.database", "数据库无法访问或尚未建好，本次操作未完成。请运行 xinheng doctor 查看原因。"
    return _defect(error)


def _is_database(error: BaseException) -> bool:
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    return bool(names & {"django.db.utils.OperationalError", "django.db.utils.InterfaceError"})


def _defect(error: BaseException) -> tuple[str, str]:
    """Write down what happened where a technician can find it, and say its number."""
    number = os.urandom(4).hex()
    text = "".join(traceback.format_exception(error))
    if os.environ.get("XINHENG_DEBUG") == "1":
        click.echo(text, err=True)
    path = _write_log(f"error-{number}.log", text)
    where = (
        f"详情已记入 {path}，请把该文件交给技术人员" if path else "详情无法写入磁盘，可设 XINHENG_DEBUG=1 后重试查看"
    )
    return "defect", f"程序出现意外错误（编号 {number}），没有写出结果。{where}。"


def _write_log(name: str, text: str) -> Path | None:
    import tempfile

    for folder in (os.environ.get("XINHENG_VAR"), tempfile.gettempdir()):
        if not folder:
            continue
        try:
            path = Path(folder, "log" if folder == os.environ.get("XINHENG_VAR") else "", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None
