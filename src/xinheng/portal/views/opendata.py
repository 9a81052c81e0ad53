"""Open data: which packages there are, what is in them, and the files themselves, as long as nothing in them has run out."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Item
from xinheng.pages import words
from xinheng.pages.opendata import building, describing, rows, store
from xinheng.pages.opendata.store import State
from xinheng.pages.showing import basis_of, item_of


def packages(request: HttpRequest) -> HttpResponse:
    """Show which packages there are."""
    lines = [
        {
            "name": words.item_name(item),
            "id": item.id,
            "class_name": words.say(words.CLASSES, item.klass),
            "url": reverse("portal:opendata_item", args=[item.id]),
            "rows": state.rows,
            "day": state.day,
            "bytes": state.files["data.csv"]["bytes"],
        }
        for item, state in known()
        if state.rows
    ]
    return render(request, "portal/opendata.html", {"here": "opendata", "packages": lines})


def known() -> list[tuple[Item, State]]:
    """Return the items that have a package, with its state."""
    found = [(item_of(state.item), state) for state in store.all_states()]
    return [(item, state) for item, state in found if item is not None]


def find(item_id: str) -> Item:
    """Return an item anybody may take, or answer that there is none."""
    for item in building.open_items(today()):
        if item.id == item_id:
            return item
    raise Http404(_("没有这一项的开放数据。"))


def package(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show what is in a package."""
    item = find(item_id)
    state = store.state_of(item.id)
    names = {f.name: (f.en if request.LANGUAGE_CODE == "en" and f.en else f.zh) for f in item.fields}
    columns = [
        (name, words.said(describing.SAID[name]) if name in describing.SAID else names.get(name, ""))
        for name in rows.schema(item)
    ]
    shown = {
        "here": "opendata",
        "name": words.item_name(item),
        "item_id": item.id,
        "state": state,
        "fresh": state is not None and state.fresh(today()),
        "files": [(n, k["bytes"], k["sha256"]) for n, k in state.files.items()] if state else [],
        "columns": columns,
        "basis": basis_of(item),
        "licence": describing.LICENCE,
    }
    return render(request, "portal/opendata_item.html", shown)


def file(request: HttpRequest, item_id: str, name: str) -> HttpResponseBase:
    """Give a file of a package; refused where something in it has run out since it was built."""
    item = find(item_id)
    state, path = store.state_of(item.id), store.folder() / item.id / name
    if name not in store.FILES or state is None or not path.is_file():
        raise Http404(_("没有这个文件。"))
    if not state.fresh(today()):
        told = {"here": "opendata", "name": words.item_name(item), "stale": True}
        return render(request, "portal/opendata_item.html", told, status=503)
    kind = store.FILES[name]
    response = FileResponse(path.open("rb"), content_type=kind, as_attachment=True, filename=f"{item.id}-{name}")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    if name in state.files:
        response.headers["ETag"] = f'"{state.files[name]["sha256"]}"'
    return response


def catalogue(request: HttpRequest) -> JsonResponse:
    """Give the DCAT catalogue."""

    def at(item_id: str, name: str) -> str:
        path = (
            reverse("portal:opendata_file", args=[item_id, name])
            if name
            else reverse("portal:opendata_item", args=[item_id])
        )
        return request.build_absolute_uri(path)

    told = describing.catalogue(known(), at=at, publisher=current_policy().authority)
    return JsonResponse(
        told, json_dumps_params={"ensure_ascii": False, "indent": 2}, content_type="application/ld+json"
    )
