// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift target of ours, with the settings that all of them share.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "gaitd",
    products: [
        .executable(name: "gaitd", targets: ["gaitd"]),
        .executable(name: "gaitctl", targets: ["gaitctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CMosquitto", pkgConfig: "libmosquitto",
            providers: [.apt(["libmosquitto-dev", "libssl-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // Debian's XNNPACK brings no file for pkg-config.
        .systemLibrary(name: "CXNNPACK", providers: [.apt(["libxnnpack-dev", "libpthreadpool-dev"])]),
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CFloatingPoint"),
        module("NeuralNetwork", ["COpenBLAS", "CFloatingPoint"]),
        module("Gait"),
        module("GaitModels", ["Gait", "NeuralNetwork", "COpenSSL"]),
        module("Recognition", ["Gait", "GaitModels", deque]),
        module("Storage", ["Gait", "COpenSSL", database]),
        module("Datasets", ["Gait", "CHDF5"]),
        module("Perception", ["Gait", "CJPEG", "CXNNPACK"]),
        module("Simulation", ["Gait"]),
        module("Messaging", ["Gait", "CMosquitto", deque]),
        module(
            "GaitNode",
            [
                "Gait", "NeuralNetwork", "GaitModels", "Recognition", "Perception", "Storage", "Messaging",
                logging, lifecycle, signals, configuration, deque, yams,
            ]),
        .executableTarget(
            name: "gaitd", dependencies: ["GaitNode", logging, lifecycle, configuration],
            swiftSettings: settings),
        .executableTarget(
            name: "gaitctl",
            dependencies: [
                "Gait", "NeuralNetwork", "GaitModels", "Recognition", "Perception", "Storage", "Datasets",
                "Simulation", "Messaging", "GaitNode", argumentParser, subprocess, system,
            ],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Gait", "Messaging"], path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("NeuralNetwork", ["NeuralNetwork"]),
        tests("Gait", ["Gait"]),
        tests("GaitModels", ["GaitModels", "Gait", "NeuralNetwork", "Datasets", "Simulation"]),
        tests("Recognition", ["Recognition", "Gait", "GaitModels", "Simulation"]),
        tests("Storage", ["Storage", "Gait", database]),
        tests("Datasets", ["Datasets", "Gait", "Simulation"]),
        tests("Perception", ["Perception", "Gait", "GaitModels", "NeuralNetwork", "Simulation"]),
        tests("Simulation", ["Simulation", "Gait"]),
        tests("Messaging", ["Messaging", "Gait"]),
        tests(
            "GaitNode",
            [
                "GaitNode", "Gait", "GaitModels", "NeuralNetwork", "Recognition", "Messaging", "Perception",
                "Simulation", "Storage",
                logging, lifecycle, configuration,
            ]),
        tests(
            "gaitctl",
            [
                "gaitctl", "Datasets", "Gait", "GaitModels", "NeuralNetwork", "Perception", "Recognition",
                "Simulation", "Storage",
                argumentParser,
            ]),
        tests("Architecture", []),
    ]
)
