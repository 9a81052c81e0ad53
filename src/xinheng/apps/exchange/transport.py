"""The two ways of a conversation: over HTTP, or as files on a disk that somebody carries. The messages are the same bytes."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import orjson

from xinheng.apps.accounts.models import Account
from xinheng.apps.exchange import desk, keeping, results, talking
from xinheng.apps.exchange.models import Channel, Counterpart, Run, RunState, Way
from xinheng.apps.exchange.talking import Talk
from xinheng.core.exchange.envelope import MOST
from xinheng.core.exchange.refusals import Oversized, RefusedThere
from xinheng.core.refusal import Refusal

CONTENT_TYPE = "application/vnd.xinheng.message"
_SECONDS = 120
Post = Callable[[bytes], bytes]
Clock = Callable[[], datetime]


class NoAnswer(Refusal):
    """The counterpart could not be reached, or broke off."""

    code = "exchange.no-answer"
    message = "无法连接“{counterpart}”（{why}）。请检查网络和地址，稍后重试；没有网络时可改用文件交换（--files）。"


class NoAnswerYet(Refusal):
    """The answer's file is not there yet."""

    code = "exchange.no-answer-yet"
    message = (
        "还没有对方的答复文件。请把 {file} 送给对方，对方运行 xinheng reconcile serve --files 后，把答复带回本目录。"
    )


def post_to(counterpart: Counterpart) -> Post:
    """Return what sends a message to a counterpart and brings its answer."""
    address = counterpart.address.rstrip("/") + "/api/v1/exchange"

    def post(data: bytes) -> bytes:
        request = urllib.request.Request(address, data=data, headers={"Content-Type": CONTENT_TYPE})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  the address is the operator's own
                told: bytes = answer.read(MOST + 1)
        except urllib.error.HTTPError as error:
            raise _refused_there(error) from None
        except (OSError, ValueError) as error:
            raise NoAnswer(counterpart=counterpart, why=type(error).__name__) from None
        if len(told) > MOST:
            raise Oversized(most=MOST)
        return told

    return post


def _refused_there(error: urllib.error.HTTPError) -> Refusal:
    try:
        told = orjson.loads(error.read(1 << 16))
        return RefusedThere(there=str(told["code"])[:80], why=str(told["detail"])[:400])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return RefusedThere(there=f"http.{error.code}", why="对方服务器未说明原因")


def run_over(
    post: Post,
    *,
    channel: Channel,
    by: Account | None,
    clock: Clock,
    anew: bool = False,
    progress: keeping.Progress = lambda n: None,
    way: Way = Way.HTTP,
) -> Run:
    """Compare a channel with the other side in one go, and return the finished run; one that fails says why."""
    begun = time.perf_counter()
    talk = talking.begin(channel=channel, way=way, by=by, at=clock(), anew=anew, progress=progress)
    try:
        question: bytes | None = talk.first(at=clock())
        while question is not None:
            question = talk.take(post(question), at=clock())
    except Refusal as refusal:
        results.failed(talk.run, code=refusal.code, message=str(refusal), at=clock())
        raise
    talk.run.seconds = time.perf_counter() - begun
    talk.run.save(update_fields=["seconds"])
    return talk.run


def question_file(folder: Path, run: Run, step: int) -> Path:
    """Return where a question lies."""
    return folder / f"{run.ref}-{step:02d}-request.xhm"


def begin_files(
    folder: Path,
    *,
    channel: Channel,
    by: Account | None,
    at: datetime,
    anew: bool = False,
    progress: keeping.Progress = lambda n: None,
) -> Run:
    """Write the first question of a run into a folder."""
    talk = talking.begin(channel=channel, way=Way.FILES, by=by, at=at, anew=anew, progress=progress)
    _lay(folder, talk, talk.first(at=at))
    return talk.run


def go_on_files(folder: Path, run: Run, *, at: datetime) -> Run:
    """Read the answer to the last question and write the next one; return the run, which may now be finished."""
    talk = Talk.resumed(run)
    file = question_file(folder, run, talk.step)
    answer = answer_file(file)
    if not answer.exists():
        raise NoAnswerYet(file=file.name)
    if answer.stat().st_size > MOST:
        raise Oversized(most=MOST)
    begun = time.perf_counter()
    try:
        question = talk.take(answer.read_bytes(), at=at)
    except Refusal as refusal:
        results.failed(run, code=refusal.code, message=str(refusal), at=at)
        raise
    run.seconds += time.perf_counter() - begun
    if question is not None:
        _lay(folder, talk, question)
    else:
        run.save(update_fields=["seconds"])
    return run


def answer_file(question: Path) -> Path:
    """Return where the answer to a question lies."""
    return question.with_name(question.name.replace("-request.xhm", "-answer.xhm"))


def _lay(folder: Path, talk: Talk, question: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(question_file(folder, talk.run, talk.step), question)
    talk.run.talk, talk.run.state = talk.paused(), RunState.WAITING
    talk.run.save()


def _write(path: Path, data: bytes) -> None:
    """Write a file so that nobody finds half of it."""
    beside = path.with_suffix(".part")
    beside.write_bytes(data)
    beside.replace(path)


def serve_files(folder: Path, *, at: datetime) -> list[tuple[Path, Refusal | None]]:
    """Answer every question in a folder that has no answer yet; return each with the refusal it met, if any."""
    done: list[tuple[Path, Refusal | None]] = []
    for question in sorted(folder.glob("*-request.xhm")):
        if answer_file(question).exists():
            continue
        if question.stat().st_size > MOST:
            done.append((question, Oversized(most=MOST)))
            continue
        try:
            _write(answer_file(question), desk.answer(question.read_bytes(), at=at, way=Way.FILES))
            done.append((question, None))
        except Refusal as refusal:
            done.append((question, refusal))
    return done
