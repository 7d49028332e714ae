import Messaging
import Synchronization

/// What the node said of itself last, for those who ask. For any thread.
final class NodeStatus: Sendable {
    private let newestInfo = Mutex<InfoMessage?>(nil)
    private let newestHealth = Mutex<HealthMessage?>(nil)

    /// What `info` says.
    var info: InfoMessage? {
        get { newestInfo.withLock { $0 } }
        set { newestInfo.withLock { $0 = newValue } }
    }

    /// What `health` said last; nil before the first message.
    var health: HealthMessage? {
        get { newestHealth.withLock { $0 } }
        set { newestHealth.withLock { $0 = newValue } }
    }
}
