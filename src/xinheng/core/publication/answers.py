"""Three different answers to a question that finds nothing: nothing on record, not public, no such organisation.

"Not public" is said of a kind of information, whether or not anything is held, so that it gives nothing away. A record
that is repaired, over or minor is answered like one that never was: no tombstone names the subject.
"""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Why a public question brings nothing."""

    NOTHING_ON_RECORD = "nothing-on-record"
    NOT_PUBLIC = "not-public"
    NO_SUCH_ORGANISATION = "no-such-organisation"

    @property
    def heading(self) -> str:
        """Return what stands above the sentence."""
        return _HEADINGS[self]

    @property
    def sentence(self) -> str:
        """Return what is said to the public, and what to do next."""
        return _SENTENCES[self]


_HEADINGS = {
    Answer.NOTHING_ON_RECORD: "暂无公示信息",
    Answer.NOT_PUBLIC: "该类信息不公示",
    Answer.NO_SUCH_ORGANISATION: "未查到该主体",
}
_SENTENCES = {
    Answer.NOTHING_ON_RECORD: "截至查询时，该主体没有正在公示的此类信息。",
    Answer.NOT_PUBLIC: "此类信息依法不向社会公示，平台是否存有不作答复；主体本人登录后可以查询，也可以授权他人查询。",
    Answer.NO_SUCH_ORGANISATION: "没有查到这一主体。请核对统一社会信用代码或名称；刚登记的主体信息可能尚未到达，请过几日再查。",
}


def answer(*, publish: str, organisation_known: bool, shown: int) -> Answer | None:
    """Return the answer for one kind of information about one organisation, or None where there is something to show.

    ``publish`` is the item's publication class; ``shown`` counts the records ``decide`` shows today.
    """
    if not organisation_known:
        return Answer.NO_SUCH_ORGANISATION
    if publish != "P":
        return Answer.NOT_PUBLIC
    return None if shown else Answer.NOTHING_ON_RECORD
