"""Pages of evaluations: the model anyone may read, the result only its organisation and the centre see, the workbench."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from edges import town
from edges.conftest import with_factor
from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.models import Role
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now, today
from xinheng.apps.evaluation import actions, catalogue, drafting, following, keys, queries, reading
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.lake.place import place
from xinheng.apps.evaluation.models import Application, Draft, DraftState, Key, Objection, Result
from xinheng.apps.intake.models import Submission
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Record
from xinheng.core.evaluation.loading import model_named
from xinheng.pages import evaluating
from xinheng.workbench.spread import spread

MODEL = "xh.comprehensive"
PERSON = "11010519491231002X"


@pytest.fixture
def evaluated(on_record, officer, centre):
    """The town is evaluated; sources it does not have yet speak by an empty hand-in."""
    from xinheng.apps.intake.order import advance, hold

    have = set(Submission.objects.filter(accepted_at__isnull=False).values_list("item", flat=True))
    for item in ("abn.enterprise", "list.market", "jud.dishonest"):
        if item not in have:
            position, at = advance(hold(), at=now())
            Submission.objects.create(
                item=item, department=officer.department, officer=officer, received_at=at, certified_at=at,
                accepted_at=at, position=position, state="accepted", ref=f"empty-{item}",
            )  # fmt: skip
    at = now()
    done = export(place(), at=at)
    actions.evaluate_city(place=place(), model=model_named(current_policy(), MODEL, on=today()), by=None, at=at)
    following.advance(register=done.manifest.position, event=done.manifest.events, at=at)
    return reading.subject_of(town.SHOP)


@pytest.fixture
def own(evaluated, centre):
    return keys.make(subject=evaluated, reason="营业执照原件", by=centre, at=now())


def test_anyone_may_read_every_model(client, market):
    page = client.get("/evaluation/")
    assert "组织公共信用综合评价模型" in page.content.decode()
    model = client.get(f"/evaluation/models/{MODEL}").content.decode()
    assert "严重行政处罚" in model
    assert "第二十九条" in model
    assert "&gt; 1,000,000 元：-90 分" in model  # kept in 分, read in 元
    assert "≥ 5 次：-90 分" in model
    assert "起点 350 分" in model
    assert "建议稿" in model
    assert client.get("/evaluation/models/nothing").status_code == 404


def test_no_result_of_a_model_that_is_not_in_force_is_public(client, evaluated):
    page = client.get(f"/evaluation/of/{town.SHOP}")
    assert page.status_code == 403
    assert "只有在模型批准生效" in page.content.decode()
    assert client.get(f"/evaluation/of/{town.code(99)}").status_code == 404


def test_the_organisation_reads_its_result_and_what_to_do(client, own):
    page = client.get(f"/evaluation/own/{own}/{MODEL}/")
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert "可以怎样做" in text
    assert "申请信用修复" in text
    assert re.search(r"深市监罚〔2026〕\d+号", text)
    assert client.get(f"/evaluation/own/{own}/").status_code == 200
    told = client.get(f"/evaluation/own/{own}/{MODEL}/result.json").json()
    assert told["score"] == queries.result_of(reading.subject_of(town.SHOP), MODEL).score
    english = client.get(f"/evaluation/own/{own}/{MODEL}/", headers={"accept-language": "en"}).content.decode()
    assert "What you can do" in english


def test_a_wrong_an_ended_and_a_past_link_open_nothing(client, own, centre, settings):
    assert client.get("/evaluation/own/guessed/").status_code == 404
    keys.end(key=Key.objects.get(), by=centre, at=now())
    assert client.get(f"/evaluation/own/{own}/").status_code == 404


def test_a_risk_class_is_not_shown_to_its_subject(client, own):
    assert client.get(f"/evaluation/own/{own}/xh.risk/").status_code == 404


def test_an_objection_from_the_explanation(client, own, as_centre):
    url = f"/evaluation/own/{own}/{MODEL}/objection"
    client.post(url, {"text": ""})
    assert not Objection.objects.exists()
    penalty = Record.objects.filter(item="adm.penalty", versions__subject=reading.subject_of(town.SHOP)).first()
    client.post(url, {"text": "处罚已被撤销", "record": str(penalty.pk), "contact": "0755-1"})
    objection = Objection.objects.get()
    asked = as_centre.get("/workbench/evaluation/objections/").content.decode()
    assert f"/workbench/records/{penalty.pk}/" in asked
    assert "深市监罚" in asked
    assert "组织公共信用综合评价模型" in asked
    assert "异议正在核查" in client.get(f"/evaluation/own/{own}/{MODEL}/").content.decode()
    assert "处罚已被撤销" in as_centre.get("/workbench/evaluation/objections/").content.decode()
    as_centre.post(f"/workbench/evaluation/objections/{objection.pk}", {"text": "核实无误", "do": "refuse"})
    objection.refresh_from_db()
    assert objection.outcome == "refused"


def test_the_centre_sees_the_city_and_each_organisation_and_that_is_kept(as_centre, evaluated, centre):
    assert "B" in as_centre.get("/workbench/evaluation/").content.decode()
    assert "结果的指纹应当相同" in as_centre.get(f"/workbench/evaluation/models/{MODEL}/").content.decode()
    page = as_centre.get(f"/workbench/evaluation/models/{MODEL}/of/{town.SHOP}")
    assert "分数是怎么来的" in page.content.decode()
    event = Event.objects.get(action="evaluation.read")
    assert (event.by, event.about_id) == (centre, str(evaluated.pk))


def test_a_link_for_the_organisation_is_made_once_and_with_a_reason(as_centre, evaluated, client):
    url = f"/workbench/evaluation/models/{MODEL}/of/{town.SHOP}"
    as_centre.post(f"{url}/key", {"reason": ""})
    assert not Key.objects.exists()
    as_centre.post(f"{url}/key", {"reason": "营业执照原件"})
    told = re.search(r"/evaluation/own/([\w-]+)/", as_centre.get(url).content.decode())
    assert told is not None
    assert client.get(f"/evaluation/own/{told[1]}/").status_code == 200
    assert told[1] not in as_centre.get(url).content.decode()


@pytest.mark.parametrize(
    ("ask", "about"),
    [
        (lambda desk: desk.post("/workbench/evaluation/find", {"code": PERSON, "model": MODEL}, follow=True), 1),
        (lambda desk: desk.get(f"/workbench/evaluation/models/{MODEL}/of/{PERSON}", follow=True), 1),
        (lambda desk: desk.get(f"/evaluation/of/{PERSON}", follow=True), 0),
    ],
)
def test_a_person_is_refused_and_the_number_is_kept_nowhere(as_centre, evaluated, caplog, ask, about):
    page = ask(as_centre)
    assert page.status_code == 200
    assert "自然人不评价" in page.content.decode()
    assert PERSON not in page.content.decode()
    assert PERSON not in caplog.text
    kept = Event.objects.filter(action="evaluation.person-refused")
    assert kept.count() == about
    assert PERSON not in str(list(kept.values()))
    assert not Result.objects.filter(subject__code=PERSON).exists()


def test_the_desk_tells_how_many_indicators_run_and_leads_only_to_results_there_are(as_centre, evaluated):
    desk = as_centre.get("/workbench/evaluation/").content.decode()
    fire = re.search(r"消防安全信用评价模型</a>.*?</tr>", desk, re.S)
    assert fire is not None
    assert re.search(r">[012] / 10<", fire[0])  # most of its information is in no catalogue
    page = as_centre.get(f"/workbench/evaluation/models/{MODEL}/of/{town.SHOP}").content.decode()
    assert "该组织的其他评价" not in page  # by no other model was the town evaluated
    assert "32 项指标中停用" in page


def test_what_a_model_is_for_and_why_an_indicator_is_off_is_read_in_english_for_every_model_that_ships(client, market):
    for model in catalogue.ruling(on=today()):
        page = client.get(f"/evaluation/models/{model.id}", headers={"accept-language": "en"}).content.decode()
        reasons = re.findall(r'<p class="small warn">(.*?)</p>', page)
        assert not [why for why in reasons if re.search("[一-鿿]", why)], model.id
        card = re.findall(r'<h2 class="h3">.*?</h2><p>(.*?)</p>', page)
        assert len(card) == 4
        assert not [text for text in card if re.search("[一-鿿]", text)], model.id


def test_a_grade_has_the_colour_of_what_it_is_read_as(market):
    futian, whole = (catalogue.named(name, on=today()) for name in ("xh.district.futian", MODEL))
    assert [evaluating.tone_of(futian, grade) for grade in futian.grades] == [
        "is-good", "is-good", "is-accent", "is-warn", "is-bad"
    ]  # fmt: skip
    assert evaluating.tone_of(whole, "C") == "is-warn"
    assert evaluating.tone_of(whole, "N") == ""


def test_a_grade_of_one_among_many_is_not_told_as_none(market):
    with translation.override("zh-hans"):
        lines = spread(catalogue.named(MODEL, on=today()), {"all": {"B": 9_999, "D": 1}}).lines
    assert {line.grade: line.share for line in lines} == {
        "A+": "0.0%", "A": "0.0%", "B": "100.0%", "C": "0.0%", "D": "不到 0.1%", "E": "0.0%"
    }  # fmt: skip


def test_departments_do_not_come_in(as_officer, evaluated):
    for name, arguments in (
        ("evaluation", []),
        ("evaluation-model", [MODEL]),
        ("evaluation-of", [MODEL, town.SHOP]),
        ("evaluation-objections", []),
        ("drafts", []),
    ):
        assert as_officer.get(reverse(f"workbench:{name}", args=arguments)).status_code == 403


def test_a_model_is_copied_edited_simulated_and_approved_by_another(as_centre, evaluated, centre, second_of_the_centre):
    as_centre.post("/workbench/evaluation/drafts/new", {"model": MODEL})
    draft = Draft.objects.get()
    url = f"/workbench/evaluation/drafts/{draft.pk}/"
    assert "version = 2" in draft.text
    wrong = as_centre.post(f"{url}text", {"text": draft.text.replace("points = -40", "points = 40", 1)})
    assert wrong.status_code == 422
    assert "正负号" in wrong.content.decode()
    english = as_centre.get(url, headers={"accept-language": "en"}).content.decode()
    assert "being drafted" in english
    broken = as_centre.post(f"{url}text", {"text": draft.text.replace("points = -40", "points = -4x", 1)})
    line = draft.text.split("points = -40")[0].count("\n") + 1
    assert f"第 {line} 行" in broken.content.decode()
    assert "Expected" not in broken.content.decode()
    assert "规定的内容还没有改动" in as_centre.get(url).content.decode()
    as_centre.post(f"{url}text", {"text": draft.text.replace("points = -40", "points = -100", 1)})
    as_centre.post(f"{url}simulate")
    page = as_centre.get(url).content.decode()
    assert "对全市的影响" in page
    assert "一般行政处罚" in page
    draft.refresh_from_db()
    assert draft.simulation["reasons"][0][0] == "L02"
    as_centre.post(f"{url}decide", {"do": "offer"})
    assert "等待另一位同志批准" in as_centre.get(url).content.decode()
    seen = second_of_the_centre.get(url).content.decode()
    changed = seen[seen.index("改了什么") : seen.index("对全市的影响")]
    assert "每条 -40 分；过了期限的一半后减半；合计最多 -160 分" in changed
    assert "每条 -100 分；过了期限的一半后减半；合计最多 -160 分" in changed
    assert "严重行政处罚" not in changed
    assert (
        second_of_the_centre.post(f"{url}decide", {"do": "approve", "effective_from": "2030-01-01"}).status_code != 302
    )
    own = as_centre.post(f"{url}decide", {"do": "approve", "document": "深信〔2026〕1号"})
    assert own.status_code == 409
    soon = second_of_the_centre.post(
        f"{url}decide", {"do": "approve", "document": "深信〔2026〕1号", "effective_from": today().isoformat()}
    )
    assert soon.status_code == 409
    day = (today() + drafting.NOTICE).isoformat()
    second_of_the_centre.post(f"{url}decide", {"do": "approve", "document": "深信〔2026〕1号", "effective_from": day})
    draft.refresh_from_db()
    assert draft.state == DraftState.APPROVED
    assert "深信〔2026〕1号" in as_centre.get(url).content.decode()
    public = as_centre.get(f"/evaluation/models/{MODEL}").content.decode()
    assert f"自 {day} 起施行" in public
    assert Result.objects.filter(current=True).values_list("version", flat=True).distinct().get() == 1


def test_a_trader_is_evaluated_on_application_only(as_centre, evaluated, hand_in):
    trader = town.code(44, prefix="92")
    row = town._row(
        "reg.trader",
        {"subject_name": "测试小店", "subject_code": trader, "operator": "王示例", "shop_name": "小店", "address": "深圳市",
         "scope": "餐饮", "form": "个人经营", "established_on": "2019-01-01", "state": "存续", "authority": "深圳市市场监督管理局"},
    )  # fmt: skip
    hand_in([row], item="reg.trader")
    url = f"/workbench/evaluation/models/{MODEL}/of/{trader}"
    assert "须由经营者申请" in as_centre.get(url).content.decode()
    as_centre.post(f"{url}/application", {"do": "apply", "reason": "身份证原件核对"})
    assert Application.objects.count() == 1
    assert "分数是怎么来的" in as_centre.get(url).content.decode()
    as_centre.post(f"{url}/application", {"do": "end"})
    assert "须由经营者申请" in as_centre.get(url).content.decode()


@pytest.fixture
def as_centre(centre):
    return sign_in(centre)


@pytest.fixture
def as_officer(officer):
    return sign_in(officer)


@pytest.fixture
def second_of_the_centre(market):
    account = open_account(
        username="qian",
        display_name="钱审核",
        role=Role.CENTRE,
        department=None,
        by=None,
        at=now(),
        password=town.PASSWORD,
    )
    return sign_in(with_factor(account))


def sign_in(account):
    client = Client()
    client.force_login(account)
    return client
