package import Testing

/// What some tests need; they are skipped, with the reason, where it is absent.
extension Trait where Self == ConditionTrait {
    /// The data beside the package.
    package static var sharedData: Self { .enabled(if: SharedData.isThere, "../shared is absent") }

    /// The inputs beside the package that imitate reported faults.
    package static var sharedCases: Self { .enabled(if: SharedData.hasCases, "../shared/cases is absent") }

    package static var broker: Self { .enabled(if: TestBroker.isInstalled, "mosquitto is absent") }

    package static var encryptedBroker: Self {
        .enabled(if: TestBroker.isInstalled && TestCertificates.isInstalled, "mosquitto or openssl is absent")
    }

    package static var smallDisk: Self {
        .enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here")
    }
}
