extension HealthMessage {
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
}
