"""How forms look: Django draws each with our templates, so `{{ form }}` is all that a page writes."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
