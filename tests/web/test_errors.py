"""Unknown hosts and addresses."""

from __future__ import annotations

from tests.support.pages import CheckedClient


def test_an_unknown_host_is_404_and_shows_no_city(client: CheckedClient) -> None:
    response = client.get("/angebote", headers={"Host": "elsewhere.localhost"})
    assert response.status_code == 404
    assert "Bretten" not in response.get_data(as_text=True)


def test_an_unknown_address_is_a_helpful_404(client: CheckedClient) -> None:
    response = client.get("/gibt-es-nicht")
    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers
