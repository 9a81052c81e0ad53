"""The daily run: the lake up to the register, every model over the city, notice periods closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from xinheng.apps.clock import local_date
from xinheng.apps.evaluation import actions, catalogue, following, notices
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.lake.place import place
from xinheng.apps.evaluation.models import Run, RunState


def keep_lake(*, at: datetime) -> str | None:
    """Bring the lake up to the register; what nothing new concerns is not read again. Regular work."""
    done = export(place(), at=at)
    if not done.subjects:
        return None
    return f"{'重新导出' if done.whole else '更新'} {done.subjects:,} 个组织，{done.rows:,} 行。"


def of_day(*, at: datetime) -> str:
    """Do the day's evaluations. Regular work."""
    runs = run(at=at)
    held = [one.model for one in runs if one.state == RunState.HELD]
    told = f"{len(runs)} 个模型，{max((one.subjects for one in runs), default=0):,} 个组织。"
    return told + (f"等待复核：{'、'.join(held)}。" if held else "")


def run(*, at: datetime, progress: Callable[[str, int], None] = lambda what, n: None) -> list[Run]:
    """Do the day's evaluations; return the runs. A model that fails does not keep the others from running."""
    lake = place()
    exported = export(lake, at=at, progress=lambda n: progress("lake", n))
    done, faults = [], []
    for model in catalogue.ruling(on=local_date(at)):
        try:
            done.append(
                actions.evaluate_city(
                    place=lake, model=model, by=None, at=at, progress=lambda n, m=model: progress(m.key, n)
                )
            )
        except Exception as fault:  # noqa: BLE001  (told at the end: one broken model must not stop the others)
            faults.append((model.key, fault))
    following.advance(register=exported.manifest.position, event=exported.manifest.events, at=at)
    notices.end_periods(at=at)
    if faults:
        names = "、".join(key for key, _ in faults)
        raise RuntimeError(f"没有完成的模型：{names}") from faults[0][1]
    return done
