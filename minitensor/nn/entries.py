"""What the containers are made of: entries that are attributes, in the manner of a list or of a dict."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter

if TYPE_CHECKING:
    from typing_extensions import Self

Item = TypeVar("Item", Module, Parameter)


class Container(Module, Generic[Item]):
    """What all containers have: entries, which are its attributes of one kind."""

    _kind: type[Any] = Module

    def _entries(self) -> dict[str, Item]:
        return {name: value for name, value in vars(self).items() if isinstance(value, self._kind)}

    def _entry(self, value: Any) -> Item:
        """Check that a value can be an entry."""
        if not isinstance(value, self._kind):
            raise TypeError(f"{type(self).__name__}: expected a {self._kind.__name__}, got {type(value).__name__}")
        return value  # type: ignore[no-any-return]  # of that kind

    def _put(self, name: str, value: Any) -> None:
        entry = self._entry(value)
        self._check_name(name, type(self).__name__, self._entries())
        setattr(self, name, entry)

    def __len__(self) -> int:
        return len(self._entries())


class Numbered(Container[Item]):
    """A container that is a list: its entries' names are their places, "0", "1", ..."""

    def __iter__(self) -> Iterator[Item]:
        return iter(self._entries().values())

    @overload
    def __getitem__(self, idx: int) -> Item: ...
    @overload
    def __getitem__(self, idx: slice) -> Self: ...

    def __getitem__(self, idx: int | slice) -> Item | Self:
        if isinstance(idx, slice):
            return self._part(idx)
        return self._entries()[self._name_at(idx)]

    def __setitem__(self, idx: int, value: Item) -> None:
        setattr(self, self._name_at(idx), self._entry(value))

    def __delitem__(self, idx: int | slice) -> None:
        kept = list(self)
        if not isinstance(idx, slice):
            self._name_at(idx)  # refuses a place that is not there
        del kept[idx]
        self._replace(kept)

    def __contains__(self, value: object) -> bool:
        return any(value is entry for entry in self)

    def __add__(self, other: Iterable[Item]) -> Self:
        return self._part(slice(None)).extend(other)

    def __iadd__(self, other: Iterable[Item]) -> Self:
        return self.extend(other)

    def append(self, value: Item) -> Self:
        """Add the entry `value` at the end; returns the container."""
        place = len(self)
        while str(place) in self._entries():  # a part of a Sequential keeps its names
            place += 1
        self._put(str(place), value)
        return self

    def extend(self, values: Iterable[Item]) -> Self:
        """Add the entries `values` at the end; returns the container."""
        for value in list(values):
            self.append(value)
        return self

    def insert(self, index: int, value: Item) -> Self:
        """Add the entry `value` before the one at `index`, and renumber all; returns the container."""
        entries = list(self)
        if not -len(entries) <= index <= len(entries):
            raise IndexError(f"{type(self).__name__}: there is no place {index} to insert at, it has {len(entries)} entries")
        entries.insert(index, self._entry(value))
        self._replace(entries)
        return self

    def pop(self, key: int = -1) -> Item:
        """Take the entry at the place `key` out, renumber the others, and return it."""
        entry = self[key]
        del self[key]
        return entry

    def _part(self, part: slice) -> Self:
        taken = type(self)()
        return taken.extend(list(self)[part])

    def _name_at(self, idx: int) -> str:
        names = list(self._entries())
        place = operator.index(idx)
        if not -len(names) <= place < len(names):
            raise IndexError(f"{type(self).__name__}: there is no entry {place}, it has {len(names)}")
        return names[place]

    def _replace(self, entries: list[Item]) -> None:
        for name in self._entries():
            delattr(self, name)
        for place, entry in enumerate(entries):
            setattr(self, str(place), entry)


class Named(Container[Item]):
    """A container that is a dict."""

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        self.update(values or {})

    def __getitem__(self, key: str) -> Item:
        entries = self._entries()
        if key not in entries:
            raise KeyError(
                f"{type(self).__name__}: there is no entry {key!r}, the names are {', '.join(map(repr, entries))}"
            )
        return entries[key]

    def __setitem__(self, key: str, value: Item) -> None:
        self._put(key, value)

    def __delitem__(self, key: str) -> None:
        self[key]  # refuses a name that is not there
        delattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries())

    def __contains__(self, key: object) -> bool:
        return key in self._entries()

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._entries().keys()

    def values(self) -> Iterable[Item]:
        """The entries."""
        return self._entries().values()

    def items(self) -> Iterable[tuple[str, Item]]:
        """The names with their entries."""
        return self._entries().items()

    def update(self, values: Mapping[str, Item] | Iterable[tuple[str, Item]]) -> None:
        """Add entries: `values` is a mapping, or pairs of names and entries; those of known names are replaced."""
        for name, value in dict(values).items():
            self._put(name, value)

    def pop(self, key: str) -> Item:
        """Take the entry of the name `key` out, and return it."""
        entry = self[key]
        delattr(self, key)
        return entry

    def clear(self) -> None:
        """Take all entries out."""
        for name in self._entries():
            delattr(self, name)
