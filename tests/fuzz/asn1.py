"""Changing ASN.1 so that its lengths still fit: what is inside is reached, and not only the outermost header."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.vectors.pkcs12 import build
from vault.pkcs12 import ber

Mutate = Callable[[bytes], bytes]
"""Some other bytes, made of these."""
_DEEPEST = 30


class Tree:
    """One element. ``body`` is what a primitive one holds; ``inside`` are elements, in strings of octets too."""

    def __init__(self, tag: int, body: bytes, inside: list[Tree] | None) -> None:
        self.tag, self.body, self.inside = tag, body, inside

    def encoded(self) -> bytes:
        """The element with a definite length that fits."""
        body = self.body if self.inside is None else b"".join(each.encoded() for each in self.inside)
        return build.der(self.tag, body)

    def everything(self) -> list[Tree]:
        """This element and all below it."""
        return [self, *(below for each in self.inside or () for below in each.everything())]


def changed(data: bytes, random: Random, mutate: Mutate) -> bytes:
    """``data`` with one to three elements changed, left out, doubled or exchanged; ``mutate`` changes their bytes."""
    trees = _read(data)
    if not trees:
        return mutate(data)
    root = Tree(0, b"", trees)
    for _ in range(random.randint(1, 3)):
        _change(root, random, mutate)
    return b"".join(each.encoded() for each in root.inside or ())


def _change(root: Tree, random: Random, mutate: Mutate) -> None:
    everything = root.everything()
    parent = random.choice([each for each in everything if each.inside is not None])
    if not parent.inside:
        parent.inside = [_copy(random.choice(everything[1:]))] if everything[1:] else [Tree(0x05, b"", None)]
        return
    at = random.randrange(len(parent.inside))
    chosen = parent.inside[at]
    match random.randrange(7):
        case 0:
            del parent.inside[at]
        case 1:
            parent.inside.insert(at, _copy(chosen))
        case 2:
            parent.inside[at] = _copy(random.choice(everything[1:]))
        case 3:
            parent.inside[at] = Tree(random.randrange(256), chosen.body, chosen.inside)
        case 4:
            parent.inside[at] = Tree(0x30, b"", [chosen])
        case _:
            leaf = random.choice([each for each in everything if each.inside is None] or [chosen])
            leaf.body, leaf.inside = mutate(leaf.body), None


def _copy(tree: Tree) -> Tree:
    """The same once more: an element that stood below itself would have no end."""
    return Tree(tree.tag, tree.body, None if tree.inside is None else [_copy(each) for each in tree.inside])


def _read(data: bytes, depth: int = 0) -> list[Tree] | None:
    """The elements that ``data`` consists of, or None."""
    try:
        return [_tree(node, depth + 1) for node in ber.elements(data)] if depth < _DEEPEST else None
    except ber.BerError:
        return None


def _tree(node: ber.Node, depth: int) -> Tree:
    nested = node.constructed or (node.tag == ber.OCTETS and node.body[:1] == b"\x30")
    return Tree(node.whole[0], node.body, _read(node.body, depth) if nested else None)
