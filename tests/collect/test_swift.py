"""Swift packages and pods beyond the fixture: several on a line, targets, and older formats of the lock."""

from __future__ import annotations

from llm_audit.collect import cocoapods, swift
from llm_audit.model import Kind
from tests.collect.manifests import packages, scopes


def test_two_packages_on_one_line_keep_their_own_versions() -> None:
    text = '[.package(url: "https://a.org/x", from: "1.0.0"), .package(url: "https://a.org/y.git", exact: "2.0.0")]'
    assert packages(swift, "Package.swift", text) == {"x": "1.0.0", "y": "2.0.0"}


def test_products_of_a_target_are_no_packages() -> None:
    text = '.target(name: "A", dependencies: [.product(name: "B", package: "c"), "D"])'
    assert packages(swift, "Package.swift", text) == {}


def test_the_first_format_of_the_lock_is_read() -> None:
    text = (
        '{"object": {"pins": [{"package": "X", "repositoryURL": "https://a.org/x.git",'
        ' "state": {"branch": null, "revision": "00", "version": "1.2.3"}}]}, "version": 1}'
    )
    assert packages(swift, "Package.resolved", text, Kind.LOCKED) == {"x": "1.2.3"}


def test_loops_in_a_podfile_do_not_end_its_targets() -> None:
    text = (
        "target 'ATests' do\n  [1].each do |i|\n    puts i\n  end\n  pod 'X'\nend\n"
        "target 'A' do\n  pod 'Y', '1.0' # pod 'Z'\nend\n"
    )
    assert scopes(cocoapods, "Podfile", text) == {"X": "test", "Y": "runtime"}


def test_a_podspec_names_its_dependencies() -> None:
    text = "Pod::Spec.new do |s|\n  s.name = 'A'\n  s.dependency 'B', '~> 1.0'\n  # s.dependency 'C'\nend\n"
    assert packages(cocoapods, "A.podspec", text) == {"B": "~> 1.0"}
