"""A real Spark cluster on this machine: a master and two workers, each a process of its own, on free ports.

``python -m xinheng.demo.spark`` evaluates the city on it and compares the result with the local engine's, digest by digest.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xinheng.core.refusal import Refusal

_READY_SECONDS = 90


class NoJava(Refusal):
    """Spark needs Java."""

    code = "spark.no-java"
    message = (
        "没有找到 Java，Spark 不能运行。请安装 Java 17 或更新版本（Debian：apt-get install default-jre-headless）。"
    )


class NoSpark(Refusal):
    """PySpark is not installed."""

    code = "spark.not-installed"
    message = "没有安装 Spark。请运行 pip install 'xinheng[spark]'。"


def missing() -> Refusal | None:
    """Return what a cluster lacks on this machine."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return NoJava()
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return NoSpark()
    return None


@contextmanager
def cluster(folder: Path, *, workers: int = 2, cores: int = 1, memory: str = "1g") -> Iterator[str]:
    """Start a standalone master and its workers; yield the master's address; stop them all at the end."""
    if (lacking := missing()) is not None:
        raise lacking
    import pyspark

    home = Path(pyspark.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    port, page = _free_port(), _free_port()
    address = f"spark://127.0.0.1:{port}"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_PYTHON": sys.executable,
    }
    start = [str(home / "bin" / "spark-class")]
    master = "org.apache.spark.deploy.master.Master"
    worker = "org.apache.spark.deploy.worker.Worker"
    running: list[subprocess.Popen[bytes]] = []
    try:
        told = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]
        running.append(_start([*start, master, *told], folder / "master.log", environment))
        _wait_for(folder / "master.log", "I have been elected leader", 1, running)
        for number in range(workers):
            told = ["--host", "127.0.0.1", "--cores", str(cores), "--memory", memory, "--webui-port", "0", address]
            running.append(_start([*start, worker, *told], folder / f"worker-{number}.log", environment))
        _wait_for(folder / "master.log", "Registering worker", workers, running)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)  # noqa: S603  (Spark's own)


def _wait_for(log: Path, words: str, times: int, running: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        if len(re.findall(words, log.read_text(errors="replace"))) >= times:
            return
        if any(process.poll() is not None for process in running):
            break
        time.sleep(0.2)
    raise RuntimeError(f"Spark did not start; see {log.parent}:\n{log.read_text(errors='replace')[-2_000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Evaluate the city on a cluster of this machine and locally, and compare."""
    lacking = missing()
    if lacking is not None:
        sys.stderr.write(f"{lacking}\n")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")
    import django

    django.setup()
    from django.conf import settings

    from xinheng.apps import clock
    from xinheng.apps.evaluation import catalogue, runs
    from xinheng.apps.evaluation.lake.exporting import export
    from xinheng.apps.evaluation.lake.place import place

    at, lake = clock.now(), place()
    export(lake, at=at)
    model = catalogue.named("xh.comprehensive", on=clock.local_date(at))
    told = {}
    with cluster(Path(settings.XINHENG_VAR) / "spark") as address:
        for engine in ("local", address):
            begin = time.perf_counter()
            computed = runs.compute(
                place=lake, model=model, on=clock.local_date(at), known_at=at, folder="", engine=engine
            )
            told[engine] = computed.digest
            seconds = time.perf_counter() - begin
            sys.stdout.write(
                f"{engine:<28} {computed.tally.subjects:>9,} 个组织　{seconds:6.1f} 秒　{computed.digest}\n"
            )
    same = len(set(told.values())) == 1
    sys.stdout.write("两个引擎逐分一致。\n" if same else "结果不一致！\n")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
