"""The child process in which pygraphviz lays a picture out: DOT on its standard input, the drawing on its standard output.

It is run by its path, `python -I layout.py DIRECTORY FORMAT OPTION...`, and knows nothing of the package: DIRECTORY is
where the parent found pygraphviz.
"""

from __future__ import annotations

import sys


def main(directory: str, form: str, *options: str) -> None:
    """Draw what comes in, in this format; `directory` is the last place to look for pygraphviz."""
    sys.path.append(directory)
    import pygraphviz

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
    sys.stdout.buffer.write(graph.draw(format=form, prog="dot", args=" ".join(options)))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
