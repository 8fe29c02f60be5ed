"""Gradle beyond the fixture: what looks like a dependency and is none, and notations of older builds."""

from __future__ import annotations

import pytest

from llm_audit.collect.gradle import build, catalog, publishing
from llm_audit.model import Fact, SourceFile
from tests.collect.manifests import packages, scopes


@pytest.mark.parametrize(
    "text",
    [
        'def url = "https://repo.example.org:8080/a"\nrepositories { maven { url "https://a.example.org:1" } }',
        'dependencies { exclude "a.b:c:1" }',
        'dependencies { implementation("a.b:c") }'.replace("implementation", "because"),
        'tasks.register("x") { doLast { println "a:b:c" } }',
        "dependencies { implementation project(':a:b') }",
        "dependencies { implementation files('libs/a.jar') }",
        "dependencies { implementation fileTree(dir: 'libs', include: ['*.jar']) }",
        '// dependencies { implementation "a.b:c:1" }',
        '/* dependencies {\n implementation "a.b:c:1"\n} */',
        'android { buildConfigField "String", "A", "a:b:c" }',
        "dependencies { implementation(gradleApi()) }",
    ],
)
def test_look_alikes_are_no_dependencies(text: str) -> None:
    assert packages(build, "build.gradle", text) == {}


def test_versions_of_a_map_and_of_the_root_project_are_resolved() -> None:
    text = (
        "ext.versions = [ retrofit: '2.11.0', okio: \"3.9.1\" ]\n"
        'ext["jackson.version"] = "2.18.2"\n'
        "dependencies {\n"
        '  implementation "com.squareup.retrofit2:retrofit:${versions.retrofit}"\n'
        '  implementation "com.squareup.okio:okio:$versions.okio"\n'
        "  implementation \"com.fasterxml:jackson:${rootProject.ext['jackson.version']}\"\n"
        '  implementation "a.b:c:${unknown}"\n'
        "}\n"
    )
    assert packages(build, "app/build.gradle", text) == {
        "com.squareup.retrofit2:retrofit": "2.11.0",
        "com.squareup.okio:okio": "3.9.1",
        "com.fasterxml:jackson": "2.18.2",
        "a.b:c": "${unknown}",
    }


def test_constants_in_build_sources_are_a_catalog() -> None:
    text = (
        'object Versions {\n  const val stripe = "20.48.0"\n}\n'
        'object Libs {\n  const val stripe = "com.stripe:stripe-android:${Versions.stripe}"\n}\n'
    )
    path = "buildSrc/src/main/kotlin/Dependencies.kt"
    assert packages(build, path, text) == {"com.stripe:stripe-android": "20.48.0"}
    assert scopes(build, path, text) == {"com.stripe:stripe-android": "catalog"}
    assert packages(build, "app/src/main/kotlin/Dependencies.kt", text) == {}
    use = "dependencies { implementation(Libs.stripe) }"
    assert packages(build, "app/build.gradle.kts", use) == {"Libs.stripe": ""}


def test_source_sets_of_multiplatform_give_the_scope() -> None:
    text = (
        "kotlin { sourceSets {\n"
        "  commonMain.dependencies {\n    implementation(libs.ktor)\n  }\n"
        "  val commonTest by getting {\n    dependencies {\n      implementation(libs.turbine)\n    }\n  }\n"
        "} }\n"
    )
    assert scopes(build, "build.gradle.kts", text) == {"libs.ktor": "runtime", "libs.turbine": "test"}


def test_accessors_end_before_their_getters() -> None:
    text = 'dependencies {\n  add("ksp", libs.room.compiler.get())\n  api(libs.versions.x.get())\n}\n'
    assert packages(build, "build.gradle.kts", text) == {"libs.room.compiler": ""}


def test_a_catalog_of_another_name_has_its_own_accessors() -> None:
    text = '[libraries]\na-b_c = "g.h:i:1.0"\nbroken = 3\n[bundles]\nx = ["missing"]\n'
    found = packages(catalog, "gradle/tools.versions.toml", text)
    assert found["g.h:i"] == "1.0"


def test_an_unclosed_comment_or_string_ends_quietly() -> None:
    assert packages(build, "build.gradle", 'dependencies { implementation "a.b:c:1" }\n/* open') == {"a.b:c": "1"}
    assert packages(build, "build.gradle", 'dependencies {\n implementation "a.b:c:1\n api "d.e:f:2"\n}') == {
        "d.e:f": "2"
    }


def test_a_block_for_all_subprojects_names_the_catalogue_by_the_root() -> None:
    text = "subprojects {\n  dependencies {\n    implementation(rootProject.libs.kafka.clients)\n    implementation(rootProject.projects.core)\n  }\n}\n"
    assert packages(build, "build.gradle.kts", text) == {"libs.kafka.clients": ""}


def test_the_repositories_that_a_build_publishes_to() -> None:
    text = (
        'repositories {\n  maven { url = uri("https://jitpack.io") }\n}\npublishing {\n  repositories {\n    maven {\n'
        '      url = uri("https://maven.acme.io/${kind}")\n    }\n    // maven { url = uri("https://old.acme.io") }\n  }\n}\n'
    )
    file = SourceFile("build.gradle.kts", text)
    found = [fact for fact in publishing.COLLECTORS[0].collect(file) if isinstance(fact, Fact)]
    assert [(fact.name, fact.value, fact.line) for fact in found] == [("gradle.publishes", "maven.acme.io", 7)]
