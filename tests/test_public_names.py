"""Every public name says what it is: a summary, its arguments, shapes, where it comes from, and an example that runs.

A docstring may refer to another one for what they share: "see `Conv2d`", "as in `Conv2d`", "as for `kaiming_uniform_`". The
examples run as doctests; that of a method may stand in the docstring of its class.
"""

from __future__ import annotations

import doctest
import inspect
import re
import sys
from importlib import import_module

PLACES = [
    "minitensor",
    "minitensor.autograd",
    "minitensor.autograd.functional",
    "minitensor.nn",
    "minitensor.nn.functional",
    "minitensor.nn.init",
    "minitensor.nn.utils",
    "minitensor.optim",
    "minitensor.optim.lr_scheduler",
    "minitensor.data",
    "minitensor.data.datasets",
    "minitensor.data.transforms",
    "minitensor.training",
    "minitensor.utils",
    "minitensor.serialization",
    "minitensor.serialization.atomic",
    "minitensor.interop.megengine",
]
FOLLOWERS = ("minitensor.nn.", "minitensor.optim.")  # whose names say what they follow
SOURCE = r"PyTorch|\(\d{4}\)|\b(19|20)\d\d\b"
REFERENCE = r"(?:[Ss]ee|[Aa]s|[Aa]s in|[Aa]s for|[Ll]ike|those of|in) `([\w.]+)`|`([\w.]+)`(?: in place| with|, which has)"
SHAPE = r"shape|\((N|C|\*|\.\.\.|out|in|batch)\b|\(\*|\(\.\.\."
# No arrays come or go
SHAPELESS = {
    "ModuleList",
    "ModuleDict",
    "ParameterList",
    "ParameterDict",
    "calculate_gain",
    "fuse_conv_bn_eval",
    "remove_weight_norm",
}
SAID_ELSEWHERE = {"forward", "extra_repr", "update"}  # a class's own docstring has their arguments and formula


def is_ours(value, place=""):
    return not inspect.ismodule(value) and str(getattr(value, "__module__", "")).startswith(f"minitensor{place}")


def offered():
    """Return {name: function or class}, each under the first of its names."""
    found = {}
    for place in PLACES:
        module = import_module(place)
        listed = getattr(module, "__all__", None)
        own = "" if listed is not None or place == "minitensor" else place.removeprefix("minitensor")
        for name in listed or [name for name in vars(module) if not name.startswith("_")]:
            value = getattr(module, name)
            if is_ours(value, own) and callable(value) and value not in found.values():
                found[f"{place}.{name}"] = value
    return found


def methods_of(classes, functions):
    """Return {name: function} of the methods and properties that the classes and their bases define, each once."""
    found = {}
    for owner in classes:
        for base in (base for base in owner.__mro__ if is_ours(base)):
            for name in vars(base):
                getattr(base, name)  # loads it
            for name, member in vars(base).items():
                function = getattr(member, "fget", None) or getattr(member, "__func__", None) or member
                known = [*functions, *found.values()]
                if not name.startswith("_") and inspect.isfunction(function) and function not in known:
                    path = (
                        "minitensor.Tensor"
                        if issubclass(OFFERED["minitensor.Tensor"], base)
                        else f"{base.__module__}.{base.__qualname__}"
                    )
                    found[f"{path}.{name}"] = function
    return found


OFFERED = offered()
CLASSES = [value for value in OFFERED.values() if inspect.isclass(value)]
METHODS = methods_of(CLASSES, list(OFFERED.values()))
EVERYTHING = OFFERED | METHODS
KNOWN = (
    {name for place in PLACES for name in dir(import_module(place))}
    | {path.split(".")[-1] for path in METHODS}
    | set(dir(OFFERED["minitensor.Tensor"]))
)


def doc_of(value):
    return inspect.getdoc(value) or ""


def refers(doc):
    """Whether a docstring leaves something to that of another public name."""
    names = [name.split(".")[-1] for pair in re.findall(REFERENCE, " ".join(doc.split())) for name in pair if name]
    return any(name in KNOWN for name in names)


def arguments_of(name, value):
    """Return the names of a function's arguments, or of what makes an object of a class."""
    if inspect.isclass(value) and (value.__init__ is object.__init__ or issubclass(value, Exception)):
        return []
    parameters = list(inspect.signature(value.__init__ if inspect.isclass(value) else value).parameters)
    return [parameter for parameter in parameters[name in METHODS :] if parameter != "self"]


def test_each_has_a_summary_of_one_sentence_or_more():
    without = [
        name for name, value in EVERYTHING.items() if not (value.__doc__ or "").strip().split("\n")[0].endswith((".", ":"))
    ]
    assert without == []


def test_each_describes_its_arguments():
    missing = {}
    for name, value in EVERYTHING.items():
        doc, arguments = doc_of(value), arguments_of(name, value)
        if name.split(".")[-1] in SAID_ELSEWHERE or refers(doc):
            continue
        unnamed = [argument for argument in arguments if not re.search(rf"\b{argument}\b", doc)]
        if unnamed or (arguments and name in OFFERED and "Parameters\n---" not in doc):
            missing[name] = unnamed or "no section Parameters"
    assert missing == {}


def test_each_function_class_and_method_of_a_tensor_shows_an_example():
    shown = "\n".join(re.findall(r">>> .*", inspect.getdoc(OFFERED["minitensor.Tensor"])))
    without = [
        name
        for name, value in EVERYTHING.items()
        if ">>> " not in (value.__doc__ or "") and (name in OFFERED or name.startswith("minitensor.Tensor."))
        if not (name in METHODS and re.search(rf"\.{name.split('.')[-1]}\b", shown))
    ]
    assert without == []


def test_examples_that_are_not_collected_as_doctests_run():
    modules = {sys.modules[value.__module__] for value in EVERYTHING.values()}
    collected = {test.docstring for module in modules for test in doctest.DocTestFinder().find(module)}
    for name, value in EVERYTHING.items():
        if value.__doc__ not in collected:
            test = doctest.DocTestParser().get_doctest(value.__doc__, {}, name, None, None)
            assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0, name


def test_what_follows_pytorch_or_a_paper_says_so():
    without = [
        name
        for name, value in OFFERED.items()
        if name.startswith(FOLLOWERS) and not re.search(SOURCE, doc_of(value)) and not refers(doc_of(value))
    ]
    assert without == []


def test_layers_and_their_functions_name_shapes():
    without = [
        name
        for name, value in OFFERED.items()
        if name.startswith("minitensor.nn.") and name.split(".")[-1] not in SHAPELESS
        if not re.search(SHAPE, doc_of(value)) and not refers(doc_of(value))
    ]
    assert without == []
