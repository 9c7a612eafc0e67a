from integrations.models import ZoomConnection
from tests.integrations.make import make_webinar


def test_zoom_is_among_the_connected_apps_with_each_brands_state(alice_client, connection, other_brand):
    text = alice_client.get("/settings/integrations/connected-apps/").text
    for words in ("Acme", "Connected", "Globex", "Not connected", "Primary brand"):
        assert words in text


def test_without_a_brand_the_way_to_connect_is_shown(alice_client, db):
    assert "Zoom isn't connected" in alice_client.get("/settings/integrations/connected-apps/").text


def test_webinars_in_the_navigation_leads_to_the_primary_brands(charlie_client, connection, zoom):
    make_webinar(connection)
    assert charlie_client.get("/webinars/")["Location"] == zoom


def test_before_anything_is_connected_it_leads_to_where_that_is_done(alice_client, charlie_client, brand):
    assert alice_client.get("/webinars/")["Location"] == "/settings/integrations/connected-apps/zoom/"
    assert charlie_client.get("/webinars/")["Location"] == "/settings/integrations/connected-apps/"


def test_a_disconnected_brand_does_not_count(alice_client, connection):
    ZoomConnection.objects.update(state="disconnected")
    assert alice_client.get("/webinars/")["Location"] == "/settings/integrations/connected-apps/zoom/"
