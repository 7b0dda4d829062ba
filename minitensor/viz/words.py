"""What is said of a node, as lines of text: the DOT labels, the listing and the tooltips take their words from here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from minitensor.viz.elements import GraphData, GraphNode, Statistics

# What no font shows and what XML cannot carry: control characters, separators of lines, what turns the direction of the
# text around it, halves of surrogate pairs, and the two characters that are none. The line feed is not among them.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_TITLES = {"forward": "forward graph", "backward": "backward graph", "both": "forward and backward graph"}


def printable(text: str) -> str:
    r"""The text with each character that cannot be shown written as its escape; its lines remain lines.

    Examples
    --------
    >>> printable("a\tb\0")
    'a\\tb\\x00'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    r"""The text as one line: a line feed in it is written as its escape too.

    Examples
    --------
    >>> print(one_line("two\nlines"))
    two\nlines
    """
    return printable(text).replace("\n", "\\n")


def counted(count: int, noun: str) -> str:
    """A number with the noun that is counted.

    Examples
    --------
    >>> counted(1, "operation"), counted(1234, "parameter")
    ('1 operation', '1,234 parameters')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def number(value: float) -> str:
    """A value to four significant digits.

    Examples
    --------
    >>> number(3.14159), number(2.0), number(1.5e-9), number(float("inf"))
    ('3.142', '2', '1.5e-09', 'inf')
    """
    return f"{value:.4g}"


def size(nbytes: int) -> str:
    """A number of bytes to three significant digits; 1 kB is 1000 bytes.

    Examples
    --------
    >>> size(512), size(1_234_567), size(999_999)
    ('512 B', '1.23 MB', '1 MB')
    """
    return _scaled(nbytes, ("B", "kB", "MB", "GB", "TB"))


def duration(seconds: float) -> str:
    """A time to three significant digits.

    Examples
    --------
    >>> duration(4.2e-4), duration(1.5e-8), duration(75.04)
    ('420 µs', '0.015 µs', '75 s')
    """
    return _scaled(seconds * 1e6, ("µs", "ms", "s"))


def _scaled(amount: float, units: Sequence[str]) -> str:
    """An amount in the first of these units in which it is below 1000, each a thousand times the one before."""
    for unit in units[:-1]:
        rounded = float(f"{amount:.3g}")
        if rounded < 1000:
            return f"{rounded:g} {unit}"
        amount /= 1000
    return f"{float(f'{amount:.3g}'):,.15g} {units[-1]}"


def statistics_words(statistics: Statistics | None, *, norm: bool, of: str = "") -> list[str]:
    """What is known of an array's values: its norm where that is asked for, and how many are NaN or infinite.

    Parameters
    ----------
    statistics : Statistics or None
        None says nothing.
    norm : bool
        Whether the norm is said too. What is not finite is always said.
    of : str
        Stands before each, as "gradient" does.

    Examples
    --------
    >>> statistics_words(Statistics(norm=2.5, nan=4, inf=0, size=100), norm=True)
    ['norm 2.5 of the finite', 'NaN: 4 of 100']
    """
    if statistics is None:
        return []
    lost = statistics.nan + statistics.inf
    words = [f"norm {number(statistics.norm)}{' of the finite' if lost else ''}"] if norm and lost < statistics.size else []
    words += [
        f"{name}: {count:,} of {statistics.size:,}"
        for name, count in (("NaN", statistics.nan), ("Inf", statistics.inf))
        if count
    ]
    return [f"{of} {word}".strip() for word in words]


def is_marked(node: GraphNode) -> bool:
    """Whether its result, or the gradient that arrived there, has values that are NaN or infinite."""
    return any(known is not None and known.nan + known.inf > 0 for known in (node.value, node.gradient))


def saved_words(node: GraphNode) -> str:
    """What it keeps for its gradient: "keeps x 1.2 MB, y 3.1 MB", or a group's sum; nothing where it keeps nothing."""
    if not node.saved:
        return ""
    if node.kind == "group" or node.count > 1:
        return f"keeps {counted(len({kept.storage for kept in node.saved}), 'array')}, {size(saved_bytes([node]))}"
    return "keeps " + ", ".join(f"{kept.argument} {size(kept.nbytes)}" for kept in node.saved)


def saved_bytes(nodes: Iterable[GraphNode]) -> int:
    """The bytes that all these nodes keep alive; memory that several arrays share is counted once."""
    return sum({kept.storage: kept.held for node in nodes for kept in node.saved}.values())


def time_words(node: GraphNode) -> str:
    """What its kernel and its rules took: "0.4 ms, backward 1.1 ms"; nothing where that is not known."""
    words = [duration(node.seconds)] if node.seconds is not None else []
    if node.backward_seconds is not None:
        words.append(f"backward {duration(node.backward_seconds)}")
    return ", ".join(words)


def contents_words(node: GraphNode) -> str:
    """What is in a collapsed group: "48 operations, 1,234 parameters"."""
    parameters = [counted(node.elements, "parameter")] if node.elements else []
    return ", ".join([counted(node.count, "operation"), *parameters])


def labelled(node: GraphNode) -> str:
    """Its label with its constants: "mul  b = 2".

    Examples
    --------
    >>> labelled(GraphNode("n1", "operation", "mul", constants={"b": "2"}))
    'mul  b = 2'
    """
    constants = ", ".join(f"{argument} = {value}" for argument, value in node.constants.items())
    return f"{node.label}  {constants}" if constants else node.label


def lines_of(node: GraphNode, *, saved: bool, values: bool, titled: bool = False) -> list[str]:
    """What is said of a node.

    Parameters
    ----------
    node : GraphNode
    saved : bool
        Whether to say what it keeps for its gradient.
    values : bool
        Whether to say the norms that are known. NaN, infinities, times and lines of code are said wherever they are known.
    titled : bool
        Whether it stands in a frame whose title is its formula, so that this need not be said again.

    Returns
    -------
    list of str
        The first line is what it is: its name, if it has one, and its formula, or its label.

    Examples
    --------
    >>> node = GraphNode("n7", "operation", "mean over (0,)", shape=(), dtype="float32", name="loss", line="train.py:12")
    >>> lines_of(node, saved=False, values=False)
    ['loss: mean over (0,)', '() float32', 'train.py:12']
    """
    headings = [node.formula, labelled(node)] if node.formula is not None and not titled else [labelled(node)]
    if node.name is not None:
        headings[0] = f"{node.name}: {headings[0]}"
    lines = [line for heading in headings for line in printable(str(heading)).split("\n")]
    if node.kind == "group":
        lines.append(contents_words(node))
    if node.shape is not None:
        lines.append(f"{node.shape} {node.dtype}")
    told = [saved_words(node) if saved else "", time_words(node), node.line or ""]
    told[1:1] = statistics_words(node.value, norm=values) + statistics_words(node.gradient, norm=values, of="gradient")
    return lines + [one_line(words) for words in told if words]


def title_of(data: GraphData) -> str:
    """What a whole picture shows, in a line: "forward graph: 9 operations, 44,426 parameters"."""
    operations = sum(node.count for node in data.nodes if node.kind in ("operation", "gradient", "group"))
    parameters = sum(node.elements for node in data.nodes if node.kind in ("parameter", "group"))
    title = f"{_TITLES[data.direction]}: {counted(operations, 'operation')}"
    # A backward pass alone begins from those parameters only that its formulas name.
    return f"{title}, {counted(parameters, 'parameter')}" if parameters and data.direction != "backward" else title
