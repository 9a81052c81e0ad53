"""Where the written pages are read, and where they are written."""

from django.urls import include, path
from wagtail import urls as reading
from wagtail.admin import urls as writing
from wagtail.documents import urls as documents

urlpatterns = [
    path("desk/", include(writing)),
    path("documents/", include(documents)),
    path("", include(reading)),
]
