from desktop.system import resources
from desktop.system.resources import resource


def test_a_checkout_has_its_resources(request):
    assert resource("icons") == request.config.rootpath / "resources" / "icons"
    assert resource("icons").is_dir()


def test_a_wheel_carries_its_own(tmp_path, monkeypatch):
    package = tmp_path / "desktop"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(resources.desktop, "__file__", str(package / "__init__.py"))
    assert resource("icons/a.svg") == package / "_resources" / "icons" / "a.svg"
