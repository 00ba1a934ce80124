import pytest
from hypothesis import given, strategies as st

from domain.kit.secrets import Unreadable, Vault

ONE, OTHER = Vault(b"a" * 32), Vault(b"b" * 32)
AMIRA, BO = b"amira", b"bo"


@given(st.text(max_size=2000))
def test_what_is_sealed_opens_again_for_the_same_person_and_place(text):
    key = ONE.new_wrapped_key(AMIRA)
    assert ONE.unseal(key, AMIRA, ONE.seal(key, AMIRA, text, "note:1"), "note:1") == text


def test_the_same_text_never_looks_the_same_twice():
    key = ONE.new_wrapped_key(AMIRA)
    assert ONE.seal(key, AMIRA, "rust", "note:1") != ONE.seal(key, AMIRA, "rust", "note:1")


def test_sealed_text_opens_in_no_other_place():
    key = ONE.new_wrapped_key(AMIRA)
    with pytest.raises(Unreadable):
        ONE.unseal(key, AMIRA, ONE.seal(key, AMIRA, "rust", "note:1"), "note:2")


def test_a_key_opens_for_no_other_person():
    key = ONE.new_wrapped_key(AMIRA)
    with pytest.raises(Unreadable):
        ONE.seal(key, BO, "rust", "note:1")


def test_another_master_key_opens_nothing():
    key = ONE.new_wrapped_key(AMIRA)
    with pytest.raises(Unreadable):
        OTHER.unseal(key, AMIRA, ONE.seal(key, AMIRA, "rust", "note:1"), "note:1")


@given(st.binary(max_size=80))
def test_damaged_bytes_are_unreadable_and_never_text(damage):
    with pytest.raises(Unreadable):
        ONE.unseal_for_house(damage, "answer")


def test_a_flipped_bit_is_noticed():
    sealed = bytearray(ONE.seal_for_house(b"rust", "answer"))
    sealed[-1] ^= 1
    with pytest.raises(Unreadable):
        ONE.unseal_for_house(bytes(sealed), "answer")


def test_a_token_is_the_same_each_time_and_differs_by_purpose_and_master_key():
    tokens = {
        ONE.token("check_in", "1"),
        ONE.token("check_in", "1"),
        ONE.token("plan", "1"),
        ONE.token("check_in", "2"),
        OTHER.token("check_in", "1"),
    }
    assert len(tokens) == 4
    assert all(len(token) == 27 for token in tokens)  # 160 bits


def test_a_short_master_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
