"""JSON merge patch (RFC 7396). Pure."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """The target as the patch has it: null takes a member away, objects are merged, all else is replaced."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
