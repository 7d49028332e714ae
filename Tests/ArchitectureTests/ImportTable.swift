/// Which target may import what. The data flows one way, and this is where that is written down.
enum ImportTable {
    /// What comes with the toolchain, and may be imported everywhere.
    private static let platform: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Swift", "Synchronization",
    ]

    /// Our Swift targets that the targets after them may all import.
    private static let libraries: Set<String> = [
        "NeuralNetwork", "Gait", "GaitModels", "Recognition", "Perception", "Storage", "Datasets",
        "Simulation",
        "Messaging",
    ]

    /// Our modules and those of packages that a target may import.
    static let allowed: [String: Set<String>] = [
        "NeuralNetwork": ["COpenBLAS", "CFloatingPoint"],
        "Gait": [],
        // OpenSSL's digest names model files and training sets; Storage, which has it too, is no import of this one.
        "GaitModels": ["Gait", "NeuralNetwork", "COpenSSL"],
        "Recognition": ["Gait", "GaitModels", "DequeModule"],
        "Perception": ["Gait", "CJPEG", "CXNNPACK"],
        "Storage": ["Gait", "COpenSSL", "GRDB"],
        "Datasets": ["Gait", "CHDF5"],
        "Simulation": ["Gait"],
        "Messaging": ["Gait", "CMosquitto", "DequeModule"],
        "GaitNode": libraries.subtracting(["Datasets", "Simulation"])
            .union([
                "Configuration", "DequeModule", "Logging", "ServiceLifecycle", "Subprocess", "UnixSignals",
                "Yams",
            ]),
        "gaitd": ["GaitNode", "Configuration", "Logging", "ServiceLifecycle"],
        "gaitctl": libraries.union(["GaitNode", "ArgumentParser", "Subprocess", "SystemPackage"]),
    ]

    /// The imports of a file that the table does not have, each as a sentence.
    static func violations(in file: SourceFile) -> [String] {
        guard let modules = allowed[file.target] else {
            return ["\(file.path): the target \(file.target) is not in the table"]
        }
        return file.imports.filter { !modules.contains($0) && !platform.contains($0) }
            .map { "\(file.path): \(file.target) may not import \($0)" }
    }
}
