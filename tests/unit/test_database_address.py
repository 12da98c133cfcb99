"""An address of the database means the same to SQLAlchemy and to libpq, whatever a password is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, make_url

from engagement.kernel.database import libpq_url

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
"""What a password, a name or a path may be: libpq knows no NUL, and UTF-8 no half of a character."""


@given(user=TEXT, password=TEXT, name=TEXT, folder=TEXT)
def test_every_part_arrives_as_it_was(user: str, password: str, name: str, folder: str) -> None:
    wanted = {"user": user, "password": password, "dbname": name, "host": f"/{folder}"}
    url = URL.create("postgresql+psycopg", user, password, database=name, query={"host": f"/{folder}"})
    assert conninfo_to_dict(libpq_url(url)) == wanted
    assert make_url(libpq_url(url)) == url.set(drivername="postgresql"), "and so does a process that is handed it"


@pytest.mark.parametrize("password", ["two words", "a+b", "50%20", "p@ss:w/rd?#&=", "Schlüssel€", "'\"\\"])
def test_passwords_that_people_choose_open_the_server_they_are_for(password: str) -> None:
    url = URL.create("postgresql", "engagement", password, "::1", 5433, "engagement", {"sslmode": "require"})
    read = conninfo_to_dict(libpq_url(url))
    assert (read["password"], read["host"], read["port"]) == (password, "::1", "5433")
    assert read["sslmode"] == "require"
