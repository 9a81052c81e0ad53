"""The whole demo, small: handed in through the real pipeline, once, and finished where it was interrupted."""

from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from rich.console import Console

from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.records.models import Version
from xinheng.apps.subjects.models import Name, Subject
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.policy.loader import default_policy
from xinheng.demo import build, city, departments, files
from xinheng.demo.officers import CENTRE, PASSWORD

ON = date(2026, 11, 23)
SMALL = {"organisations": 60, "seed": 5, "on": ON}

pytestmark = pytest.mark.usefixtures("db")


ITEMS = ("reg.enterprise", "adm.licence", "adm.penalty", "hon.award")


@pytest.fixture(autouse=True)
def _few_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole catalogue goes in once; what else is asked here, four items of two departments each tell as well."""
    if "slow" not in request.keywords:
        two = SimpleNamespace(competent=lambda *asked: departments.competent(*asked)[:2])
        monkeypatch.setattr(city, "departments", two)
        monkeypatch.setattr(city.City, "items", lambda self: [self.policy.item(name, on=self.on) for name in ITEMS])


def expected(folder: Path) -> tuple[int, int]:
    """Rows and spoiled rows of the small city, as the generator tells them."""
    made = list(files.write_files(folder, city.build(default_policy(), organisations_count=60, seed=5, on=ON)))
    return sum(f.rows for f in made), sum(len(f.expected) for f in made)


@pytest.mark.slow
def test_the_register_holds_what_the_generator_meant(tmp_path: Path) -> None:
    summary = build.build(**SMALL)
    rows, spoiled = expected(tmp_path / "again")
    corrected = sum(s.counts["versions"] for s in Submission.objects.filter(file_name__startswith="900-"))
    assert 0 < corrected <= 5
    assert summary.rows == rows + corrected
    assert summary.returned == spoiled
    open_rows = sum(
        sum(s.counts.get(k, 0) for k in ("new", "versions")) for s in Submission.objects.filter(state=State.CHECKED)
    )
    withdrawn = Submission.objects.get(state=State.WITHDRAWN)
    assert summary.accepted == rows + corrected - spoiled - open_rows - withdrawn.counts["new"]
    assert summary.zero_reports > 0
    assert not Submission.objects.filter(state__in=(State.FAILED, State.REFUSED)).exists()


def test_organisations_are_found_under_their_registered_names() -> None:
    build.build(**SMALL)
    known = city.build(default_policy(), organisations_count=60, seed=5, on=ON).organisations
    stored = dict(Name.objects.filter(registered=True).values_list("subject__code", "name"))
    assert len(stored) > 20
    told = dict(known.select("code", "name").iter_rows())
    assert all(told[code] == name for code, name in stored.items())


def test_a_corrected_statement_has_two_versions() -> None:
    build.build(**SMALL)
    correction = Submission.objects.get(file_name__startswith="900-")
    record = Version.objects.filter(submission=correction).first()
    assert record is not None
    assert Version.objects.filter(record=record.record_id).count() == 2


def test_building_twice_is_building_once() -> None:
    first = build.build(**SMALL)
    before = Submission.objects.count()
    assert build.build(**SMALL) == first
    assert Submission.objects.count() == before


def test_an_interrupted_demo_is_finished_with_what_it_was_begun_with(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, calls = actions.hand_in, 0

    def stops(**options: object) -> Submission:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return whole(**options)

    with monkeypatch.context() as patched:
        patched.setattr(actions, "hand_in", stops)
        with pytest.raises(KeyboardInterrupt):
            build.build(**SMALL)
    assert not build.built()
    summary = build.build(organisations=999, seed=1, on=date(2026, 11, 24))
    assert build.built()
    assert summary.on == ON
    assert summary.organisations <= 70
    assert Submission.objects.filter(kind=Kind.NORMAL).values("file_name").distinct().count() == summary.files


def test_invented_organisations_are_never_mixed_with_real_data() -> None:
    build.build(**SMALL)
    Submission.objects.update(channel="page")
    from xinheng.apps.audit.models import Event

    Event.objects.filter(action__startswith="demo.").delete()
    with pytest.raises(build.RegisterInUse):
        build.build(**SMALL)


def test_if_missing_leaves_a_standing_demo_alone() -> None:
    build.build(**SMALL)
    out = StringIO()
    build.run(if_missing=True, console=Console(file=out))
    assert out.getvalue() == ""


def test_the_summary_is_printed_in_chinese_with_the_doors() -> None:
    out = StringIO()
    build.run(organisations=60, seed=5, on=ON, console=Console(file=out, width=400))
    text = out.getvalue()
    for word in ("演示城市", "入库", "退回原因", "baosong01", CENTRE, PASSWORD, "报送练习-行政处罚.xlsx"):
        assert word in text


def test_every_account_of_the_demo_can_log_in() -> None:
    build.build(**SMALL)
    assert Account.objects.filter(role=Role.REPORTER).count() == len(default_policy().departments)
    for username in ("baosong01", CENTRE, "shenji"):
        assert Client().login(username=username, password=PASSWORD)


def test_nobody_of_the_demo_is_a_natural_person() -> None:
    build.build(**SMALL)
    assert set(Subject.objects.values_list("kind", flat=True)) <= {"E", "T", "I", "O", "G"}
    assert {code[2:8] for code in Subject.objects.values_list("code", flat=True)} == {"440399"}


def test_the_practice_workbook_comes_back_with_many_kinds_of_findings() -> None:
    path = Path(build.build(**SMALL).practice)
    policy = default_policy()
    checking = check_source(open_source(path, known_headers=known_headers(policy)), policy, on=ON)
    for _ in checking:
        pass
    report = checking.report
    assert report.item == "adm.penalty"
    assert report.item_told_by == "headers"
    assert report.accepted > 10
    assert len(report.counts) > 8
