/// The latest poses of one person, from which windows at 30 Hz are taken.
///
/// The storage is a ring, 28 kB for sources of up to 36 poses a second, which grows twice, up to 115 kB, where
/// they come faster; otherwise appending allocates nothing. Stamps only move forward: whoever decides that a
/// source's clock has jumped calls `reset()`.
package struct PoseBuffer: Sendable {
    /// The limits of a buffer.
    package struct Options: Sendable, Equatable {
        /// The longest time between two sightings of a joint that is interpolated, seconds, 0...2.5.
        package let maximumGap: Double
        /// The lowest coverage, in 0...1, of a window that is given out.
        package let minimumCoverage: Float

        package init(maximumGap: Double = 0.3, minimumCoverage: Float = 0.6) {
            self.maximumGap = min(max(maximumGap, 0), 2.5)
            self.minimumCoverage = minimumCoverage
        }
    }

    /// The highest rate whose poses are all kept, per second: 120 with a margin for jitter.
    package static let maximumRate = 150.0
    /// The rate whose poses the storage holds before it grows, per second: 30 with a margin for jitter.
    private static let usualRate = 36.0
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
        let capacity = Int(seconds * PoseBuffer.usualRate) + 3
        stamps = Array(repeating: 0, count: capacity)
        poses = Array(repeating: Pose(), count: capacity)
    }

    /// The stamp of the newest pose, seconds; nil of an empty buffer.
    package var newestStamp: Double? { count == 0 ? nil : stamp(count - 1) }

    /// The newest pose; nil of an empty buffer.
    package var newestPose: Pose? { count == 0 ? nil : pose(count - 1) }

    /// Takes in the person's pose at a time in seconds, and forgets the oldest where the ring is full.
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

    /// Doubles the storage, the oldest pose at its beginning.
    private mutating func grow() {
        let added = min(stamps.count, limit - stamps.count)
        stamps = Array(stamps[first...] + stamps[..<first]) + Array(repeating: 0, count: added)
        poses = Array(poses[first...] + poses[..<first]) + Array(repeating: Pose(), count: added)
        first = 0
    }

    /// Forgets all poses, such as after a jump of the source's clock. The storage stays.
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
