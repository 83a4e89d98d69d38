"""All checks by their names."""

from collections.abc import Mapping

from desktop.app.self_test import foundations, talking
from desktop.app.self_test.part import Run
from desktop.app.self_test.report import Check

CHECKS: Mapping[Check, Run] = {
    Check.IMPORTS: foundations.imports,
    Check.DATABASE: foundations.database,
    Check.KEYRING: foundations.keyring,
    Check.DEVICES: foundations.devices,
    Check.RESOURCES: foundations.resources,
    Check.GUIDE: talking.guide,
    Check.REPLY: talking.reply,
    Check.RESTART: talking.restart,
    Check.FORK: talking.fork,
    Check.PANE: talking.pane,
}
