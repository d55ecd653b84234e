"""The stand-in for all tests of the portal."""

from tests.stand_in.fixtures import stand_in as stand_in
