"""Addresses that a URL given by someone may lead to."""

import pytest

from orderloom.kit import addresses

WITHIN = [
    "https://127.0.0.1/", "https://localhost/", "https://0.0.0.0/", "https://10.1.2.3/", "https://172.16.0.1/",
    "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://[::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:169.254.169.254]/", "https://[fd00::1]/", "https://[fe80::1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://224.0.0.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", WITHIN)
def test_an_address_within_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(addresses.Forbidden):
        addresses.resolve(url)


@pytest.mark.parametrize(
    "url",
    ["http://93.184.216.34/", "ftp://93.184.216.34/", "file:///etc/passwd", "https://user@93.184.216.34/",
     "https://user:pass@93.184.216.34/", "gopher://93.184.216.34/", "//93.184.216.34/", "https://", "https://[::1",
     "https://93.184.216.34:99999/"],
)  # fmt: skip
def test_a_url_of_another_shape_is_refused(url: str) -> None:
    with pytest.raises(addresses.Forbidden):
        addresses.resolve(url)


def test_a_public_address_is_the_one_that_was_checked_and_its_name_goes_along() -> None:
    target = addresses.resolve("https://93.184.216.34:8443/a?b=c#d")
    assert (target.url, target.host) == ("https://93.184.216.34:8443/a?b=c", "93.184.216.34:8443")
