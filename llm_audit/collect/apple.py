"""Apple's own frameworks in an app, by the calls that use a service: their imports alone say too little.

`import StoreKit` may only ask for a rating, and `import AuthenticationServices` only open a browser for someone else's
sign-in; what an app does with them stands in the types that it makes.
"""

from __future__ import annotations

from llm_audit.collect.base import Collector, Finds, at
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import in_comment
from llm_audit.model import Kind, SourceFile

_USES = tuple(
    (service, needle, expression(pattern))
    for service, needle, pattern in (
        ("app-store", "SK", r"\bSKPaymentQueue\b|\bSKProductsRequest\(|\bSKPayment\(|\bSKReceiptRefreshRequest\("),
        ("app-store", "StoreKit", r"\bProduct\.products\(for:|\bTransaction\.(?:currentEntitlements|updates|latest\(for)|\bAppStore\.sync\("),
        ("app-store", "StoreKit", r"\b(?:SubscriptionStoreView|StoreView|ProductView)\("),
        ("sign-in", "ASAuthorizationAppleID", r"\bASAuthorizationAppleID(?:Provider|Button)\("),
        ("sign-in", "SignInWithAppleButton", r"\bSignInWithAppleButton\("),
        ("core-data", "NSPersistent", r"\bNSPersistent(?:Container|StoreCoordinator)\("),
        ("cloudkit", "CK", r"\bCKContainer(?:\.default)?\("),
        ("cloudkit", "NSPersistentCloudKitContainer", r"\bNSPersistentCloudKitContainer\("),
        ("swiftdata", "SwiftData", r"\bModelContainer\(|\.modelContainer\(for:"),
        ("apns", "registerForRemoteNotifications", r"\bregisterForRemoteNotifications\("),
    )
)  # fmt: skip


def collect(file: SourceFile) -> Finds:
    """One setting for each service of Apple's that a Swift file uses, at its first use."""
    told: set[str] = set()
    for service, needle, pattern in _USES:
        if service in told or needle not in file.text:
            continue
        for match in pattern.finditer(file.text):
            if not in_comment(file.text, match.start()):
                told.add(service)
                yield at(file, match.start(), Kind.SETTING, "apple.service", service)
                break


COLLECTORS = (Collector("apple", collect, suffixes=frozenset({".swift", ".m", ".mm"})),)
