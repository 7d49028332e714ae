/// `gaitd/{node}/health`: how this node is doing, every 10 s.
package struct HealthMessage: JSONMessage, Encodable {
    /// The connection to the broker.
    package struct MQTT: Codable, Sendable, Equatable {
        package var connected: Bool
        package var reconnects: Int
        package var received: Int
        package var published: Int
        package var queued: Int
        /// Messages lost on their way out or in, by reason. Reasons that have not occurred are left out.
        package var dropped: [String: Int]

        package init(_ statistics: MQTTClient.Statistics) {
            connected = statistics.connected
            reconnects = statistics.reconnects
            received = statistics.received
            published = statistics.published
            queued = statistics.queued
            dropped = [
                "oversized": statistics.oversized,
                "queue_full": statistics.droppedQueueFull,
                "expired": statistics.droppedExpired,
                "unconnected": statistics.droppedUnconnected,
                "refused": statistics.refused,
                "abandoned": statistics.abandoned,
            ].filter { $0.value > 0 }
        }
    }

    /// One source of skeletons or frames. Reasons that have not occurred are left out.
    package struct Source: Codable, Sendable, Equatable {
        package var framesIn = 0
        /// Those of them that were JPEGs with a little damage, such as stray bytes.
        package var repaired = 0
        /// Frames per second.
        package var rate = 0.0
        /// Good frames or poses that were not used, such as late ones.
        package var dropped: [String: Int] = [:]
        /// Messages or bodies that were rejected, by `RejectionReason`; frames by their fault.
        package var rejected: [String: Int] = [:]
        /// Emotion messages without an emotion, by `UnreadReason`.
        package var unread: [String: Int] = [:]
        /// Seconds since its last message; null before the first.
        @ExplicitNull package var age: Double? = nil

        package init() {}

        /// Adds the counts of another source: a camera's frames, and the people in them.
        package mutating func add(_ other: Source) {
            framesIn += other.framesIn
            repaired += other.repaired
            rate += other.rate
            dropped.merge(other.dropped, uniquingKeysWith: +)
            rejected.merge(other.rejected, uniquingKeysWith: +)
            unread.merge(other.unread, uniquingKeysWith: +)
            age = [age, other.age].compactMap(\.self).min()
        }

        private enum CodingKeys: String, CodingKey {
            case repaired, rate, dropped, rejected, unread, age
            case framesIn = "frames_in"
        }
    }

    /// Percentiles of one stage, milliseconds; null if nothing has been measured.
    package struct Latency: Codable, Sendable, Equatable {
        @ExplicitNull package var p50: Double?
        @ExplicitNull package var p95: Double?
        @ExplicitNull package var p99: Double?

        package init(p50: Double? = nil, p95: Double? = nil, p99: Double? = nil) {
            (self.p50, self.p95, self.p99) = (p50, p95, p99)
        }
    }

    /// The classifier's work.
    package struct Inference: Codable, Sendable, Equatable {
        /// Batches, and windows in them.
        package var batches = 0
        package var windows = 0
        /// Mean duration per window, milliseconds; null before the first.
        @ExplicitNull package var meanMilliseconds: Double? = nil
        /// People who were due and had to wait until other messages had been read.
        package var postponed = 0
        /// The published emotions by their state.
        package var states = EmotionStateCounts()

        package init() {}

        private enum CodingKeys: String, CodingKey {
            case batches, windows, postponed, states
            case meanMilliseconds = "mean_ms"
        }
    }

    /// Requests and their outcomes since the start.
    package struct Requests: Codable, Sendable, Equatable {
        package var received = 0
        package var answered = 0
        /// Answers with an error, by its name; names that have not occurred are left out.
        package var errors: [String: Int] = [:]
        /// Labels stored.
        package var labels = 0

        package init() {}
    }

    /// What becomes of labeled gaits that are as old as `store.retention_days`.
    package struct Retention: Codable, Sendable, Equatable {
        /// Why nothing is deleted for its age at present.
        package enum Reason: String, Codable, Sendable {
            /// The system's clock is not synchronized.
            case clockUnsynchronized = "clock_unsynchronized"
            /// It is behind the time at which something was stored.
            case clockBehind = "clock_behind"
            /// It was set, or the node was off, by more than a day: it is watched for a day.
            case clockJumped = "clock_jumped"
            /// The gaits have been announced for less than a day.
            case announced
        }

        /// Gaits that are going to be deleted within a day.
        package var due = 0
        /// When the next of them is deleted, seconds since the Unix epoch; null if none is due.
        @ExplicitNull package var next: Double? = nil
        /// Null if nothing keeps due gaits from being deleted.
        @ExplicitNull package var waiting: Reason? = nil

        package init() {}
    }

    package struct OptOuts: Codable, Sendable, Equatable {
        /// Whether the whole node is paused.
        package var node: Bool
        /// The robots whose people are paused.
        package var robots: [String]
        /// How many single people are paused.
        package var people: Int

        package init(node: Bool = false, robots: [String] = [], people: Int = 0) {
            (self.node, self.robots, self.people) = (node, robots, people)
        }
    }

    /// How the node keeps up with its cameras.
    package struct Perception: Codable, Sendable, Equatable {
        package enum State: String, Codable, Sendable {
            /// `perception.enabled` is false.
            case off
            /// There are no pose models; `info` says why.
            case unavailable
            /// No frame has arrived for a while.
            case idle
            /// The node searches and follows people in every frame.
            case full
            /// To keep up, the node searches for new people less often, or follows each person in some frames only.
            case reduced
            /// The node cannot keep up even so, and drops frames.
            case overloaded
        }

        package var state: State
        /// The step of reduction: 0 is full effort.
        package var effort = 0
        /// Frames from one search for new people, in a part of the image, to the next.
        @ExplicitNull package var detectorInterval: Int? = nil
        /// Frames from one look at a person to the next.
        @ExplicitNull package var landmarkInterval: Int? = nil
        /// Processed frames per second, of all cameras.
        package var rate = 0.0
        /// The share of time that the thread was working, 0...1.
        package var busy = 0.0
        /// Processed frames of all cameras.
        package var framesIn = 0
        /// Good frames that were not processed, by reason, of all cameras.
        package var dropped: [String: Int] = [:]
        /// By stage: `decode`, `detect`, `landmarks`, and `total` from a frame's arrival to its people's poses.
        package var latency: [String: Latency] = [:]

        package init(state: State) { self.state = state }

        private enum CodingKeys: String, CodingKey {
            case state, effort, busy, dropped, latency
            case detectorInterval = "detector_interval"
            case landmarkInterval = "landmark_interval"
            case rate = "fps"
            case framesIn = "frames_in"
        }
    }

    /// Seconds since the Unix epoch.
    package var stamp = 0.0
    /// Seconds since the start.
    package var uptime = 0.0
    /// Resident memory.
    package var residentBytes = 0
    /// Processor time per elapsed time since the last message: 1 is one core.
    package var cpu = 0.0
    package var threads = 0
    package var mqtt: MQTT
    /// By source, such as `r1/skeletons`.
    package var sources: [String: Source] = [:]
    /// People in view.
    package var people = 0
    /// Windows that may still be labeled, of people in view and gone.
    package var windowsKept = 0
    /// Parts of the labeling history that were evicted early because memory ran short.
    package var historyEvictions = 0
    package var requests = Requests()
    /// By stage; `total` is from arrival to publish.
    package var latency: [String: Latency] = [:]
    package var inference = Inference()
    package var perception = Perception(state: .off)
    package var paused = OptOuts()
    /// Null if no gaits are stored, or none is deleted for its age.
    @ExplicitNull package var retention: Retention? = nil

    package init(mqtt: MQTT) { self.mqtt = mqtt }

    private enum CodingKeys: String, CodingKey {
        case stamp, uptime, cpu, threads, mqtt, sources, people, latency, inference, requests, perception
        case paused, retention
        case residentBytes = "rss"
        case windowsKept = "windows_kept"
        case historyEvictions = "history_evictions"
    }
}
