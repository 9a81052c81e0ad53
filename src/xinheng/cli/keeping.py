"""xinheng backup, restore and recover: nothing that was accepted is ever lost."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import click

from xinheng.cli import archive, snapshots
from xinheng.cli.agreement import ledger_agreement
from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import CannotDo, say
from xinheng.cli.register import open_register, pending_migrations, update_tables

_FILE = click.argument("file", metavar="文件", type=click.Path(path_type=Path))


@click.command(cls=Command)
@_FILE
@json_option
def backup(file: Path, as_json: bool) -> None:
    """备份登记库和待处理的文件；服务运行中也可备份，得到的是同一时刻的数据。"""
    if file.exists():
        raise CannotDo("backup.exists", f"“{file}”已存在。为免覆盖旧备份，请换一个文件名。")
    open_register(make_tables=False)
    from django.db import connection
    from django.utils import timezone

    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".xinheng-backup-") as folder:
        copy = Path(folder, "database")
        before = _waiting_files()
        snapshots.copy_out(connection.settings_dict, connection.vendor, copy)
        manifest = archive.Manifest(
            format=archive.FORMAT,
            version=version("xinheng"),
            created_at=timezone.localtime().isoformat(timespec="seconds"),
            vendor=connection.vendor,
            migrations=_applied(),
            database_sha256=archive.digest_of(copy),
            submissions=_submissions(),
        )
        # Files listed before and after: whatever the copy says is waiting is among them.
        archive.write(file, manifest, copy, sorted(before | _waiting_files()))
    size = file.stat().st_size
    say(
        as_json,
        {"file": str(file), "bytes": size, "submissions": manifest.submissions, "created_at": manifest.created_at},
        f"已备份到 {file}（{size / 1e6:.1f} MB，{manifest.submissions} 个报送批次）。其中不含密钥，请另行保管 var/secret-key 和 var/ledger/key。",
    )


@click.command(cls=Command)
@_FILE
@click.option("--replace", is_flag=True, help="登记库里已有数据时也恢复；旧库会改名保留（仅 SQLite）")
@click.option(
    "--checkpoint", type=click.Path(path_type=Path, exists=True), help="与这个检查点比对；默认为本机最后发布的"
)
@click.option("--accept-loss", is_flag=True, help="备份与已发布的检查点不一致时也恢复；台账随即停止")
@json_option
def restore(file: Path, replace: bool, checkpoint: Path | None, accept_loss: bool, as_json: bool) -> None:
    """从备份恢复登记库。请先停止服务。备份先全部校验，通过后才替换；恢复后证明与最后发布的台账检查点一致。"""
    if not file.is_file():
        raise CannotDo("path.missing", f"找不到备份文件“{file}”。")
    open_register(make_tables=False)
    from django.conf import settings
    from django.db import connection

    from xinheng.apps import inuse

    waiting = Path(settings.XINHENG_VAR) / "submissions"
    waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
    with inuse.alone(settings.XINHENG_VAR):
        snapshots.require_nobody_else(connection)
        manifest, aside = _put_back(file, waiting, replace=replace)
        update_tables()  # a backup of an older version gets its newer tables
        agreed = ledger_agreement(checkpoint, accept_loss=accept_loss, aside=aside)
    from xinheng.apps.records.integrity import dangling

    if broken := dangling():
        what = "；".join(f"{pointer} {count:,} 处" for pointer, count in broken.items())
        raise CannotDo(
            "restore.incomplete", f"数据已恢复，但有内容指向不存在的记录（{what}）。请不要启动服务，换一份备份恢复。"
        )
    kept_as = f"原来的数据库保留为 {aside.name}。" if aside else ""
    say(
        as_json,
        {
            "file": str(file),
            "submissions": manifest.submissions,
            "created_at": manifest.created_at,
            "dangling": {},
            "ledger": agreed or None,
        },
        f"已恢复 {manifest.created_at} 的备份，{manifest.submissions} 个报送批次。内部引用核对无误。{kept_as}{agreed}可以启动服务了。",
    )


@click.command(cls=Command)
@click.option("--alone", is_flag=True, help="确认没有其他处理进程在运行，立即接续，不等租约到期")
@json_option
def recover(alone: bool, as_json: bool) -> None:
    """接续被中断的报送处理：能续的续完，不能续的撤回到未处理；不丢失，不重复。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.intake import actions

    done = actions.recover(at=now(), alone=alone)
    told = {"resumed": done.resumed, "rolled_back": done.rolled_back}
    lines = [f"接续完成 {len(done.resumed)} 个批次，撤回 {len(done.rolled_back)} 个批次。"]
    lines += [f"· {ref}" for ref in (*done.resumed, *done.rolled_back)]
    say(as_json, told, "\n".join(lines))


def _put_back(file: Path, waiting: Path, *, replace: bool) -> tuple[archive.Manifest, Path | None]:
    """Check a backup whole, then put it in the place of the register; return what it is, and where the old file went."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    with tempfile.TemporaryDirectory(dir=settings.XINHENG_VAR, prefix=".restore-") as folder:
        copy, files = Path(folder, "database"), Path(folder, "files")
        files.mkdir()
        with archive.opened(file) as (manifest, tar):
            _require_fitting(manifest, connection.vendor)
            if not replace and (held := _submissions()):  # a database too damaged to be asked can still be replaced
                raise CannotDo(
                    "restore.not-empty",
                    f"登记库里已有 {held} 个报送批次。确认要用备份替换时，请加 --replace。",
                )
            archive.unpack(tar, manifest, copy, files)
        snapshots.require_sound(connection.vendor, copy)
        connection.close()
        aside = snapshots.put_back(connection.settings_dict, connection.vendor, copy, at=timezone.localtime())
        for kept in files.iterdir():
            kept.replace(waiting / kept.name)
    return manifest, aside


def _require_fitting(manifest: archive.Manifest, vendor: str) -> None:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    if manifest.vendor != vendor:
        raise CannotDo(
            "restore.other-database",
            f"备份来自 {names.get(manifest.vendor, manifest.vendor)}，现在用的是 {names.get(vendor, vendor)}，不能直接恢复。",
        )
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise CannotDo(
            "restore.newer-version",
            f"备份来自更新的版本（{manifest.version}，{newer[0]}），请先升级程序再恢复。",
        )


def _applied() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _submissions() -> int:
    if pending_migrations() and not _applied():
        return 0  # no tables yet
    from xinheng.apps.intake.models import Submission

    return Submission.objects.count()


def _waiting_files() -> set[Path]:
    from django.conf import settings

    folder = Path(settings.XINHENG_VAR) / "submissions"
    return {path for path in folder.glob("[!.]*") if path.is_file()} if folder.is_dir() else set()
