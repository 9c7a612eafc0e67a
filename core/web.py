"""What all pages share: permissions, paging, sorting, page or fragment, messages with undo.

Every view requires a sign-in unless it says `@login_not_required` (zoomsync.middleware), so a view names only
the right that it needs on top.
"""

import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core.blanks_last import BlanksLast
from core.domains import in_letters
from core.roles import Right

COUNTED_ROWS = 10_000  # a list says "10,000+" beyond, so that no page counts a million rows


if TYPE_CHECKING:
    RowPaginator = Paginator[Any]

    class Person(AbstractBaseUser):
        """The account user, as far as views use it; this file must not know the model."""

        role: str

        def may(self, right: Right) -> bool: ...

        class Meta:
            abstract = True

else:
    RowPaginator = Paginator  # not generic at run time


class Request(HttpRequest):
    """A request as our views get it: someone is signed in, and django-htmx has read its headers."""

    user: "Person"  # type: ignore[assignment]
    htmx: HtmxDetails


# Who may

type View[**P] = Callable[Concatenate[Request, P], HttpResponseBase]


def may(request: HttpRequest, right: Right) -> bool:
    return request.user.is_authenticated and request.user.may(right)


def require[**P](right: Right) -> Callable[[View[P]], View[P]]:
    """The view answers 403, with a sentence, to people whose role lacks the right."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check_permission(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def check_permission(request: HttpRequest, right: Right) -> None:
    """For views whose GET all may read, while their POST needs a right."""
    if not may(request, right):
        raise PermissionDenied(right.name)


# How much a view takes

ACCEPTED_BYTES = "accepted_bytes"


@dataclass(frozen=True, slots=True)
class AcceptedBytes:
    most: int
    from_anyone: bool


def accepts_bytes[**P](most: int, *, from_anyone: bool = False) -> Callable[[View[P]], View[P]]:
    """The view takes bodies up to so many bytes, more than others do: from people who are signed in, or from
    anyone. Read by zoomsync.request_limits before the body is. Write it above the other decorators.
    """

    def decorate(view: View[P]) -> View[P]:
        setattr(view, ACCEPTED_BYTES, AcceptedBytes(most, from_anyone))
        return view

    return decorate


# Lists


class CappedPaginator(RowPaginator):
    """Counts up to COUNTED_ROWS and no further: search and filters find the rest."""

    def __init__(self, rows: QuerySet[Any] | BlanksLast[Any] | Sequence[Any], per_page: int) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]  # slices are all that it reads

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list.rows if isinstance(self.object_list, BlanksLast) else self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by()[: COUNTED_ROWS + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNTED_ROWS)

    @cached_property
    def is_capped(self) -> bool:
        return self._counted > COUNTED_ROWS


def paginate[M: Model](
    request: HttpRequest, rows: QuerySet[M] | BlanksLast[M], per_page: int = 50
) -> Page[M]:
    """The page that `?page=` asks for; the nearest one when there is no such page. `rows` must be ordered."""
    number = request.GET.get("page", "1")
    if number != "1":
        return CappedPaginator(rows, per_page).get_page(number)
    # A rare word is looked for in all rows: where one page holds what was found, it is not done twice.
    beginning = list(rows[: per_page + 1])
    if len(beginning) <= per_page:
        return CappedPaginator(beginning, per_page).page(1)
    return Page(beginning[:per_page], 1, CappedPaginator(rows, per_page))


@dataclass(frozen=True)
class Sorting:
    """How a list is sorted: `key` as in `?sort=`, with a "-" in front for descending."""

    key: str
    order_by: tuple[str | OrderBy, ...]


def sorting(
    request: HttpRequest,
    columns: Mapping[str, Iterable[str]],
    default: str,
    nulls_last: Container[str] = (),
) -> Sorting:
    """The order that `?sort=` asks for among `columns` (name > fields to order by), else `default`.

    The primary key is added last, so that pages never overlap. Fields in `nulls_last` have their blanks last
    on every database, at the price of the index.
    """
    sort = request.GET.get("sort", "")
    key = sort if sort.removeprefix("-") in columns else default
    turned = key.startswith("-")
    fields = (*columns[key.removeprefix("-")], "pk")
    return Sorting(key, tuple(_order(name, turned, name.removeprefix("-") in nulls_last) for name in fields))


def _order(name: str, turned: bool, nulls_last: bool) -> str | OrderBy:
    field, descending = name.removeprefix("-"), name.startswith("-") != turned
    if nulls_last:
        return OrderBy(F(field), descending=descending, nulls_last=True)
    return f"-{field}" if descending else field


# Page or fragment


def render_page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *fragments: str,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or the one partial of it that htmx asked for.

    A fragment is a `{% partialdef name %}` of the template; its name is the id of the element it goes into.
    """
    target = request.htmx.target if wants_fragment(request) else None
    name = f"{template}#{target}" if target in fragments else template
    return _varying(render(request, name, dict(context), status=status))


def render_panel(
    request: Request, template: str, context: Mapping[str, Any], *fragments: str, status: int = 200
) -> HttpResponse:
    """A panel on the right when htmx asks for it, a page of its own otherwise.

    The template starts with `{% extends layout %}` and fills the blocks title, heading, content and footer.
    `in_panel` tells it whether its forms and links should stay in the panel (hx-target="#panel").
    """
    in_panel = wants_fragment(request) and request.htmx.target == "panel"
    layout = "components/panel.html" if in_panel else "base.html"
    extended = {**context, "layout": layout, "in_panel": in_panel}
    return render_page(request, template, extended, *fragments, status=status)


def wants_fragment(request: Request) -> bool:
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def _varying(response: HttpResponse) -> HttpResponse:
    """One URL, two bodies: caches and the Back button must not mix them up."""
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def leave_for(request: Request, address: str) -> HttpResponse:
    """Redirects to another page. htmx gets a header for it, or it would swap the page into a fragment."""
    return HttpResponseClientRedirect(address) if wants_fragment(request) else HttpResponseRedirect(address)


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """Redirects to the page that `next` names or the form came from, if it is ours, else to `fallback`.

    A form that was sent from its own address stood in the answer to an earlier try; no one can open that.
    """
    referer = urlsplit(request.headers.get("Referer", ""))
    is_ours = referer.netloc == request.get_host() and referer.path != request.path
    from_here = f"{referer.path}?{referer.query}" if is_ours else ""
    for address in (request.POST.get("next", ""), from_here):
        if address and url_has_allowed_host_and_scheme(address, None):
            return HttpResponseRedirect(address)
    return HttpResponseRedirect(fallback)


# Messages


CONFIRMED = "confirmed"  # the field of a form that says that its question was answered with yes


@dataclass(frozen=True)
class Undo:
    """The form that takes an action back: where it is posted, with which fields.

    `in_place`: its answer is a message and events, so that the page stays as it is.
    """

    url: str
    fields: dict[str, str] = field(default_factory=dict)
    in_place: bool = False


def show_success(
    request: HttpRequest, text: str, undo: Undo | None = None, level: int = messages.SUCCESS
) -> None:
    """Tells the person what was done, on this answer or the next page; screen readers read it out."""
    extra = json.dumps(asdict(undo)) if undo else ""
    messages.add_message(request, level, in_letters(text), extra_tags=extra)


def show_result(request: HttpRequest, done: str, undone: str) -> None:
    """Tells what was done and what was not, of which one may be blank: in one message, as a page shows only
    the last.
    """
    level = messages.SUCCESS if not undone else messages.WARNING if done else messages.ERROR
    show_success(request, " ".join(filter(None, (done, undone))), level=level)


def show_error(request: HttpRequest, text: str) -> None:
    """Tells the person why something was not done."""
    show_success(request, text, level=messages.ERROR)
