"""What all pages share: no inline script or style, small files, words in both languages."""

from __future__ import annotations

import gettext
import importlib
import json
import pkgutil
import re
from pathlib import Path

import pytest
from django.utils import translation

import xinheng
from xinheng.core.publication.answers import Answer
from xinheng.core.publication.facts import Label
from xinheng.core.publication.rules import Grade
from xinheng.core.refusal import Refusal
from xinheng.pages.words import FROM_CORE

ROOT = Path(__file__).resolve().parents[2] / "src" / "xinheng"
APPS = ("pages", "portal", "workbench")
LOCALES = (*APPS, "apps/evaluation")  # English lies with the pages, or with the capability they show
TEMPLATES = sorted(path for app in APPS for path in (ROOT / app / "templates").rglob("*.html"))
CHINESE = re.compile(r"[一-鿿]")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries(app: str) -> dict[str, str]:
    """Return msgid → translation of an app's English, plural forms by their first."""
    text = (ROOT / app / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    found = {}
    for block in text.split("\n\n"):
        parts = re.findall(r'^(msgid|msgstr(?:\[0\])?) ((?:".*"\n?)+)', block, re.M)
        told = {
            kind.removesuffix("[0]"): "".join(json.loads(f'"{q}"') for q in QUOTED.findall(body))
            for kind, body in parts
        }
        if told.get("msgid"):
            found[told["msgid"]] = told.get("msgstr", "")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.stem)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.stem)
def test_every_chinese_word_of_a_template_can_be_translated(path: Path) -> None:
    if path.name == "500.html":
        pytest.skip("shown when nothing else works, in both languages at once")
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    left = [line.strip() for line in text.splitlines() if CHINESE.search(line)]
    assert all("中文" in line or "{{ change" in line or "：" in line for line in left), left


@pytest.mark.parametrize("app", LOCALES)
def test_english_is_complete_and_compiled(app: str) -> None:
    told = entries(app)
    assert len(told) > 60
    assert not [msgid for msgid, text in told.items() if not text]
    with (ROOT / app / "locale/en/LC_MESSAGES/django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    differing = [
        msgid
        for msgid, text in told.items()
        if compiled.gettext(msgid) != text and compiled.ngettext(msgid, msgid, 1) != text
    ]
    assert not differing


@pytest.mark.parametrize("app", APPS)
def test_every_word_of_the_pages_has_its_english(app: str) -> None:
    told = {msgid for each in LOCALES for msgid in entries(each)}
    asked = set()
    for path in (ROOT / app / "templates").rglob("*.html"):
        asked |= {
            m[2]
            for m in re.finditer(r"""\{% translate (["'])(.+?)\1 (?:as \w+ )?%\}""", path.read_text(encoding="utf-8"))
        }
    for path in (ROOT / app).rglob("*.py"):
        asked |= {
            m[1]
            for m in re.finditer(
                r"""\b(?:_|gettext_noop|gettext_lazy)\("((?:[^"\\]|\\.)+)"\)""", path.read_text(encoding="utf-8")
            )
        }
    assert not asked - told


def test_what_the_core_says_on_pages_is_listed_for_translation() -> None:
    said = [text for answer in Answer for text in (answer.heading, answer.sentence)]
    said += [grade.value for grade in Grade] + [label.value for label in Label]
    assert set(said) == set(FROM_CORE)


@pytest.mark.parametrize(
    ("source", "traditional"),
    [
        ("复制一个模型，修改，在全市数据上模拟，由另一位同志批准，公布满 15 天施行。", "公佈滿 15 天施行"),
        ("“{zh}”中有只在您电脑上能显示的自造字", "中有只在您電腦上"),
        ("密钥只能为这位报送员的部门报送；", "簽的是這位報送員的名"),
        ("已确认并入库", "已確認並入庫"),
        ("在查明原因之前不会发布新的检查点", "不會發佈新的"),
        ("行政复议中", "行政復議中"),
        ("没有退回或回流", "沒有退回或回流"),
        ("局限", "局限"),
    ],
)
def test_traditional_chinese_is_not_misread(source: str, traditional: str) -> None:
    found = [msgid for app in LOCALES for msgid in entries(app) if msgid.startswith(source)]
    assert found
    with translation.override("zh-hant"):
        assert all(traditional in translation.gettext(msgid) for msgid in found)


def test_every_refusal_people_are_shown_has_its_english() -> None:
    for found in pkgutil.walk_packages(xinheng.__path__, "xinheng."):
        if found.name.startswith(("xinheng.apps.", "xinheng.pages.", "xinheng.workbench.")):
            importlib.import_module(found.name)
    refusals = [Refusal]
    for one in refusals:
        refusals.extend(one.__subclasses__())
    with translation.override("en"):
        left = {
            one.message
            for one in refusals[1:]
            if one.__module__.startswith(("xinheng.apps", "xinheng.pages", "xinheng.workbench"))
            and CHINESE.search(translation.gettext(one.message))
        }
    assert not left


def test_style_and_script_of_our_own_are_small() -> None:
    static = ROOT / "pages" / "static" / "xinheng"
    assert (static / "xinheng.css").stat().st_size <= 30_000
    assert (static / "xinheng.js").stat().st_size <= 6_000
