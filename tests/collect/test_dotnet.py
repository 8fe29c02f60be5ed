"""NuGet beyond the fixture: property versions, several names in one item, and look-alikes."""

from __future__ import annotations

from llm_audit.collect import dotnet
from tests.collect.manifests import packages, scopes


def test_versions_come_from_properties_of_the_file() -> None:
    text = (
        "<Project><PropertyGroup><GrpcVersion>2.70.0</GrpcVersion></PropertyGroup><ItemGroup>"
        '<PackageReference Include="Grpc.Net.Client;Grpc.Tools" Version="$(GrpcVersion)"/>'
        '<PackageReference Include="Other" Version="$(Elsewhere)"/></ItemGroup></Project>'
    )
    found = packages(dotnet, "a.fsproj", text)
    assert found == {"Grpc.Net.Client": "2.70.0", "Grpc.Tools": "2.70.0", "Other": "$(Elsewhere)"}


def test_a_library_named_like_a_test_framework_is_no_test_project() -> None:
    text = '<Project><ItemGroup><PackageReference Include="XunitLikeThings"/></ItemGroup></Project>'
    assert scopes(dotnet, "a.csproj", text) == {"XunitLikeThings": "runtime"}


def test_what_is_removed_is_no_reference() -> None:
    text = '<Project><ItemGroup><PackageReference Remove="Gone"/></ItemGroup></Project>'
    assert packages(dotnet, "a.csproj", text) == {}


def test_props_without_packages_are_not_read() -> None:
    assert packages(dotnet, "a.props", "<Project><Reference Include='System.Web'/></Project>") == {}
