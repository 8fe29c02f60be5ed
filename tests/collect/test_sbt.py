"""sbt beyond the fixture: configurations and percent signs that are no modules."""

from __future__ import annotations

from llm_audit.collect import sbt
from tests.collect.manifests import packages, scopes


def test_a_configuration_in_quotes_gives_the_scope() -> None:
    text = 'deps += "a.b" % "c" % "1.0" % "test->test"\ndeps += "a.b" % "d" % "1.0" % Provided\n'
    assert scopes(sbt, "build.sbt", text) == {"a.b:c": "test", "a.b:d": "runtime"}


def test_other_percent_signs_are_none() -> None:
    assert packages(sbt, "build.sbt", 'val a = "%s" format "x"\nval b = "c" % 2\nname := "x"\n') == {}
