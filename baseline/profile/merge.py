"""The one rule by which profiles are layered."""

from baseline.profile.tree import Tree


def merge(below: Tree, above: Tree) -> Tree:
    """`above` laid over `below`.

    Mappings merge key by key; everything else, lists included, replaces what is below; `null` removes a key that is
    below. Every value keeps the place that it came from.
    """
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return above
    merged = Tree(dict(below.value), above.place)
    merged.keys = dict(below.keys)
    for key, child in above.value.items():
        _lay(merged, key, child)
        if key in merged.value:
            merged.keys[key] = above.keys[key]
    return merged


def _lay(merged: Tree, key: str, child: Tree) -> None:
    inherited = merged.value.get(key)
    if inherited is None:
        merged.value[key] = child
    elif child.value is None:
        del merged.value[key]
        del merged.keys[key]
    else:
        merged.value[key] = merge(inherited, child)
