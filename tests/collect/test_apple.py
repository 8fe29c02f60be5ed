"""What an app uses of Apple's own services, and imports that use none of them."""

from __future__ import annotations

import pytest

from llm_audit.collect.apple import collect
from llm_audit.model import Fact, SourceFile


def _services(text: str) -> set[str]:
    return {str(one.value) for one in collect(SourceFile("App/Store.swift", text)) if isinstance(one, Fact)}


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("SKPaymentQueue.default().add(payment)", {"app-store"}),
        ("import StoreKit\nlet all = try await Product.products(for: ids)", {"app-store"}),
        ("import StoreKit\nSKStoreReviewController.requestReview(in: scene)", set()),
        ("let all = Product.products(for: ids)", set()),
        ("ASAuthorizationAppleIDProvider().createRequest()", {"sign-in"}),
        ("import AuthenticationServices\nASWebAuthenticationSession(url: url, callbackURLScheme: s) {}", set()),
        ('lazy var c = NSPersistentContainer(name: "M")\nNSPersistentCloudKitContainer(name: "M")', {"core-data", "cloudkit"}),
        ("import CoreData\nfunc f(context: NSManagedObjectContext) {}", set()),
        ("import SwiftData\nWindowGroup {}.modelContainer(for: Item.self)", {"swiftdata"}),
        ("UIApplication.shared.registerForRemoteNotifications()", {"apns"}),
        ("// UIApplication.shared.registerForRemoteNotifications()", set()),
    ],
)  # fmt: skip
def test_a_service_is_used_where_its_types_are_made(text: str, services: set[str]) -> None:
    assert _services(text) == services
