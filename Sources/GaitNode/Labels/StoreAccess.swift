import Foundation
import Storage
import Synchronization

/// The gait store, opened at first use and retried after a failure: a full disk or a damaged file must not keep the
/// node from recognizing emotions. For any thread except the cooperative pool's.
final class StoreAccess: Sendable {
    let configuration: NodeConfiguration.Store
    private let opened = Mutex<GaitStore?>(nil)

    init(_ configuration: NodeConfiguration.Store) {
        self.configuration = configuration
    }

    var isConfigured: Bool { configuration.path != nil }

    /// Whether the store's file exists, from this run or an earlier one.
    var isThere: Bool { configuration.path.map(FileManager.default.fileExists) ?? false }

    /// The store.
    ///
    /// - Throws: `RequestFailure` if none is configured, `StorageError` if it cannot be opened.
    func store() throws -> GaitStore {
        guard let path = configuration.path else {
            throw RequestFailure(
                .noStore, "this node stores no gaits: set 'store.path' in its configuration")
        }
        return try opened.withLock { opened in
            if let opened { return opened }
            let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            } catch {
                let reason = PathPermission.fault(of: folder) ?? "it cannot be created"
                throw StorageError.file(path: folder, reason: reason)
            }
            let store = try GaitStore(
                path: path, minimumFreeBytes: configuration.minimumFreeMegabytes << 20)
            opened = store
            return store
        }
    }
}
