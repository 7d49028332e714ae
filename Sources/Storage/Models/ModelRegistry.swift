package import Foundation

/// The trained models of a robot in a folder: `step-0003.safetensors`, `step-0003.json`, and their roles in
/// `aliases.json`.
///
/// Every file is replaced whole, in an order that keeps a model servable at any moment. Several processes may use the
/// same folder.
package struct ModelRegistry: Sendable {
    /// The packaged model, which serves if no better one can be loaded.
    package let packaged: String
    var folder: DurableFolder

    package var directory: String { folder.path }

    private static let aliasesName = "aliases.json"
    private static let metadataSuffix = ".json"
    private static let weightsSuffix = ".safetensors"

    /// A registry in a folder. A missing one is an empty registry, and is created by the first change.
    ///
    /// - Parameter packaged: The path of the model that an empty registry serves.
    /// - Throws: ``StorageError/file(path:reason:)`` if something else than a folder is there.
    package init(directory: String, packaged: String) throws(StorageError) {
        self.packaged = packaged
        folder = DurableFolder(path: directory)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), !isFolder.boolValue {
            throw .file(path: directory, reason: "it is not a folder")
        }
    }

    // MARK: - Contents

    /// The versions with readable metadata, oldest first.
    package func versions() -> [ModelMetadata] {
        numbers().compactMap { metadata($0) }
    }

    /// Versions that have a file but no readable metadata, ascending.
    package func damagedVersions() -> [Int] {
        numbers().filter { metadata($0) == nil }
    }

    /// The roles. If the file is damaged, the newest accepted version counts as serving.
    package func aliases() -> ModelAliases {
        if let aliases: ModelAliases = decoded(Self.aliasesName) { return aliases }
        var aliases = ModelAliases()
        guard folder.names.contains(Self.aliasesName) else { return aliases }
        aliases.serving = versions().last(where: \.decision.isAccepted)?.version ?? ModelAliases.packaged
        return aliases
    }

    /// A version whose bytes match their digest.
    ///
    /// - Throws: ``StorageError/unknownModel(version:known:)``, ``StorageError/damagedModel(version:reason:)``,
    ///   ``StorageError/staleModel(version:)``;
    ///   ``StorageError/noModel(directory:)`` if the packaged model is asked for and cannot be read.
    package func model(_ version: Int) throws(StorageError) -> RegisteredModel {
        if version == ModelAliases.packaged { return try packagedModel() }
        guard let metadata = metadata(version) else {
            if numbers().contains(version) {
                throw .damagedModel(version: version, reason: "its metadata cannot be read")
            }
            throw .unknownModel(version: version, known: numbers())
        }
        guard !metadata.isStale else { throw .staleModel(version: version) }
        let name = Self.name(version) + Self.weightsSuffix
        guard let data = folder.read(name) else {
            throw .damagedModel(version: version, reason: "\(name) cannot be read")
        }
        let found = SHA256.hexadecimal(of: data)
        guard found == metadata.sha256 else {
            throw .damagedModel(
                version: version,
                reason:
                    "sha256 \(found.prefix(12)) of \(data.count) bytes, registered were \(metadata.sha256.prefix(12)) of \(metadata.bytes)"
            )
        }
        return RegisteredModel(version: version, path: folder.file(name), sha256: found, metadata: metadata)
    }

    /// The model to serve, which is also the one a training starts from: the serving version or, if its bytes are
    /// damaged, the previous one, then the newest accepted one, then the packaged model; none that has learned from
    /// forgotten gaits.
    ///
    /// - Throws: ``StorageError/noModel(directory:)`` if none of them can be read.
    package func serving() throws(StorageError) -> RegisteredModel {
        let aliases = aliases()
        let accepted = versions().filter(\.decision.isAccepted).map(\.version).reversed()
        for version in [aliases.serving] + [aliases.previous].compactMap(\.self) + accepted {
            if let model = try? model(version) { return model }
        }
        return try packagedModel()
    }

    /// The number of the next version. It has never been used.
    ///
    /// - Parameter least: Above the packaged model's own version, since messages name versions by number only.
    package func nextVersion(above least: Int = 0) -> Int {
        max(numbers().last ?? 0, aliases().candidate ?? 0, least) + 1
    }

    /// The versions that were trained on some of the gaits, and those whose training started from such a version,
    /// ascending.
    package func versions(trainedOn gaits: [Int64]) -> [Int] {
        let used = Set(gaits)
        var found: [Int] = []
        for version in versions() {
            let isHeir = version.parent.map(found.contains) ?? false
            if isHeir || !used.isDisjoint(with: version.gaits) { found.append(version.version) }
        }
        return found
    }

    /// The newest intact generator of a version that is not stale; nil if there is none.
    package func newestGenerator() -> String? {
        for version in versions().reversed() where !version.isStale {
            let name = Self.name(version.version, generator: true) + Self.weightsSuffix
            if let expected = version.generator, let data = folder.read(name),
                SHA256.hexadecimal(of: data) == expected
            {
                return folder.file(name)
            }
        }
        return nil
    }

    // MARK: - Changes

    /// Registers a version as the candidate.
    ///
    /// - Parameters:
    ///   - metadata: This call fills in the digests and the size.
    ///   - weights: The bytes of the model file.
    ///   - generator: The bytes of the file of the generator trained with it.
    ///   - check: Throws to refuse the version; nothing is forgotten in this registry between it and the end.
    /// - Throws: ``StorageError/duplicateModel(version:)``, ``StorageError/staleModel(version:)`` if the parent is
    ///   stale, or that a file cannot be written.
    @discardableResult
    package func add(
        _ metadata: ModelMetadata, weights: Data, generator: Data? = nil,
        check: () throws(StorageError) -> Void = {}
    ) throws(StorageError) -> RegisteredModel {
        try changeAliases { aliases throws(StorageError) in
            try check()
            if let parent = metadata.parent, self.metadata(parent)?.isStale == true {
                throw .staleModel(version: parent)
            }
            let name = Self.name(metadata.version)
            guard !folder.names.contains(name + Self.metadataSuffix) else {
                throw .duplicateModel(version: metadata.version)
            }
            var metadata = metadata
            metadata.sha256 = SHA256.hexadecimal(of: weights)
            metadata.bytes = weights.count
            metadata.generator = generator.map { SHA256.hexadecimal(of: $0) }
            // A version exists from its metadata on, so that comes last.
            if let generator {
                try folder.replace(
                    Self.name(metadata.version, generator: true) + Self.weightsSuffix, with: generator)
            }
            try folder.replace(name + Self.weightsSuffix, with: weights)
            try write(metadata, to: name + Self.metadataSuffix)
            aliases.candidate = metadata.version
            return RegisteredModel(
                version: metadata.version, path: folder.file(name + Self.weightsSuffix),
                sha256: metadata.sha256, metadata: metadata)
        }
    }

    /// Makes a training's version the serving one.
    ///
    /// - Throws: ``StorageError/pinned(version:)`` if the serving version is pinned, and as ``model(_:)``.
    package func promote(_ version: Int) throws(StorageError) -> RegisteredModel {
        try changeAliases { aliases throws(StorageError) in
            guard !aliases.pinned.contains(aliases.serving) else { throw .pinned(version: aliases.serving) }
            return try serve(version, &aliases)
        }
    }

    /// Makes a version the serving one at an operator's request, pinned or not; 0 is the packaged model.
    ///
    /// - Throws: As ``model(_:)``; then nothing has changed.
    @discardableResult
    package func activate(_ version: Int) throws(StorageError) -> RegisteredModel {
        try changeAliases { aliases throws(StorageError) in try serve(version, &aliases) }
    }

    /// Makes the previous version the serving one; a second call undoes the first.
    ///
    /// - Throws: ``StorageError/noPreviousModel``, and as ``model(_:)``; then nothing has changed.
    @discardableResult
    package func rollback() throws(StorageError) -> RegisteredModel {
        try changeAliases { aliases throws(StorageError) in
            guard let previous = aliases.previous else { throw .noPreviousModel }
            return try serve(previous, &aliases)
        }
    }

    private func serve(_ version: Int, _ aliases: inout ModelAliases) throws(StorageError) -> RegisteredModel
    {
        let model = try model(version)
        if version != aliases.serving { (aliases.previous, aliases.serving) = (aliases.serving, version) }
        return model
    }

    /// Keeps a version from being removed and, while it serves, from being replaced by a training; 0 is the packaged
    /// model.
    ///
    /// - Throws: ``StorageError/unknownModel(version:known:)``.
    package func pin(_ version: Int) throws(StorageError) {
        try changeAliases { aliases throws(StorageError) in
            guard version == ModelAliases.packaged || numbers().contains(version) else {
                throw .unknownModel(version: version, known: numbers())
            }
            aliases.pinned = Set(aliases.pinned).union([version]).sorted()
        }
    }

    /// Undoes ``pin(_:)``.
    package func unpin(_ version: Int) throws(StorageError) {
        try changeAliases { aliases throws(StorageError) in aliases.pinned.removeAll { $0 == version } }
    }

    /// Marks the versions that were trained on forgotten gaits, or started from such a version, as stale, and erases
    /// their weights and generators: they never serve again. If one of them serves, the newest accepted version that
    /// is not stale takes its place, or else the packaged model, pinned or not.
    ///
    /// Every step can be done again, so a call that was interrupted is completed by the next.
    package func forget(_ gaits: [Int64]) throws(StorageError) {
        try changing { () throws(StorageError) in
            let learned = Set(versions(trainedOn: gaits))
            for var version in versions() where learned.contains(version.version) && !version.isStale {
                version.isStale = true
                try write(version, to: Self.name(version.version) + Self.metadataSuffix)
            }
            let all = versions()
            let stale = Set(all.lazy.filter(\.isStale).map(\.version))
            var aliases = aliases()
            let before = aliases
            if stale.contains(aliases.serving) {
                let others = all.lazy.filter { $0.decision.isAccepted && !$0.isStale }.map(\.version)
                aliases.serving = others.last { (try? model($0)) != nil } ?? ModelAliases.packaged
            }
            if let previous = aliases.previous, stale.contains(previous) { aliases.previous = nil }
            aliases.pinned.removeAll(where: stale.contains)
            if aliases != before { try write(aliases, to: Self.aliasesName) }
            // Of a model without readable metadata nothing says what it was trained on.
            let known = Set(all.map(\.version))
            for version in numbers(generators: true) where stale.contains(version) || !known.contains(version)
            {
                try removeModels(version)
            }
        }
    }

    /// Removes old versions.
    ///
    /// - Parameter keep: How many of the newest stay, besides those with a role.
    /// - Returns: the removed versions, ascending.
    @discardableResult
    package func prune(keeping keep: Int) throws(StorageError) -> [Int] {
        try changing { () throws(StorageError) -> [Int] in
            let (numbers, aliases) = (numbers(), aliases())
            let removed = numbers.dropLast(max(keep, 0)).filter { aliases.names(of: $0).isEmpty }
            for version in removed {
                // Without its metadata a version no longer exists, so that goes first.
                try folder.remove(Self.name(version) + Self.metadataSuffix)
                try removeModels(version)
            }
            return removed
        }
    }

    /// Removes what a crash has left behind: incomplete files, and weights and generators without metadata. A training
    /// that registers its result meanwhile loses nothing, since both hold the folder's lock.
    ///
    /// - Returns: The removed files' names.
    /// - Throws: ``StorageError/file(path:reason:)``.
    @discardableResult
    package func removeRemains() throws(StorageError) -> [String] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try folder.locked { () throws(StorageError) -> [String] in
            let unfinished = try folder.removeUnfinished()
            let names = folder.names
            let registered = Set(names.filter { $0.hasSuffix(Self.metadataSuffix) })
            let orphans = names.filter { name in
                guard name.hasSuffix(Self.weightsSuffix), let version = Self.version(of: name) else {
                    return false
                }
                return !registered.contains(Self.name(version) + Self.metadataSuffix)
            }
            for name in orphans { try folder.remove(name) }
            return unfinished + orphans
        }
    }

    private func removeModels(_ version: Int) throws(StorageError) {
        for isGenerator in [false, true] {
            let name = Self.name(version, generator: isGenerator) + Self.weightsSuffix
            if folder.names.contains(name) { try folder.remove(name) }
        }
    }

    // MARK: - Files

    /// The version that a file's name contains; nil for other files.
    private static func version(of name: String) -> Int? {
        for prefix in ["step-", "generator-"] where name.hasPrefix(prefix) {
            return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
        }
        return nil
    }

    private static func name(_ version: Int, generator: Bool = false) -> String {
        String(format: generator ? "generator-%04ld" : "step-%04ld", version)
    }

    /// The versions with a metadata or weights file, ascending.
    ///
    /// - Parameter generators: Whether a generator's file counts as well.
    private func numbers(generators: Bool = false) -> [Int] {
        let prefixes = ["step-"] + (generators ? ["generator-"] : [])
        let found = folder.names.compactMap { name -> Int? in
            guard let prefix = prefixes.first(where: name.hasPrefix),
                name.hasSuffix(Self.metadataSuffix) || name.hasSuffix(Self.weightsSuffix)
            else { return nil }
            return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
        }
        return Set(found).sorted()
    }

    private func metadata(_ version: Int) -> ModelMetadata? {
        decoded(Self.name(version) + Self.metadataSuffix)
    }

    private func decoded<Value: Decodable>(_ name: String) -> Value? {
        folder.read(name).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }

    private func packagedModel() throws(StorageError) -> RegisteredModel {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: packaged)) else {
            throw .noModel(directory: directory)
        }
        return RegisteredModel(
            version: ModelAliases.packaged, path: packaged, sha256: SHA256.hexadecimal(of: data),
            metadata: nil)
    }

    private func changing<Value>(_ body: () throws(StorageError) -> Value) throws(StorageError) -> Value {
        try folder.create()
        return try folder.locked { () throws(StorageError) -> Value in
            try folder.removeUnfinished()
            return try body()
        }
    }

    /// Writes the aliases last, and not at all if the body throws.
    private func changeAliases<Value>(
        _ body: (inout ModelAliases) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try changing { () throws(StorageError) -> Value in
            var aliases = aliases()
            let value = try body(&aliases)
            try write(aliases, to: Self.aliasesName)
            return value
        }
    }

    private func write(_ value: some Encodable, to name: String) throws(StorageError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do { data = try encoder.encode(value) } catch {
            throw .file(path: folder.file(name), reason: "cannot be encoded: \(error.localizedDescription)")
        }
        try folder.replace(name, with: data)
    }
}
