"""What is wrong with a recipe, field by field, with the values it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def explained(error: ValidationError, recipe: type[BaseModel], name: str) -> str:
    """Say what should hold, what was found and what to do, for every wrong field of a recipe.

    Args:
        error: of pydantic.
        recipe: the class that was to be filled.
        name: of the recipe, for the reader.
    """
    found = error.errors()
    # What is said of a list whose items are wrong only repeats them.
    inside = {one["loc"][:length] for one in found for length in range(1, len(one["loc"]))}
    lines = [_explained_field(one, recipe) for one in found if one["loc"] not in inside]
    return "\n".join([f"{name} should fit {recipe.__name__}. Found fields that do not:", *lines])


def _explained_field(details: ErrorDetails, recipe: type[BaseModel]) -> str:
    path, around, choices = _walk(details["loc"], recipe)
    field, found = ".".join(path), details["input"]
    context = details.get("ctx", {})
    match details["type"]:
        case "extra_forbidden":
            fields = list(around.model_fields) if around else []
            near = get_close_matches(path[-1], fields, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            return f"{field} should be one of the fields {fields}. Found {path[-1]!r}.{hint}"
        case "literal_error":
            return f"{field} should be {context['expected']}. Found {found!r}."
        case "union_tag_invalid":
            by = context["discriminator"].strip("'")
            kinds, kind = context["expected_tags"], context["tag"]
            return f"{field}.{by} should be one of {kinds}. Found {kind!r}."
        case "union_tag_not_found":
            kinds = sorted(kind for model in choices for kind in _kinds(model))
            by = context["discriminator"].strip("'")
            return f"{field} should have a {by!r}, one of {kinds}. Found {found!r}."
        case "missing":
            return f"{field} should be given. Found nothing."
        case "value_error":  # a validator of ours: its message is complete
            return f"{field}: {details['msg'].removeprefix('Value error, ')}"
        case _:
            what = details["msg"].removeprefix("Input should be ")
            return f"{field} should be {what}. Found {found!r}."


def _walk(
    location: tuple[int | str, ...], recipe: type[BaseModel]
) -> tuple[list[str], type[BaseModel] | None, list[type[BaseModel]]]:
    """Follow a location.

    Returns:
        the path as a reader writes it, the model around its end, and the models that may stand at
        its end.
    """
    path: list[str] = []
    choices: list[type[BaseModel]] = [recipe]
    around: type[BaseModel] | None = recipe
    keyed = False  # the next part is a key that the reader chose, of a mapping to models
    for part in location:
        if isinstance(part, int) or keyed:  # an item is of the kind that its list or mapping says
            path.append(str(part))
            keyed = False
            continue
        chosen = next((model for model in choices if part in _kinds(model)), None)
        if chosen is not None and len(choices) > 1:
            choices = [chosen]  # pydantic names the kind of a part; a reader does not
            continue
        path.append(part)
        around = choices[0] if len(choices) == 1 else None
        field = around.model_fields.get(part) if around else None
        choices = list(_models_in(field.annotation)) if field else []
        keyed = field is not None and _is_mapping(field.annotation)
    return path, around, choices


def _is_mapping(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return True
    return any(_is_mapping(argument) for argument in get_args(annotation))  # one of a union


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    """What tells a model apart from the others of its union."""
    fields = (model.model_fields.get(name) for name in ("kind", "strategy"))
    return next((get_args(field.annotation) for field in fields if field), ())
