/// `gaitd/{node}/health`: how this node fares, every 10 s.
package struct HealthMessage: JSONMessage {
    /// The connection to the broker.
    package struct MQTT: Codable, Sendable, Equatable {
        package var connected: Bool
        package var reconnects: Int
        package var received: Int
        package var published: Int
        package var queued: Int
        /// Messages lost on their way out or in, by reason; reasons that have not occurred are left out.
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
        package var framesIn: Int
        /// Frames per second.
        package var rate: Double
        /// Frames or poses that were good but not used, such as late ones.
        package var dropped: [String: Int]
        /// Messages or bodies that were refused, by `RejectionReason`; of frames, by what is wrong with them.
        package var rejected: [String: Int]
        /// Seconds since its last message; null before the first.
        package var age: Double?

        package init(
            framesIn: Int = 0, rate: Double = 0, dropped: [String: Int] = [:],
            rejected: [String: Int] = [:], age: Double? = nil
        ) {
            self.framesIn = framesIn
            self.rate = rate
            self.dropped = dropped
            self.rejected = rejected
            self.age = age
        }

        /// Both sources' figures together: a camera's frames, and what became of the people in them.
        package mutating func add(_ other: Source) {
            framesIn += other.framesIn
            rate += other.rate
            dropped.merge(other.dropped, uniquingKeysWith: +)
            rejected.merge(other.rejected, uniquingKeysWith: +)
            age = [age, other.age].compactMap(\.self).min()
        }

        private enum CodingKeys: String, CodingKey {
            case rate, dropped, rejected, age
            case framesIn = "frames_in"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(framesIn, forKey: .framesIn)
            try container.encode(rate, forKey: .rate)
            try container.encode(dropped, forKey: .dropped)
            try container.encode(rejected, forKey: .rejected)
            try container.encode(age, forKey: .age)
        }
    }

    /// Percentiles of one stage, milliseconds; null where nothing has been measured.
    package struct Latency: Codable, Sendable, Equatable {
        package var p50: Double?
        package var p95: Double?
        package var p99: Double?

        package init(p50: Double? = nil, p95: Double? = nil, p99: Double? = nil) {
            self.p50 = p50
            self.p95 = p95
            self.p99 = p99
        }

        private enum CodingKeys: String, CodingKey {
            case p50, p95, p99
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(p50, forKey: .p50)
            try container.encode(p95, forKey: .p95)
            try container.encode(p99, forKey: .p99)
        }
    }

    /// What the classifier did.
    package struct Inference: Codable, Sendable, Equatable {
        /// Batches, and windows in them.
        package var batches: Int
        package var windows: Int
        /// Mean duration per window, milliseconds; null before the first.
        package var meanMilliseconds: Double?
        /// People who were due and had to wait for other messages to be taken in first.
        package var postponed: Int

        package init(
            batches: Int = 0, windows: Int = 0, meanMilliseconds: Double? = nil, postponed: Int = 0
        ) {
            self.batches = batches
            self.windows = windows
            self.meanMilliseconds = meanMilliseconds
            self.postponed = postponed
        }

        private enum CodingKeys: String, CodingKey {
            case batches, windows, postponed
            case meanMilliseconds = "mean_ms"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(batches, forKey: .batches)
            try container.encode(windows, forKey: .windows)
            try container.encode(meanMilliseconds, forKey: .meanMilliseconds)
            try container.encode(postponed, forKey: .postponed)
        }
    }

    /// What came of requests, since the start.
    package struct Requests: Codable, Sendable, Equatable {
        package var received: Int
        package var answered: Int
        /// Answers with an error, by its name; names that have not occurred are left out.
        package var errors: [String: Int]
        /// Labels stored.
        package var labels: Int

        package init(received: Int = 0, answered: Int = 0, errors: [String: Int] = [:], labels: Int = 0) {
            (self.received, self.answered, self.errors, self.labels) = (received, answered, errors, labels)
        }
    }

    /// Who is not read, by request.
    package struct OptOuts: Codable, Sendable, Equatable {
        /// Whether nobody is.
        package var node: Bool
        /// The robots whose people are not.
        package var robots: [String]
        /// How many single people are not.
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
            /// There are no models to find people with; `info` says why.
            case unavailable
            /// No frame has come for a while.
            case idle
            /// Everybody is looked for and followed in every frame.
            case full
            /// The node looks for new people more seldom, or at each person in some frames only, so as to keep up.
            case reduced
            /// Even so it cannot keep up, and frames are dropped.
            case overloaded
        }

        package var state: State
        /// 0 for all that can be done, and up to the least.
        package var effort: Int
        /// Every how many frames new people are looked for in a part of the image.
        package var detectorInterval: Int?
        /// Every how many frames each person is looked at.
        package var landmarkInterval: Int?
        /// Frames of all cameras per second that were looked at.
        package var rate: Double
        /// The share of the time for which the thread was at work, 0...1.
        package var busy: Double
        /// Frames of all cameras that were looked at.
        package var framesIn: Int
        /// Frames that nothing is wrong with and that were not looked at, by reason, of all cameras.
        package var dropped: [String: Int]
        /// By stage: `decode`, `detect`, `landmarks`, and `total` from a frame's arrival to its people's poses.
        package var latency: [String: Latency]

        package init(
            state: State, effort: Int = 0, detectorInterval: Int? = nil, landmarkInterval: Int? = nil,
            rate: Double = 0, busy: Double = 0, framesIn: Int = 0,
            dropped: [String: Int] = [:], latency: [String: Latency] = [:]
        ) {
            self.state = state
            self.effort = effort
            self.detectorInterval = detectorInterval
            self.landmarkInterval = landmarkInterval
            self.rate = rate
            self.busy = busy
            self.framesIn = framesIn
            self.dropped = dropped
            self.latency = latency
        }

        private enum CodingKeys: String, CodingKey {
            case state, effort, busy, dropped, latency
            case detectorInterval = "detector_interval"
            case landmarkInterval = "landmark_interval"
            case rate = "fps"
            case framesIn = "frames_in"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(state, forKey: .state)
            try container.encode(effort, forKey: .effort)
            try container.encode(detectorInterval, forKey: .detectorInterval)
            try container.encode(landmarkInterval, forKey: .landmarkInterval)
            try container.encode(rate, forKey: .rate)
            try container.encode(busy, forKey: .busy)
            try container.encode(framesIn, forKey: .framesIn)
            try container.encode(dropped, forKey: .dropped)
            try container.encode(latency, forKey: .latency)
        }
    }

    /// Seconds since the Unix epoch.
    package var stamp: Double
    /// Seconds since the start.
    package var uptime: Double
    /// Resident memory.
    package var residentBytes: Int
    /// Processor time used per time passed since the last message: 1 is one core.
    package var cpu: Double
    package var threads: Int
    package var mqtt: MQTT
    /// By source, such as `r1/skeletons`.
    package var sources: [String: Source]
    /// People in view.
    package var people: Int
    /// Windows that may still be labelled, of people in view and gone.
    package var windowsKept: Int
    /// Pieces of what is kept for labelling that went before their time for want of memory.
    package var historyEvictions: Int
    /// Nil in what older nodes have written.
    package var requests: Requests?
    /// By stage; `total` is from arrival to publish.
    package var latency: [String: Latency]
    package var inference: Inference
    /// Nil in what older nodes have written.
    package var perception: Perception?
    /// Nil in what older nodes have written.
    package var paused: OptOuts?

    package init(
        stamp: Double, uptime: Double, residentBytes: Int, cpu: Double, threads: Int, mqtt: MQTT,
        sources: [String: Source], people: Int, windowsKept: Int = 0, historyEvictions: Int = 0,
        requests: Requests = Requests(),
        latency: [String: Latency], inference: Inference, perception: Perception? = nil
    ) {
        self.stamp = stamp
        self.uptime = uptime
        self.residentBytes = residentBytes
        self.cpu = cpu
        self.threads = threads
        self.mqtt = mqtt
        self.sources = sources
        self.people = people
        self.windowsKept = windowsKept
        self.historyEvictions = historyEvictions
        self.requests = requests
        self.latency = latency
        self.inference = inference
        self.perception = perception
    }

    private enum CodingKeys: String, CodingKey {
        case stamp, cpu, threads, mqtt, sources, people, latency, inference, requests, perception, paused
        case uptime
        case residentBytes = "rss"
        case windowsKept = "windows_kept"
        case historyEvictions = "history_evictions"
    }
}
