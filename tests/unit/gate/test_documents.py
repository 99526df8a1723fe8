"""The reading of documents, on which tests/docs rests."""

from __future__ import annotations

from documents import broken_promise, relative_links, runnable_blocks

PAGE = """
```sh
never run
```

```sh run
echo one
```

```text output
...
one   two
```

```sh run
echo three
```
"""


def test_only_marked_blocks_run_each_with_the_output_right_after_it() -> None:
    first, second = runnable_blocks(PAGE)
    assert (first.line, first.script, first.promised) == (6, "echo one\n", ("one two",))
    assert (second.script, second.promised) == ("echo three\n", ())


def test_promises_hold_in_order_and_spaces_do_not_count() -> None:
    assert broken_promise(("a b", "c"), "x\nsays a   b here\ny\nc\n") is None
    assert broken_promise(("c", "a b"), "a b\nc\n") == "a b"
    assert broken_promise(("z",), "a\n") == "z"


def test_links_into_the_repository_are_found_and_others_are_not() -> None:
    text = "[a](docs/a.md#part) [b](https://example.org) ![c](c.svg) `[d](d.md)` [e](#part)\n```\n[f](f.md)\n```\n"
    assert relative_links(text) == ("docs/a.md", "c.svg")
