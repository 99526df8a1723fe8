"""What is known of texts is forgotten before it takes much memory."""

from __future__ import annotations

from decompose.evidence.fold.texts import KNOWN_BYTES, Known


def test_everything_is_forgotten_when_the_keys_weigh_too_much() -> None:
    known: Known[int] = Known()
    long = b"x" * (KNOWN_BYTES // 10)
    for number in range(9):
        known.keep(b"%d" % number + long, number)
    assert len(known) == 9
    known.keep(b"9" + long, 9)
    assert dict(known) == {b"9" + long: 9}


def test_the_same_text_again_does_not_make_it_forget() -> None:
    known: Known[int] = Known()
    long = b"x" * (KNOWN_BYTES // 4)
    for number in range(20):
        known.keep(long, number)
    assert dict(known) == {long: 19}
