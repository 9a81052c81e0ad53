"""After a restore: the register must lead to the checkpoint the world was shown last, or the restore is taken back."""

from __future__ import annotations

from pathlib import Path

import click

from xinheng.cli.outcome import CannotDo


def ledger_agreement(checkpoint: Path | None, *, accept_loss: bool, aside: Path | None) -> str:
    """Return what to tell about the ledger. Raises CannotDo, with the old database back in place, where it does not agree."""
    from django.utils import timezone

    from xinheng.apps.ledger import restoring
    from xinheng.cli.ledger import bar

    note = checkpoint.read_text(encoding="utf-8") if checkpoint else restoring.published_note()
    if note is None:
        click.echo("没有可比对的台账检查点：可向见证方索取后用 --checkpoint 比对，再启动服务。", err=True)
        return ""
    with bar("与检查点比对") as step:
        found = restoring.compare(note, progress=lambda count: step("条目", count))
        if found.consistent:
            restoring.settle(at=timezone.now(), progress=lambda count: step("重建", count))
            return f"{found.what}。"
    if not accept_loss:
        _take_back(aside)
        raise CannotDo(
            "restore.ledger-disagrees",
            f"{found.what}。{_outcome(aside)}请找较新的备份；确要丢弃其后的数据，加 --accept-loss。",
        )
    restoring.stop(found, at=timezone.now())
    click.echo(
        f"注意：{found.what}。台账已停止，不再发布检查点。查明并决定放弃之后，"
        "设置新的 XINHENG_LEDGER_ORIGIN，运行 xinheng ledger begin-anew 另起承接它的新台账。",
        err=True,
    )
    return ""


def _take_back(aside: Path | None) -> None:
    """Put the database back that was moved aside; PostgreSQL restores in place, there the log is stopped instead."""
    from django.db import connection

    if connection.vendor != "sqlite":
        from django.utils import timezone

        from xinheng.apps.ledger.sequencer import halt

        halt("恢复的备份与已发布的检查点不一致", at=timezone.now())
        return
    place = Path(connection.settings_dict["NAME"])
    connection.close()
    for suffix in ("-wal", "-shm", ""):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
        if aside is not None and (part := aside.with_name(aside.name + suffix)).exists():
            part.rename(place.with_name(place.name + suffix))


def _outcome(aside: Path | None) -> str:
    from django.db import connection

    if connection.vendor != "sqlite":
        return "备份已写入数据库，台账已停止，请勿启动服务。"
    return "没有恢复，现有数据未受影响。" if aside else "没有恢复。"
