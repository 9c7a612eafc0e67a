"""Icons as the package `lucide` draws them, each drawn once: a page has dozens, many of them alike."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
register.simple_tag(lru_cache(maxsize=1024)(lucide), name="lucide")
