"""The sections every site begins with. Made once; what editors later rename or add stays as they left it."""

from __future__ import annotations

from typing import Any

ROOT = ("资讯", "news", "政策、动态与案例。")
SECTIONS = (
    ("信用动态", "updates", "本市与各部门的信用工作。"),
    ("政策法规", "policies", "信用方面的法律、法规、规章和文件。"),
    ("典型案例", "cases", "守信得益、失信受限、修复重来的真实事例，不写自然人姓名。"),
    ("专栏", "columns", "政务诚信、信用承诺、信易+ 等专题。"),
)


def make_sections(**_signal: Any) -> None:
    """Make the root of the written pages and its first sections, where there are none yet."""
    from wagtail.models import Page, Site

    from xinheng.news.models import Section

    root = Page.objects.filter(depth=1).first()
    if root is None or Section.objects.exists():
        return
    title, slug, intro = ROOT
    home = root.add_child(instance=Section(title=title, slug=slug, intro=intro))
    for title, slug, intro in SECTIONS:
        home.add_child(instance=Section(title=title, slug=slug, intro=intro))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": "信衡"}
    )
