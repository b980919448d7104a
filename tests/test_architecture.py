"""The architecture: allowed imports between packages, and owners of third-party libraries."""

import ast
import re
from importlib import import_module
from pathlib import Path
from types import FunctionType

from baseline.cloud.session import Session
from tests.each import hold_for_each

PACKAGE = Path(__file__).parent.parent / "baseline"

LAYERS: list[set[str]] = [
    {"frozen"},
    {"areas", "files", "findings", "languages", "releases", "resources", "text"},
    {"documents", "errors", "records"},
    {"aws", "cloud", "controls"},
    {"policy", "prices"},
    {"capabilities"},
    {"templating"},
    {"profile"},
    {"plan"},
    {"render", "validate", "output", "deploy", "importers", "export"},
    {"inventory"},
    {"cost"},
    {"evidence"},
    {"report"},
    {"pipeline", "rerun"},
    {"comparison"},
    {"reporting"},
    {"cli"},
]

OWNERS = {
    "jinja2": {"templating"},
    "markdown": {"templating"},
    "markupsafe": {"templating"},
    "cfnlint": {"validate"},
    "boto3": {"cloud"},
    "botocore": {"cloud"},
    "click": {"cli"},
    "icalendar": {"report"},
    "openpyxl": {"report"},
    "rich": {"cli"},
    "cryptography": {"plan"},
    "pydantic": {"documents", "policy", "capabilities", "profile", "plan", "inventory"},
    "yaml": {"documents", "templating"},
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "baseline" else set()
    return found


def layer_of(room: str) -> int:
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


def test_every_room_has_a_layer() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms
    assert rooms <= set.union(*LAYERS)


def test_a_room_imports_only_rooms_below_it_and_libraries_it_may() -> None:
    hold_for_each(MODULES, imports_what_it_may)


def imports_what_it_may(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "baseline" and len(parts) > 1 and parts[1] != room and not parts[1].startswith("__"):
            assert layer_of(parts[1]) < layer_of(room), f"{room} imports {name}"
        owners = OWNERS.get(parts[0].removeprefix("types_").split("_")[0], {room})
        assert room in owners, f"{room} imports {name}, which belongs to {owners}"


def test_one_module_reads_the_errors_of_pydantic() -> None:
    mentions = re.compile(r"\bErrorDetails\b|\berror\.errors\(")
    readers = {path.relative_to(PACKAGE).as_posix() for path in MODULES if mentions.search(path.read_text("utf-8"))}
    assert readers == {"documents/rejections.py"}


def test_templates_are_written_as_yaml_and_read_elsewhere() -> None:
    used = {
        node.attr
        for path in MODULES
        if room_of(path) == "templating"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml"
    }
    assert used == {"SafeDumper", "ScalarNode", "dump"}


def test_files_and_functions_stay_small() -> None:
    hold_for_each(MODULES, is_small)


def is_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                assert (body[-1].end_lineno or 0) - body[0].lineno < 50, node.name


DECISIONS = [
    *sorted(PACKAGE.glob("deploy/*/decide.py")),
    *sorted(PACKAGE.glob("deploy/preflight/decide/[!_]*.py")),
    *(PACKAGE / "deploy" / f"{name}.py" for name in ("changes", "comparison", "ownership", "protection", "template")),
]
TALKING = {"session", "reader", "client", "context"}


def test_decisions_are_made_of_values_and_make_no_calls() -> None:
    assert len(DECISIONS) == 23
    hold_for_each(DECISIONS, imports_values_alone)


def imports_values_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("baseline.cloud", "baseline.deploy")):
            module = import_module(node.module or "")
            for name in (alias.name for alias in node.names):
                attribute = getattr(module, name)
                assert attribute is not Session, name
                assert not TALKING & set(getattr(attribute, "__annotations__", ())), name
                assert not isinstance(attribute, FunctionType) or attribute.__module__ in PURE, name


PURE = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in DECISIONS} | {
    "baseline.deploy.stack_sets.instances"
}


def test_classes_that_deploy_stay_small() -> None:
    hold_for_each([path for path in MODULES if room_of(path) in ("cloud", "deploy")], has_small_classes)


def has_small_classes(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            assert len(methods) <= 14, f"{node.name} has {len(methods)} methods"


def regular_expressions(path: Path) -> list[tuple[int, str, bool]]:
    """Line, pattern and multi-line flag of each pattern passed to `re`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith("re."):
            parts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            found.append((node.lineno, "".join(map(str, parts)), "MULTILINE" in ast.unparse(node)))
    return found


def test_patterns_end_where_the_text_ends() -> None:
    r"""`$` also matches before a final line break; `fullmatch` and `\Z` do not."""
    hold_for_each(MODULES, ends_its_patterns)


def ends_its_patterns(path: Path) -> None:
    for line, pattern, multiline in regular_expressions(path):
        bare = re.sub(r"\\.|\[[^]]*\]", "", pattern)
        assert multiline or "$" not in bare, f"{path.name}:{line}: {pattern}"


def test_a_pattern_with_a_dollar_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('A = re.compile(rf"^[a$]{{1,2}}\\$x{y}$")\nB = re.compile("^a$", re.MULTILINE)\n')
    assert regular_expressions(module) == [(1, "^[a$]{1,2}\\$x$", False), (2, "^a$", True)]
