import Foundation

/// Waits for what does not report its changes.
package enum Pause {
    /// Looks every 2 ms until it is so.
    ///
    /// - Returns: whether it was so within the given seconds.
    package static func until(within seconds: Double, _ isSo: () -> Bool) -> Bool {
        let deadline = ProcessInfo.processInfo.systemUptime + seconds
        while !isSo() {
            guard ProcessInfo.processInfo.systemUptime < deadline else { return false }
            usleep(2000)
        }
        return true
    }
}
