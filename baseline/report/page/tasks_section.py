"""The manual tasks, by owner."""

from baseline.evidence.task import Task
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.report.page.summary_section import owners_of


def tasks_section(material: Material) -> Section:
    """Every task that is not attested, in the order of the summary's owners."""
    day = material.day
    open_tasks = [task for task in material.tasks if task.status(day) != "attested"]
    return Section(
        name="tasks",
        title="Work for people",
        context={
            "owners": [
                (owner, [(task, task.status(day), _listed(task)) for task in open_tasks if task.owner == owner.name])
                for owner in owners_of(material.tasks, day)
            ],
            "attested": len(material.tasks) - len(open_tasks),
            "day": day.isoformat(),
        },
    )


def _listed(task: Task) -> str:
    """The requirements; each framework is named once before its ids, as many tasks serve dozens of requirements."""
    found: dict[str, list[str]] = {}
    for key in task.requirements:
        name, _, number = key.partition("/")
        found.setdefault(name, []).append(number)
    return "; ".join(f"{name}/{', '.join(numbers)}" for name, numbers in found.items())
