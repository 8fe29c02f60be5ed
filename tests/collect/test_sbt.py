"""sbt beyond the fixture: configurations and percent signs that are no modules."""

from __future__ import annotations

from llm_audit.collect import sbt
from llm_audit.integrations.versions import Versions
from tests.collect.manifests import packages, read, scopes


def test_a_configuration_in_quotes_gives_the_scope() -> None:
    text = 'deps += "a.b" % "c" % "1.0" % "test->test"\ndeps += "a.b" % "d" % "1.0" % Provided\n'
    assert scopes(sbt, "build.sbt", text) == {"a.b:c": "test", "a.b:d": "runtime"}


def test_other_percent_signs_are_none() -> None:
    assert packages(sbt, "build.sbt", 'val a = "%s" format "x"\nval b = "c" % 2\nname := "x"\n') == {}


def test_a_value_of_the_builds_definitions_gives_a_version() -> None:
    found = read(
        sbt, "project/Versions.scala", 'object Versions {\n  val waxVersion = "2.49.3"\n  val shop = "wax"\n}\n'
    )
    assert [(one.name, one.value) for one in found] == [("sbt.property.waxVersion", "2.49.3")]
    [far, near] = read(
        sbt, "app/build.sbt", 'val b = "1.0"\ndeps += "a.b" % "c" % Versions.waxVersion\ndeps += "a.b" % "d" % b\n'
    )
    assert (far.value, near.value) == ("$waxVersion", "1.0")
    versions = Versions([far], [], found)
    assert versions.of(far) == "2.49.3"
    assert Versions([far], [], []).of(far) == ""


def test_a_date_is_a_version() -> None:
    [dated] = read(sbt, "build.sbt", 'deps += "a.b" % "c" % "2009-10-07"\n')
    assert Versions([dated], [], []).of(dated) == "2009-10-07"
