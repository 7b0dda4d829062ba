"""The tape as its public names show it, and a picture compared with it node by node and edge by edge."""

from minitensor.tape import Node


def tape_of(*tensors):
    """Nodes in the order of recording and edges (source, node, argument), walked through PyTorch's `next_functions`.

    A source is a node or, for a leaf, the tensor.
    """
    found, waiting = [], [tensor.grad_fn for tensor in tensors]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node) and not any(node is one for one in found):
            found.append(node)
            waiting += [following for following, _ in node.next_functions]
    found.sort(key=lambda node: node.sequence)
    edges = [
        (getattr(following, "variable", following), node, node.primitive.argument(index))
        for node in found
        for index, (following, _) in enumerate(node.next_functions)
        if following is not None
    ]
    return found, edges


def assert_equals_tape(view, *tensors):
    nodes, edges = tape_of(*tensors)
    drawn = [node for node in view.nodes if node.kind in ("operation", "gradient")]
    assert [(node.operation, node.shape, node.dtype) for node in drawn] == [
        (node.name, node.shape, str(node.dtype)) for node in nodes
    ]
    ids = {id(node): element.id for node, element in zip(nodes, drawn, strict=True)}
    kinds = {node.id: node.kind for node in view.nodes}
    leaves = {}  # each leaf has one node, and each such node one leaf
    of_tape = [
        edge
        for edge in view.edges
        if kinds[edge.source] in ("operation", "gradient", "parameter") or edge.source in leaf_ids(view)
    ]
    assert len(of_tape) == len(edges)
    for drawn_edge, (source, target, argument) in zip(of_tape, edges, strict=True):
        assert (drawn_edge.target, drawn_edge.argument) == (ids[id(target)], argument)
        if isinstance(source, Node):
            assert drawn_edge.source == ids[id(source)]
        else:
            assert leaves.setdefault(id(source), drawn_edge.source) == drawn_edge.source
    assert len(set(leaves.values())) == len(leaves)


def leaf_ids(view):
    """The inputs that are leaves of the tape: in these tests they are named "leaf"."""
    return {node.id for node in view.nodes if node.kind == "input" and node.label.startswith("leaf")}
