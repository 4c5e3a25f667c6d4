"""办事指南: the diagram of each lifecycle and the help page of each state, derived from the declaration."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.dossiers.programmes import programmes
from portal.lifecycle.models import Subject
from portal.workbench import declared
from portal.workbench.diagram import diagram_of


def _model(lifecycle: str) -> type[Subject]:
    model = declared.lifecycles().get(lifecycle)
    if model is None:
        raise Http404
    return model


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """The guides: one per programme, then the other matters."""
    own = {owner.model for owner in programmes()}
    others = [model.lifecycle for model in declared.lifecycles().values() if model not in own]
    return render(request, "workbench/help.html", {"programmes": programmes(), "others": others})


@login_not_required
def lifecycle(request: HttpRequest, lifecycle: str) -> HttpResponse:
    """The picture of a lifecycle, and the same as a table."""
    model = _model(lifecycle)
    owner = next((owner for owner in programmes() if owner.model is model), None)
    context = {
        "lifecycle": model.lifecycle,
        "programme": owner,
        "diagram": diagram_of(model),
        "states": [(state, declared.ways_out(model, state.id)) for state in model.lifecycle.states.values()],
    }
    return render(request, "workbench/help_lifecycle.html", context)


@login_not_required
def state(request: HttpRequest, lifecycle: str, state: str) -> HttpResponse:
    """What a state means, who has to act, which steps lead on and on which conditions."""
    model = _model(lifecycle)
    found = model.lifecycle.states.get(state)
    if found is None:
        raise Http404
    values = declared.parameter_values(model)
    context = {
        "lifecycle": model.lifecycle,
        "state": found,
        "ways": declared.ways_out(model, state),
        "ways_in": declared.ways_in(model, state),
        "duties": [declared.duty_data(duty, values) for duty in declared.duties_in(model, state)],
    }
    return render(request, "workbench/help_state.html", context)
