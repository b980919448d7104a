"""NIST CSF 2.0: the right number of subcategories in each function."""

from collections import Counter

from baseline.controls.framework import frameworks


def test_each_function_has_all_of_its_subcategories() -> None:
    found = Counter(name.partition(".")[0] for name in frameworks()["nist-csf-2.0"].requirements)
    assert found == {"GV": 31, "ID": 21, "PR": 22, "DE": 11, "RS": 13, "RC": 8}
