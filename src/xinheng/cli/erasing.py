"""xinheng erase: originals and returned rows go when their rule says so; their hashes stay."""

from __future__ import annotations

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import say
from xinheng.cli.register import open_register


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="只列出到期的，不清除")
@json_option
def erase(dry_run: bool, as_json: bool) -> None:
    """清除保存期限已满的原始文件和退回行；校验值和审计记录保留。

    期限见 policy/national/intake/keeping.toml。服务运行时每六小时自动清除一次。
    """
    open_register()
    from xinheng.apps.clock import now, today
    from xinheng.apps.intake import keeping
    from xinheng.apps.intake.models import Submission

    if dry_run:
        found = list(keeping.due(on=today()))
        refs = Submission.objects.in_bulk({due.submission for due in found})
        rows = [{"submission": str(refs[d.submission]), "what": d.what.value, "rule": d.rule.id} for d in found]
        words = {"original": "原始文件", "rows": "退回行"}
        lines = [f"· {r['submission']}　{words[r['what']]}（{r['rule']}）" for r in rows]
        say(as_json, {"due": rows}, "\n".join([f"到期 {len(rows)} 项，未清除。", *lines]))
        return
    done = keeping.erase_due(at=now())
    told = {"originals": done.originals, "rows": done.rows, "files": done.files}
    text = f"已按期清除 {done.originals} 个批次的原始文件、{done.rows} 个批次的退回行，删除文件 {done.files} 个。"
    say(as_json, told, text)
