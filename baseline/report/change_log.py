"""Changes of a profile's files by their Git history, with the people who made and approved them."""

import csv
import io
from collections.abc import Iterator, Sequence

from baseline.frozen import frozen
from baseline.text.markdown import markdown_text
from baseline.text.spreadsheet import cell_text

_UNKNOWN = "unknown"
_COLUMNS = ("commit", "authored", "author", "committed", "committer", "approvers", "approved_by_another", "subject")
_ABOUT = (
    "Commits that changed the profile, its layers or the files that they name, newest first. Approvers are taken from "
    "Approved-by, Reviewed-by or Acked-by trailers; Git does not record others. Signatures are not verified."
)


@frozen
class ProfileCommit:
    """A commit that changed a profile's files.

    Attributes:
        commit: Its full hash.
        authored: When it was written, in ISO 8601.
        author: Name of the author.
        committed: When it was committed.
        committer: Name of the committer, such as the person or service that merged it.
        approvers: The approvers that its message names, separated by semicolons.
        subject: First line of its message.
    """

    commit: str
    authored: str
    author: str
    committed: str
    committer: str
    approvers: str
    subject: str

    @property
    def is_approved_by_another(self) -> bool:
        """Whether an approver is not the author, by name."""
        names = [name.partition("<")[0].strip() for name in self.approvers.split(";")]
        return any(name and name != self.author for name in names)


def format_change_log_csv(commits: Sequence[ProfileCommit]) -> str:
    """CSV as in RFC 4180, with a header row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(cell_text, _row(item)) for item in commits)
    return text.getvalue()


def format_change_log_markdown(organization: str, commits: Sequence[ProfileCommit]) -> str:
    """A table with a row for each commit."""
    rows = (f"| {' | '.join(map(markdown_text, _row(item)))} |" for item in commits)
    head = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"
    return "\n".join([f"# Changes of the profile: {markdown_text(organization)}\n", _ABOUT, "", head, *rows]) + "\n"


def _row(item: ProfileCommit) -> Iterator[str]:
    approved = "yes" if item.is_approved_by_another else "no" if item.approvers else _UNKNOWN
    yield from (item.commit, item.authored, item.author, item.committed, item.committer)
    yield from (item.approvers or _UNKNOWN, approved, item.subject)
