"""The guard of `tests.support.missing_variables` itself."""

import pytest
from django.template import Context, engines

from tests.support.missing_variables import MissingVariableError


def rendered(text: str) -> str:
    return engines["django"].from_string(text).template.render(Context({"known": ""}))


@pytest.mark.parametrize(
    "text",
    [
        "{{ unknown }}",
        "{{ known.unknown }}",
        "{{ unknown|title|default:1 }}",
        "{% if unknown|length > 1 %}{% endif %}{{ unknown.pk }}",
        "{% load i18n %}{% blocktranslate %}Hello {{ unknown }}{% endblocktranslate %}",
        "{% url 'contacts:detail' unknown %}",
    ],
)
def test_a_variable_that_does_not_exist_fails_the_test_of_a_page(text: str) -> None:
    with pytest.raises(MissingVariableError, match="unknown"):
        rendered(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ known }}",
        "{% if unknown %}x{% endif %}",
        "{% for row in unknown %}x{% endfor %}",
        "{{ unknown|default:'' }}",
        "{% load i18n %}{% blocktranslate %}Hello {{ known }}{% endblocktranslate %}",
    ],
)
def test_asking_whether_there_is_a_value_is_allowed(text: str) -> None:
    assert rendered(text) in ("", "Hello ")
