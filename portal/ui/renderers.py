"""How forms are rendered: the portal's own field templates."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Django's own renderer, with field templates taken from `templates/`."""
