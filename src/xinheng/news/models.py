"""Sections and articles, as the page editor (Wagtail) keeps them."""

from __future__ import annotations

from typing import ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from xinheng.apps.privacy import privacy

_EACH = 20


@privacy(public="page_ptr intro")
class Section(Page):
    """A column of the site: news, policies, typical cases, or a special column."""

    intro = models.CharField(lazy("说明"), max_length=200, blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar = ["wagtailcore.Page", "news.Section"]
    subpage_types: ClassVar = ["news.Section", "news.Article"]
    template = "news/section.html"

    class Meta:
        verbose_name = lazy("栏目")

    def get_context(self, request: HttpRequest, *args: object, **named: object) -> dict[str, object]:
        """Return the sections below, and a page of the articles, the newest first."""
        told = super().get_context(request, *args, **named)
        sections = Section.objects.live().child_of(self)
        within = Article.objects.live().public().descendant_of(self).order_by("-on", "-pk")
        found = Paginator(within, _EACH).get_page(request.GET.get("page"))
        parent = self.get_parent().specific
        above = parent if isinstance(parent, Section) else None
        return told | {"here": "news", "above": above, "sections": sections, "articles": found}


@privacy(public="page_ptr on summary source source_url body")
class Article(Page):
    """One piece of writing: what, when, from whom. Public once it has been reviewed."""

    on = models.DateField(lazy("日期"))
    summary = models.CharField(
        lazy("摘要"), max_length=200, help_text=lazy("一两句话，列表里显示。不要写自然人的姓名。")
    )
    source = models.CharField(lazy("来源"), max_length=100, blank=True)
    source_url = models.URLField(lazy("原文地址"), blank=True)
    body = RichTextField(lazy("正文"), features=["h2", "h3", "bold", "ol", "ul", "link", "hr", "blockquote", "image"])

    content_panels: ClassVar = [
        *Page.content_panels,
        *(FieldPanel(name) for name in ("on", "summary", "source", "source_url", "body")),
    ]
    parent_page_types: ClassVar = ["news.Section"]
    subpage_types: ClassVar = []
    template = "news/article.html"

    class Meta:
        verbose_name = lazy("文章")

    def get_context(self, request: HttpRequest, *args: object, **named: object) -> dict[str, object]:
        """Return the article in its place."""
        return super().get_context(request, *args, **named) | {"here": "news"}
