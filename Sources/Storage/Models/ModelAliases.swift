/// Which versions have a role.
package struct ModelAliases: Sendable, Equatable, Codable {
    /// The version number that stands for the packaged model.
    package static let packaged = 0

    /// What is served.
    package internal(set) var serving = ModelAliases.packaged
    /// What was served before; nil at the beginning.
    package internal(set) var previous: Int?
    /// The newest version that was trained.
    package internal(set) var candidate: Int?
    /// Versions that are neither removed nor, while they serve, replaced by a training.
    package internal(set) var pinned: [Int] = []

    /// The names of a version's roles.
    package func names(of version: Int) -> [String] {
        var names: [String] = []
        if serving == version { names.append("serving") }
        if previous == version { names.append("previous") }
        if candidate == version { names.append("candidate") }
        if pinned.contains(version) { names.append("pinned") }
        return names
    }

    /// Makes a version the serving one.
    mutating func serve(_ version: Int) {
        guard version != serving else { return }
        (previous, serving) = (serving, version)
    }
}
