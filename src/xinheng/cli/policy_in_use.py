"""The policy data a command works with."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xinheng.cli.outcome import CannotDo

if TYPE_CHECKING:
    from xinheng.core.policy.model import Item, Policy


def policy_root() -> Path:
    """Return the folder of policy data: XINHENG_POLICY, else the one beside the program."""
    told = os.environ.get("XINHENG_POLICY")
    return Path(told) if told else Path(__file__).resolve().parents[3] / "policy"


def policy_authority() -> str:
    """Return the authority this installation serves."""
    return os.environ.get("XINHENG_AUTHORITY") or "shenzhen"


def policy_in_use(told: Path | None = None) -> Policy:
    """Return the policy of this installation, with the editions decided here where its ``var`` is at hand.

    ``told``: a folder to read instead: a whole folder of policy, or a folder of editions to lay on top of ours.
    """
    from xinheng.core.policy import PolicyError, default_policy, load_policy

    if told is None and (editions := editions_here()) is None:
        return default_policy()
    root, overlay = (policy_root(), editions) if told is None else _told(told)
    try:
        return load_policy(root, policy_authority(), overlay=overlay)
    except PolicyError as error:
        first = error.errors[0]
        raise CannotDo(
            "policy.unsound",
            f"“{overlay or root}”里的政策数据有 {len(error.errors)} 处问题，如 {first.path}：{first.chinese}",
        ) from None


def editions_here() -> Path | None:
    """Return the folder of editions approved in this installation; None where there is none at hand."""
    var = os.environ.get("XINHENG_VAR")
    folder = (Path(var) if var else Path(__file__).resolve().parents[3] / "var") / "policy"
    return folder if (folder / "stamp").is_file() else None


def _told(folder: Path) -> tuple[Path, Path | None]:
    if not folder.is_dir():
        raise CannotDo(
            "path.missing", f"没有文件夹“{folder}”。--policy 要给出政策数据的文件夹，或本市审定版本的文件夹。"
        )
    whole = any((one / "authority.toml").is_file() for one in folder.iterdir() if one.is_dir())
    return (folder, None) if whole else (policy_root(), folder)


def item_of(policy: Policy, item_id: str, on: date) -> Item:
    """Return a catalogue item, or say how to find the right name."""
    from xinheng.core.policy.model import UnknownItem

    try:
        return policy.item(item_id, on=on)
    except UnknownItem:
        raise CannotDo("item.unknown", f"目录中没有“{item_id}”。用 xinheng items 可列出全部目录项。") from None
