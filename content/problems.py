"""Content that cannot be used: every problem at once, each with its file and line."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Location = Sequence[int | str]  # the keys and places that lead to a part of a file


# The C loader reads the same YAML some ten times faster; not every platform's wheel has it.
class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves a date that no calendar has (2027-02-30) as it is written: whoever expects a date says
    what is wrong with it, and where."""


def _date(loader: Any, node: yaml.ScalarNode) -> object:
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError:
        return node.value


Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


class Strict(BaseModel):
    """A part of a content file: a key that is not expected is a problem, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContentError(Exception):
    """Some content files are wrong. `problems` are whole sentences, one for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises ContentError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{path}: cannot be read: {error}"]) from error


def parse(path: Path, text: str, model: type[Model], first_line: int = 1) -> Model:
    """Read YAML `text` from `path` as `model`; `first_line` is where it starts in the file.

    Raises ContentError with a line for every problem.
    """
    try:
        values = yaml.load(text, Loader)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + first_line
        reason = getattr(error, "problem", None) or error
        raise ContentError([f"{path}:{line}: not valid YAML: {reason}"]) from error
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = [(each["loc"], each["msg"]) for each in error.errors()]
        raise ContentError(with_lines(path, text, found, first_line)) from error


def with_lines(
    path: Path, text: str, found: Iterable[tuple[Location, str]], first_line: int = 1
) -> list[str]:
    """Problems that were `found` at places of YAML `text`, each with its file, line and place."""
    root = yaml.compose(text, yaml.SafeLoader)
    return [
        f"{path}:{_line(root, location) + first_line}: "
        f"{'.'.join(map(str, location)) or 'the file'}: {problem}"
        for location, problem in found
    ]


def _line(node: Any, location: Location) -> int:
    """The line (from 0) of the innermost part of `location` that the file has."""
    line = node.start_mark.line if node is not None else 0
    for part in location:
        node = _child(node, part)
        if node is None:
            break
        line = node.start_mark.line
    return int(line)


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None
