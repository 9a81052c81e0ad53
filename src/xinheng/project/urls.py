"""Which door leads where: the public portal, the officers' workbench, the machines' API, and pages people write."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

written = [
    path("news/", include("xinheng.news.urls")),
    re_path("^media/(?P<path>images/.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
urlpatterns = [
    path("workbench/", include("xinheng.workbench.urls")),
    path("api/", include("xinheng.api.urls")),
    *(written if settings.NEWS else []),
    path("", include("xinheng.portal.urls")),
]

handler500 = "xinheng.pages.faults.server_error"
