"""The rules of CONTRIBUTING.md that a program can check."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.paths import ROOT

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
SOURCES = {".css", ".html", ".js", ".py", ".pyi", ".sh", ".txt", ".xml"}
# Written in parts, so that this file does not find itself.
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:" + "|".join(["pypi", "pythonhosted", "npmjs", "debian"]) + r")\.\w+"
)
MACHINE_PATH = re.compile(r"(?<![\w./>}-])/" + r"(?:root|work|home)/\w")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_300_lines() -> None:
    long = {
        str(path): count
        for path in _tracked("commentbox", "tests", "static", "templates", "bench")
        if path.suffix in SOURCES
        and (count := len(_text(path).splitlines())) > MOST_LINES_OF_A_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{path}:{function.lineno} {function.name}": length
        for path, function in _functions()
        if (length := _length(function)) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_every_import_stands_at_the_top_of_its_file() -> None:
    hidden = {
        f"{path}:{node.lineno}"
        for path, function in _functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    named = [
        f"{path}: {found[0]}"
        for path in _tracked()
        if (found := REGISTRY.search(_text(path)) or MACHINE_PATH.search(_text(path)))
    ]
    assert named == []


def test_every_dependency_is_explained() -> None:
    explained = set(re.findall(r"^\| `([\w.@/-]+)`", _text(Path("docs/dependencies.md")), re.M))
    assert explained == _dependencies()


def _tracked(*folders: str) -> list[Path]:
    """Return the files under version control, as paths from the root of the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *folders],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = [Path(name) for name in listing.stdout.split("\0") if name]
    return [path for path in names if (ROOT / path).is_file()]


def _text(path: Path) -> str:
    """Return what the file says; nothing for a picture or another binary file."""
    content = (ROOT / path).read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")


def _functions() -> Iterator[tuple[Path, Function]]:
    for path in _tracked("commentbox", "tests", "bench"):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(_text(path))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield path, node


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _dependencies() -> set[str]:
    project = tomllib.loads(_text(Path("pyproject.toml")))
    needed = chain(
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    )
    tools = re.findall(r'"([\w@/-]+)": "\d', _text(Path("package.json")))
    names = (re.split(r"[\[<>=~! ]", need)[0] for need in needed if isinstance(need, str))
    return {*names, *tools}
