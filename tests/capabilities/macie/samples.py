"""Sample settings of `macie`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "mode": "discover",
    "existing_sessions": ["eu-west-1"],
    "excluded_buckets": {"eu-west-1": ["007", "yes"]},
    "allow_lists": {
        "on": {"reason": 'Ours: "on" # x', "regex": "^[on]{3} #$"},
        "a-007": {"reason": "Names.", "words": {"bucket": "words-007", "key": "a b/on.txt"}},
    },
    "custom_data_identifiers": {
        "null": {
            "description": 'Ours: "on" # x',
            "regex": "E-[0-9]{7}",
            "keywords": ["yes"],
            "ignore_words": ["null"],
        },
        "a-007": {"description": "On.", "regex": "on"},
    },
    "revert": True,
}
VALUES: dict[str, list[Any]] = {
    "existing_sessions": [[], ["eu-west-1"]],
    "excluded_accounts": [[], ["web"]],
    "discovery_excluded_accounts": [[], ["web"]],
    "excluded_buckets": [{}, {"eu-west-1": ["site"]}],
    "allow_lists": [{}, {"one": {"reason": "Tests.", "regex": "x"}}],
    "allow_lists.*.regex": ["x", "y"],
    "allow_lists.*.words": [{"bucket": "abc", "key": "x"}, {"bucket": "abc", "key": "y"}],
    "allow_lists.*.words.bucket": ["abc", "abd"],
    "custom_data_identifiers": [{}, {"one": {"description": "Ours.", "regex": "x"}}],
    "custom_data_identifiers.*.regex": ["x", "y"],
    "custom_data_identifiers.*.keywords": [["abc"], ["abd"]],
    "custom_data_identifiers.*.ignore_words": [["abcd"], ["abce"]],
}
