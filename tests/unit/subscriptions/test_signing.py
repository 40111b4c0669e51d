"""Our signatures against the verifier of the Standard Webhooks project."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.subscriptions import signing
from shared.errors import Invalid

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def test_a_receiver_accepts_what_we_sign_and_nothing_else() -> None:
    body = b'{"id":"event-1","data":{"stream":"s"}}'
    signed = signing.headers(SECRET, "event-1", datetime.now(UTC), body)
    assert Webhook(SECRET).verify(body, signed) == {"id": "event-1", "data": {"stream": "s"}}
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    for wrong_body, secret in ((body + b" ", SECRET), (body, other)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(wrong_body, signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, {**signed, "webhook-id": "event-2"})


@given(
    key=st.binary(min_size=24, max_size=64), id=st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)
)
def test_any_key_gives_a_signature_its_holder_can_check(key: bytes, id: str) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    signed = signing.headers(secret, id, datetime.now(UTC), b"{}")
    assert Webhook(secret).verify(b"{}", signed) == {}


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_!!!", "whsec_" + base64.b64encode(bytes(23)).decode(), SECRET[6:]],
)
def test_a_secret_that_is_none_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(Invalid) as refused:
        signing.key_of(secret)
    assert refused.value.field == "claim"
    assert len(secret) < 8 or secret not in str(refused.value)
