"""How forms are rendered: label above, help below, errors beside the field and listed at the top."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Django's renderer over the project's templates, with the portal's own form and field templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
