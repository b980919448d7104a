"""Problems of the files that a profile is read from: encoding, YAML, layers."""

from collections.abc import Mapping

from baseline.profile.problem_kinds.kind import ProblemKind, kind

FILES: Mapping[str, ProblemKind] = {
    "profile-unreadable": kind(
        "file cannot be read",
        "The file does not exist, is not a regular file, or may not be read by this user.",
        "check the path and the file's permissions",
    ),
    "profile-too-large": kind(
        "file too large",
        "A profile is a page of text. A file over 5 MB is something else, and reading it whole would be a mistake.",
        "give the path of a profile",
    ),
    "profile-encoding": kind(
        "not plain UTF-8",
        "YAML tools disagree about other encodings and about a byte order mark, so a profile must not contain either.",
        "save the file as UTF-8 without a byte order mark",
    ),
    "profile-characters": kind(
        "character that is not shown",
        "Control characters, bidirectional characters and line separators are invisible in an editor. Most come from a "
        "paste; some make a reader see something other than the effective profile.",
        "delete the character",
    ),
    "profile-dynamic-reference": kind(
        "dynamic reference",
        "CloudFormation replaces `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}` with the stored value, "
        "read with the permissions of the deployer. A text of a profile would publish a secret in an alarm, a "
        "description or a name.",
        "write the text itself, without `{{resolve:`",
    ),
    "profile-text": kind(
        "name that is not one line of visible text",
        "Names, organizational units, owners, approvers and other short texts appear in commands, tables and reports. "
        "Line breaks, control characters and invisible characters would change what is around them. A line break in a "
        "reason, statement or description becomes a space.",
        "write it on one line, without the character",
    ),
    "profile-tabs": kind(
        "tab in the indentation",
        "YAML indents with spaces only.",
        "replace each tab with spaces",
    ),
    "profile-syntax": kind(
        "not YAML",
        "The file cannot be read as YAML from this place on; what follows it has not been checked.",
        "correct this line or the one before it",
    ),
    "profile-empty": kind(
        "empty profile",
        "The file is empty, or contains only comments.",
        "start from `baseline init`",
    ),
    "profile-documents": kind(
        "several documents",
        "A line with `---` starts a second document; a profile is one.",
        "remove the `---`, or put the second document into a file of its own and name it under `extends`",
    ),
    "profile-nesting": kind(
        "nested too deeply",
        "No profile needs more than 50 levels; a file with more is not a profile.",
        "remove the nesting",
    ),
    "profile-alias": kind(
        "alias cannot be followed",
        "An alias that contains itself, or that multiplies to more than a million values, is never intended.",
        "write the value without an alias",
    ),
    "profile-tag": kind(
        "YAML tag",
        "A profile is plain data: tags such as `!Ref` or `!!python/object` have no meaning in it.",
        "remove the tag, or quote the text if the exclamation mark belongs to it",
    ),
    "profile-merge-key": kind(
        "merge key",
        "`<<` is not part of YAML 1.2, and readers disagree about it.",
        "use `extends` to share values between profiles, or repeat the keys",
    ),
    "profile-duplicate-key": kind(
        "key given twice",
        "The same key appears twice in one mapping. Most readers silently use the last one.",
        "remove one of them",
    ),
    "profile-key-not-text": kind(
        "key is not text",
        "Every key of a profile is text. Digits alone, `on`, `yes` and the like are not, unless they are quoted.",
        "put the key in quotes",
    ),
    "profile-extends": kind(
        "extends cannot be followed",
        "`extends` names one profile or a list of them, relative to the file that names them.",
        "correct the path",
    ),
    "profile-extends-cycle": kind(
        "extends is circular",
        "A profile cannot be built on itself.",
        "remove one `extends` from the chain",
    ),
}
