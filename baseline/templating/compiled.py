"""Compiled templates, kept between runs as Python keeps its own modules in `__pycache__`."""

import binascii
import sys
from base64 import b64decode, b64encode
from functools import cached_property

import jinja2
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from baseline.records import Records, cache_directory


class CompiledTemplates(BytecodeCache):
    """Code of our own templates in the user's cache, one record a template, replaced when its text changes.

    Python runs this code, so a record counts only with the user's own signature (see `baseline.records`), and only for
    this version of Jinja, which compares the text's digest and Python's version.
    """

    @cached_property
    def _records(self) -> Records:
        return Records(cache_directory("templates"))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the code that an earlier run compiled from the same text."""
        record = self._records.get(_name(bucket))
        if isinstance(record, str):
            try:
                bucket.bytecode_from_string(b64decode(record, validate=True))
            except binascii.Error:
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the compiled code, unless Python is set not to write bytecode."""
        if not sys.dont_write_bytecode:
            self._records.put(_name(bucket), b64encode(bucket.bytecode_to_string()).decode("ascii"))


def _name(bucket: Bucket) -> str:
    return f"{bucket.key}-{jinja2.__version__}"
