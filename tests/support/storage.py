"""An S3 server over HTTP, started by the test, with one bucket."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

ACCESS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def s3(bucket: str = "xinheng") -> Iterator[str]:
    """Serve S3 on this machine until the end; yield the address of the bucket. Clients find it by the usual variables."""
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server.start()
    before = dict(os.environ)
    host, port = server.get_host_and_port()
    os.environ.update(ACCESS | {"AWS_ENDPOINT_URL": f"http://{host}:{port}"})
    try:
        there = fsspec.filesystem("s3", skip_instance_cache=True)
        if there.exists(bucket):  # moto's buckets live as long as the process
            there.rm(bucket, recursive=True)
        there.mkdir(bucket)
        yield f"s3://{bucket}"
    finally:
        os.environ.clear()
        os.environ.update(before)
        fsspec.filesystem("s3", skip_instance_cache=True).clear_instance_cache()
        server.stop()
