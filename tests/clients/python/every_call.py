"""Which calls an SDK offers, found by walking its resources, and which of them were made."""

import functools
import inspect
from collections import Counter

made = Counter()


def watch(resource, path):
    """Wraps every method below `resource`, so that `made` learns of each call; returns their names."""
    offered = []
    for name, member in public_members(resource):
        call = f"{path}.{name}"
        if is_resource(member):
            offered += watch(member, call)
        elif inspect.ismethod(member):
            offered.append(call)
            # On the instance: the class is shared with other clients.
            setattr(resource, name, counted(member, call))
    return offered


def public_members(resource):
    """Methods and inner resources; the wrappers for raw and streamed answers offer nothing of their own."""
    for name in dir(type(resource)):
        if not name.startswith(("_", "with_")):
            yield name, getattr(resource, name)


def is_resource(member):
    """A resource of the SDK is an object that holds the client."""
    return hasattr(member, "_client") and not callable(member)


def counted(method, call):
    """The method, which counts."""
    @functools.wraps(method)
    def wrapper(*args, **kwargs):
        made[call] += 1
        return method(*args, **kwargs)
    return wrapper


def table(offered):
    """One line for each call, for people to read."""
    width = max(map(len, offered))
    return "\n".join(f"  {call:<{width}}  {made[call]}×" for call in offered)
