"""One name for exactly this policy data: a hash over what the files say, not over how they are laid out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import orjson

from xinheng.core.policy.reading import Document


def digest(documents: Iterable[Document]) -> str:
    """Return ``sha256:…`` over the parsed content of all files, by path: comments, spaces and line ends do not count."""
    content = {document.path: document.content for document in documents}
    return "sha256:" + hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
