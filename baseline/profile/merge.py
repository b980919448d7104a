"""The rule for merging layers of profiles."""

from baseline.profile.tree import Tree


def merge(below: Tree, above: Tree) -> Tree:
    """`above` merged over `below`.

    Mappings merge key by key. All other values, including lists, replace the value below; `null` removes the key below.
    Every value keeps its original place.
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
