"""A full disk and a lost database are told on a page and by the API, at whatever depth they are met."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from xinheng.pages import faults

pytestmark = pytest.mark.django_db
FULL = OSError(errno.ENOSPC, "No space left on device")
GONE = OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def broken(fault):
    def fails(*args, **kwargs):
        raise fault

    return fails


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (FULL, 503, "存储空间不足"),
        (GONE, 503, "数据库暂时无法访问"),
        (ZeroDivisionError(), 500, "程序出现意外错误（编号"),
    ],
)
def test_a_fault_is_a_page_without_a_trace(client, monkeypatch, fault, status, told, caplog):
    monkeypatch.setattr("xinheng.portal.views.home.render", broken(fault))
    response = client.get("/")
    assert response.status_code == status
    assert told in response.content.decode()
    assert "Traceback" not in response.content.decode()
    assert ("defect " in caplog.text) == (status == 500)


def test_the_api_answers_with_a_problem(client, monkeypatch):
    monkeypatch.setattr("xinheng.api.views.reading.subject", broken(GONE))
    response = client.get("/api/v1/subjects/91440300MA5EU7A34J")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "storage.database"


def test_a_disk_that_fills_while_the_browser_uploads(client, monkeypatch, officer):
    client.force_login(officer)
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", broken(FULL))
    from django.core.files.uploadedfile import SimpleUploadedFile

    with override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=0):
        response = client.post("/workbench/upload/", {"file": SimpleUploadedFile("a.csv", b"x" * 100)})
    assert response.status_code == 503
    assert "存储空间不足" in response.content.decode()


def test_the_page_says_it_in_english_too(rf, monkeypatch):
    from django.utils import translation

    with translation.override("en"):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            page = faults.server_error(rf.get("/")).content.decode()
    assert "Something went wrong" in page
    assert "An unexpected error occurred" in page
