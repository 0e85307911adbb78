"""What is wrong with a recipe, field by field, with the values it allows."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def explained(error: ValidationError, recipe: type[BaseModel], name: str) -> str:
    """Say what should hold, what was found and what to do, for every wrong field of a recipe.

    Args:
        error: of pydantic.
        recipe: the class that was to be filled.
        name: of the recipe, for the reader.
    """
    lines = [_explained_field(details, recipe) for details in error.errors()]
    return "\n".join([f"{name} should be a recipe for {recipe.__name__}.", *lines])


def _explained_field(details: ErrorDetails, recipe: type[BaseModel]) -> str:
    path, around = _walk(details["loc"], recipe)
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
            return (
                f"{field}.kind should be one of {context['expected_tags']}. "
                f"Found {context['tag']!r}."
            )
        case "union_tag_not_found":
            kinds = sorted(kind for model in _models(details, recipe) for kind in _kinds(model))
            return f"{field} should have a 'kind', one of {kinds}. Found {found!r}."
        case "missing":
            return f"{field} should be given. Found nothing."
        case _:
            what = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
            return f"{field} should be {what}. Found {found!r}."


def _models(details: ErrorDetails, recipe: type[BaseModel]) -> list[type[BaseModel]]:
    *outer, last = details["loc"]
    _, around = _walk((*outer, last), recipe, stop=len(outer))
    if around is None or last not in around.model_fields:
        return []
    return list(_models_in(around.model_fields[str(last)].annotation))


def _walk(
    location: tuple[int | str, ...], recipe: type[BaseModel], stop: int | None = None
) -> tuple[list[str], type[BaseModel] | None]:
    """Follow a location; returns the path as a reader writes it, and the model around its end."""
    path: list[str] = []
    choices: list[type[BaseModel]] = [recipe]
    around: type[BaseModel] | None = recipe
    for part in location[:stop]:
        chosen = next((model for model in choices if part in _kinds(model)), None)
        if chosen is not None and len(choices) > 1:
            choices = [chosen]  # pydantic names the kind of a part; a reader does not
            continue
        path.append(str(part))
        around = choices[0] if len(choices) == 1 else None
        known = around is not None and part in around.model_fields
        choices = (
            list(_models_in(around.model_fields[str(part)].annotation)) if around and known else []
        )
    if stop is not None and len(choices) == 1:
        around = choices[0]
    return path, around


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()
