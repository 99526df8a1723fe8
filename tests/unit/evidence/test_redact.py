"""No secret of a URL or an option survives `mask_url`; texts without one stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.evidence.redact import mask_url


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://u:p@ss@h:5/d", "postgresql://u:***@h:5/d"),
        ("postgresql://u:p/a?ss@h/db", "postgresql://u:***@h/db"),
        ("mysql+pymysql://u:12345@h", "mysql+pymysql://u:***@h"),
        ("postgresql://u:a b@h/d", "postgresql://u:***@h/d"),
        ('postgresql://u:a"b@h/d', "postgresql://u:***@h/d"),
        ('cannot reach "postgresql://u:pw@h/d": refused', 'cannot reach "postgresql://u:***@h/d": refused'),
        ("postgresql://h:5432/db?password=x&user=u@v", "postgresql://h:5432/db?password=***&user=u@v"),
        ("postgresql://h/db?user=u&password=a;b%26c&x=1", "postgresql://h/db?user=u&password=***&x=1"),
        ("mysql://u:p@h/d?sslpassword=abc&charset=utf8", "mysql://u:***@h/d?sslpassword=***&charset=utf8"),
        (
            "mssql+pyodbc:///?odbc_connect=UID%3Dme%3BPWD%3Dsecret%3BServer%3Dy",
            "mssql+pyodbc:///?odbc_connect=UID%3Dme%3BPWD%3D***%3BServer%3Dy",
        ),
        ("DRIVER=x;PWD={a;b};Server=y", "DRIVER=x;PWD=***;Server=y"),
        ("host=h password='a b' dbname=d", "host=h password=*** dbname=d"),
        ("AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=***"),
    ],
)
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert mask_url(text) == masked
    assert mask_url(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dumps/shop.sql",
        "sqlite:////srv/shop.db",
        "postgresql://host:5432/shop",
        "postgresql://user@host/shop",
        "postgresql://[::1]:5432/shop, ask dba@example.org",
        "see https://example.org/a and write to dba@example.org",
        "compass=north, tokens=5, bypass=1",
    ],
)
def test_texts_without_a_secret_stay(text: str) -> None:
    assert mask_url(text) == text


PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


@given(password=PASSWORDS.filter(lambda text: "?" not in text), quote=st.sampled_from(["", '"', "'", "`"]))
def test_no_password_in_a_url_survives(password: str, quote: str) -> None:
    password = password.replace(quote, "") if quote else password
    shown = mask_url(f"no: {quote}postgresql://user:{password}@host:5432/shop{quote} (x)")
    assert shown == f"no: {quote}postgresql://user:***@host:5432/shop{quote} (x)"


@given(text=st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    mask_url(text)
