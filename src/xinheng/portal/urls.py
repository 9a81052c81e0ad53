"""The public's site: which address shows what."""

from django.urls import include, path

from xinheng.portal.views import catalog, home, language, lists, record, rules, search, subject

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("s/<str:code>", subject.subject, name="subject"),
    path("s/<str:code>/<str:klass>", subject.of_class, name="class"),
    path("r/<int:record_id>", record.record, name="record"),
    path("licences/", lists.licences, name="licences"),
    path("penalties/", lists.penalties, name="penalties"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<str:item_id>", catalog.item, name="item"),
    path("catalog/<str:item_id>/template.xlsx", catalog.template, name="template"),
    path("rules/", rules.rules, name="rules"),
    path("evaluation/", include("xinheng.portal.evaluation_urls")),
    path("language/", language.language, name="language"),
]
