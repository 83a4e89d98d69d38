"""A hub on the loopback interface, and all that can go wrong with one."""

from tests.hub_server.api import REVISION, HubApi
from tests.hub_server.server import Answer, Fault, HubServer, Request, Served, trusting_nobody

__all__ = ["REVISION", "Answer", "Fault", "HubApi", "HubServer", "Request", "Served", "trusting_nobody"]
