import Foundation

/// Between two looks at something that tells nobody when it changes.
package enum Pause {
    package static func short() { usleep(2000) }

    /// Looks until it is so.
    ///
    /// - Returns: whether it was so within the given seconds.
    package static func until(within seconds: Double, _ isSo: () -> Bool) -> Bool {
        let deadline = ProcessInfo.processInfo.systemUptime + seconds
        while !isSo() {
            guard ProcessInfo.processInfo.systemUptime < deadline else { return false }
            short()
        }
        return true
    }
}
