/// The latest poses of one person, from which windows at 30 Hz are taken.
///
/// The storage is a ring, 28 kB for sources of up to 36 poses a second, which grows twice, up to 115 kB, for faster
/// sources; otherwise appending allocates nothing. Stamps only move forward: call `reset()` when the source's clock
/// has jumped.
package struct PoseBuffer: Sendable {
    /// The limits of a buffer.
    package struct Options: Sendable, Equatable {
        /// The longest gap between two observations of a joint that is interpolated, seconds, 0...2.5.
        package let maximumGap: Double
        /// The lowest coverage, in 0...1, of a returned window.
        package let minimumCoverage: Float

        package init(maximumGap: Double = 0.3, minimumCoverage: Float = 0.6) {
            self.maximumGap = min(max(maximumGap, 0), 2.5)
            self.minimumCoverage = minimumCoverage
        }
    }

    /// The highest rate whose poses are all kept, per second: 120 with a margin for jitter.
    package static let maximumRate = 150.0
    /// The rate whose poses the storage holds before it grows, per second: 30 with a margin for jitter.
    private static let typicalRate = 36.0
    /// Seconds from a window's first frame to its last.
    package static let windowSeconds = Double(Gait.windowFrames - 1) / Double(Gait.frameRate)

    package let options: Options
    /// The most poses that are kept.
    private let limit: Int
    private var stamps: [Double]
    private(set) var poses: [Pose]
    /// Where the oldest pose is in the ring.
    private var first = 0
    /// The number of poses in the buffer; some may be older than a window needs.
    package private(set) var count = 0

    package init(options: Options = .init()) {
        self.options = options
        // A window needs one pose before its first frame, up to a gap earlier.
        let seconds = PoseBuffer.windowSeconds + options.maximumGap
        limit = Int(seconds * PoseBuffer.maximumRate) + 3
        let capacity = Int(seconds * PoseBuffer.typicalRate) + 3
        stamps = Array(repeating: 0, count: capacity)
        poses = Array(repeating: Pose(), count: capacity)
    }

    /// The stamp of the newest pose, seconds; nil of an empty buffer.
    package var newestStamp: Double? { count == 0 ? nil : stamp(count - 1) }

    /// The newest pose; nil of an empty buffer.
    package var newestPose: Pose? { count == 0 ? nil : pose(count - 1) }

    /// Adds the person's pose at a time in seconds, and drops the oldest pose if the ring is full.
    package mutating func append(_ pose: Pose, at stamp: Double) -> Admission {
        guard stamp.isFinite else { return .invalidStamp }
        guard !pose.present.isEmpty else { return .empty }
        if let newest = newestStamp {
            if stamp < newest { return .late }
            if stamp == newest { return .duplicate }
            if stamp - newest < 1 / PoseBuffer.maximumRate { return .tooFrequent }
        }
        if count == stamps.count {
            if isNeeded(self.stamp(0), until: stamp), count < limit {
                grow()
            } else {
                first = position(1)
                count -= 1
            }
        }
        let place = position(count)
        stamps[place] = stamp
        poses[place] = pose
        count += 1
        return .accepted
    }

    /// Whether a window that ends at `end` may need the pose of this stamp.
    private func isNeeded(_ stamp: Double, until end: Double) -> Bool {
        stamp >= end - PoseBuffer.windowSeconds - options.maximumGap
    }

    /// Doubles the storage, with the oldest pose at its start.
    private mutating func grow() {
        let added = min(stamps.count, limit - stamps.count)
        stamps = Array(stamps[first...] + stamps[..<first]) + Array(repeating: 0, count: added)
        poses = Array(poses[first...] + poses[..<first]) + Array(repeating: Pose(), count: added)
        first = 0
    }

    /// Makes a joint missing in the pose that is `index` poses after the oldest.
    mutating func remove(_ joint: Joint, _ index: Int) { poses[position(index)].remove(joint) }

    /// Removes all poses, for example after a jump of the source's clock. The storage is kept.
    package mutating func reset() {
        first = 0
        count = 0
    }

    /// The stamp of the pose that is `index` poses after the oldest.
    func stamp(_ index: Int) -> Double { stamps[position(index)] }

    /// The pose that is `index` poses after the oldest.
    func pose(_ index: Int) -> Pose { poses[position(index)] }

    /// The joint's position in the pose that is `index` poses after the oldest.
    func joint(_ joint: Joint, _ index: Int) -> SIMD3<Float> { poses[position(index)][joint] }

    /// The first pose at or after `index` in which the joint is present.
    func sighting(of joint: Joint, from index: Int) -> Int? {
        var index = index
        while index < count {
            if poses[position(index)].present.contains(joint) { return index }
            index += 1
        }
        return nil
    }

    /// The place in the ring of the pose that is `index` poses after the oldest.
    private func position(_ index: Int) -> Int {
        let position = first + index
        return position < stamps.count ? position : position - stamps.count
    }
}

extension PoseBuffer {
    /// The 75 frames at 30 Hz that end at the newest stamp; only their coordinates are allocated.
    ///
    /// Between two observations of a joint its position is interpolated; before the first and after the last it keeps
    /// its offset from the root. A frame counts as covered if no joint's gap around it is longer than `maximumGap`
    /// and no joint is still unseen.
    ///
    /// - Returns: nil if there are fewer than two poses, a joint was never seen, or the coverage is below
    ///   `minimumCoverage`.
    package func window() -> GaitWindow? {
        guard let end = newestStamp, let (gait, coverage) = resampled(frames: Gait.windowFrames, until: end),
            coverage >= options.minimumCoverage
        else { return nil }
        return GaitWindow(gait: gait, start: end - PoseBuffer.windowSeconds, end: end, coverage: coverage)
    }

    /// The frames at 30 Hz that end at the newest stamp, regardless of coverage; nil if there are fewer than two
    /// poses or a joint was never seen.
    ///
    /// - Parameter frames: 2...128.
    package func gait(frames: Int) -> Gait? {
        newestStamp.flatMap { resampled(frames: min(max(frames, 2), UInt128.bitWidth), until: $0) }?.gait
    }

    private func resampled(frames: Int, until end: Double) -> (gait: Gait, coverage: Float)? {
        var coordinates = [Float](repeating: 0, count: frames * Gait.valuesPerFrame)
        let coverage = resample(Joint.allCases, frames: frames, until: end) { sample in
            let start = sample.frame * Gait.valuesPerFrame + sample.joint.rawValue * 3
            coordinates[start] = sample.position.x
            coordinates[start + 1] = sample.position.y
            coordinates[start + 2] = sample.position.z
        }
        return coverage.map { (Gait(validated: coordinates), $0) }
    }

    /// One joint in one frame of a window.
    struct Sample {
        let joint: Joint
        let frame: Int
        let position: SIMD3<Float>
        /// Whether the joint was seen then, or before and after within the longest gap.
        let isSeen: Bool
    }

    /// Takes the frames at 30 Hz that end at a time, joint by joint.
    ///
    /// - Parameters:
    ///   - joints: the root first.
    ///   - frames: 2...128.
    ///   - take: gets every joint of every frame.
    /// - Returns: the share of the frames, in 0...1, in which all joints are covered; nil if there are fewer than two poses
    ///   or one of the joints was never seen.
    func resample(_ joints: [Joint], frames: Int, until end: Double, take: (Sample) -> Void) -> Float? {
        let start = end - Double(frames - 1) / Double(Gait.frameRate)
        // Older poses belong to an earlier time of this person in view: nothing is interpolated from them.
        var oldest = 0
        while stamp(oldest) < start - options.maximumGap { oldest += 1 }
        guard count - oldest >= 2 else { return nil }

        // A bit for each frame in which a joint is not covered.
        var uncovered: UInt128 = 0
        var roots = InlineArray<128, SIMD3<Float>>(repeating: .zero)
        for joint in joints {
            guard var track = JointTrack(joint, in: self, from: oldest) else { return nil }
            for frame in 0..<frames {
                let time = end - Double(frames - 1 - frame) / Double(Gait.frameRate)
                let (position, isCovered) = track.position(
                    at: time, beside: joint == .root ? nil : roots[frame], in: self)
                if joint == .root { roots[frame] = position }
                if !isCovered { uncovered |= 1 << UInt128(frame) }
                take(
                    Sample(
                        joint: joint, frame: frame, position: position,
                        isSeen: isCovered && track.isSeen(at: time, in: self)))
            }
        }
        return 1 - Float(uncovered.nonzeroBitCount) / Float(frames)
    }
}

/// The 2.5 s of a person's walk that end at the newest pose.
package struct GaitWindow: Sendable, Equatable {
    /// 75 frames at 30 Hz, in the coordinates of the source.
    package let gait: Gait
    /// The stamp of the first frame, seconds.
    package let start: Double
    /// The stamp of the last frame, which is that of the newest pose, seconds.
    package let end: Double
    /// The share of the frames, in 0...1, in which every joint was seen or interpolated over a short gap.
    package let coverage: Float

    package init(gait: Gait, start: Double, end: Double, coverage: Float) {
        self.gait = gait
        self.start = start
        self.end = end
        self.coverage = coverage
    }
}

/// What a pose buffer did with a pose. All but `accepted` mean that it was dropped.
package enum Admission: String, CaseIterable, Sendable {
    case accepted
    /// The stamp is before the newest pose's.
    case late
    /// The stamp is the newest pose's.
    case duplicate
    /// The stamp is closer to the newest pose's than at the highest rate that the buffer holds.
    case tooFrequent = "too_frequent"
    /// No joint is present.
    case empty
    /// The stamp is not finite.
    case invalidStamp = "invalid_stamp"
}
