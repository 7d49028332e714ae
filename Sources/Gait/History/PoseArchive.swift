/// Everyone's poses of the last few minutes, within one memory budget. A pose buffer can reconstruct a window from
/// them.
///
/// A *tracklet* holds one person's poses while in view, with stamps that only move forward. Poses are stored in
/// chunks that are reused from tracklet to tracklet: appending takes less than a microsecond and allocates nothing
/// once the chunks exist. When the budget is used up, the oldest chunk of all goes first.
package struct PoseArchive: Sendable {
    /// Poses of a tracklet that are kept per second, in the mean; of a faster source some are left out.
    package static let maximumRate = 35.0
    /// Number of poses that may exceed that rate, so that an uneven source loses none.
    private static let burst = 8.0
    private static let chunkCapacity = 64
    /// Memory of a chunk, including the allocator's overhead.
    static let chunkBytes = chunkCapacity * MemoryLayout<QuantizedPose>.stride + 96

    private struct Chunk: Sendable {
        var poses: [QuantizedPose] = []
        /// The tracklet's next, newer chunk.
        var next: Int?
        var newestArrival = 0.0
    }

    private struct Tracklet: Sendable {
        /// What the tracklet is called outside: its place in `tracklets`, and how many were there before it.
        var number: Int
        var isKept = true
        var first: Int?
        var last: Int?
        var newestStamp = -Double.infinity
        /// The newest stamp that was dropped.
        var lostStamp = -Double.infinity
        /// Number of poses that may be kept now.
        var credit = PoseArchive.burst
    }

    private let maximumChunks: Int
    private var chunks: [Chunk] = []
    private var free: [Int] = []
    /// Not a dictionary by number: its entries cannot be changed without an allocation.
    private var tracklets: [Tracklet] = []
    private var freeTracklets: [Int] = []
    /// Chunks that were dropped early to free memory.
    package private(set) var evictions = 0

    /// - Parameter budget: bytes; at least one chunk of 64 poses is kept.
    package init(budget: Int) {
        maximumChunks = max(budget / Self.chunkBytes, 1)
    }

    /// Bytes in use or set aside.
    package var bytes: Int { chunks.count * Self.chunkBytes }

    /// Begins a tracklet, and gives it a number.
    package mutating func begin() -> Int {
        guard let place = freeTracklets.popLast() else {
            tracklets.append(Tracklet(number: tracklets.count))
            return tracklets.count - 1
        }
        tracklets[place] = Tracklet(number: tracklets[place].number + 1 << 32)
        return tracklets[place].number
    }

    /// Keeps a pose, unless the tracklet's poses come faster than is kept.
    ///
    /// - Parameters:
    ///   - stamp: after that of the tracklet's newest pose; others are not kept.
    ///   - isNeeded: whether the pose must be kept regardless of the rate, because a window ends with it.
    ///   - arrival: monotonic seconds.
    package mutating func append(
        _ pose: Pose, at stamp: Double, to tracklet: Int, isNeeded: Bool = false, arrival: Double
    ) {
        guard let tracklet = place(of: tracklet), stamp > tracklets[tracklet].newestStamp else { return }
        let newest = tracklets[tracklet].newestStamp
        let gained = newest.isFinite ? (stamp - newest) * Self.maximumRate : 0
        let credit = min(tracklets[tracklet].credit + gained, Self.burst)
        guard credit >= 1 || isNeeded else { return }
        guard let place = placeForPose(of: tracklet) else { return }
        if chunks[place].poses.capacity == 0 { chunks[place].poses.reserveCapacity(Self.chunkCapacity) }
        chunks[place].poses.append(QuantizedPose(pose, at: stamp))
        chunks[place].newestArrival = arrival
        tracklets[tracklet].newestStamp = stamp
        tracklets[tracklet].credit = max(credit - 1, 0)
    }

    /// The tracklet's window that ends with the pose of this stamp; nil if its poses are not all kept, or it
    /// was none.
    package func window(of tracklet: Int, endingAt end: Double, options: PoseBuffer.Options = .init())
        -> GaitWindow?
    {
        guard var buffer = buffer(of: tracklet, endingAt: end, options) else { return nil }
        buffer.removeOutlyingJoints()
        return buffer.window()
    }

    /// The same of a tracklet of ``ImagePose``s.
    package func imageWindow(
        of tracklet: Int, endingAt end: Double, options: PoseBuffer.Options = .init()
    ) -> ImageWindow? {
        buffer(of: tracklet, endingAt: end, options)?.imageWindow()
    }

    /// The poses of the window that ends with the pose of this stamp.
    private func buffer(
        of tracklet: Int, endingAt end: Double, _ options: PoseBuffer.Options
    ) -> PoseBuffer? {
        guard let known = place(of: tracklet), holdsWindow(of: tracklet, endingAt: end, options: options)
        else {
            return nil
        }
        let oldest = end - PoseBuffer.windowSeconds - options.maximumGap
        var buffer = PoseBuffer(options: options)
        var next = tracklets[known].first
        while let chunk = next {
            for kept in chunks[chunk].poses where kept.stamp >= oldest && kept.stamp <= end {
                _ = buffer.append(kept.pose, at: kept.stamp)
            }
            next = chunks[chunk].next
        }
        return buffer.newestStamp == end ? buffer : nil
    }

    /// Whether all poses of the window are still kept.
    package func holdsWindow(
        of tracklet: Int, endingAt end: Double, options: PoseBuffer.Options = .init()
    ) -> Bool {
        guard let place = place(of: tracklet) else { return false }
        return end - PoseBuffer.windowSeconds - options.maximumGap > tracklets[place].lostStamp
    }

    /// Releases chunks whose newest pose arrived before a time.
    package mutating func expire(before arrival: Double) {
        for tracklet in tracklets.indices {
            while let first = tracklets[tracklet].first, chunks[first].newestArrival < arrival {
                releaseFirst(of: tracklet)
            }
        }
    }

    /// Lets go of a tracklet and all its poses.
    package mutating func forget(_ tracklet: Int) {
        guard let place = place(of: tracklet) else { return }
        while tracklets[place].first != nil { releaseFirst(of: place) }
        tracklets[place].isKept = false
        freeTracklets.append(place)
    }

    /// Where in `tracklets` the tracklet of a number is; nil if it is kept no longer.
    private func place(of number: Int) -> Int? {
        let place = number & 0xFFFF_FFFF
        guard place < tracklets.count, tracklets[place].isKept, tracklets[place].number == number else {
            return nil
        }
        return place
    }

    // MARK: - Chunks

    /// The tracklet's newest chunk, a new one where that is full.
    private mutating func placeForPose(of tracklet: Int) -> Int? {
        if let last = tracklets[tracklet].last, chunks[last].poses.count < Self.chunkCapacity { return last }
        guard let place = takeChunk() else { return nil }
        // Asked for after taking, which may have been from this very tracklet.
        if let last = tracklets[tracklet].last {
            chunks[last].next = place
        } else {
            tracklets[tracklet].first = place
        }
        tracklets[tracklet].last = place
        return place
    }

    private mutating func takeChunk() -> Int? {
        if free.isEmpty, chunks.count < maximumChunks {
            chunks.append(Chunk())
            return chunks.count - 1
        }
        if free.isEmpty, let oldest = trackletOfOldestChunk() {
            evictions += 1
            releaseFirst(of: oldest)
        }
        return free.popLast()
    }

    private func trackletOfOldestChunk() -> Int? {
        var (oldest, found) = (Double.infinity, Int?.none)
        for place in tracklets.indices {
            guard let first = tracklets[place].first, chunks[first].newestArrival < oldest else { continue }
            (oldest, found) = (chunks[first].newestArrival, place)
        }
        return found
    }

    private mutating func releaseFirst(of tracklet: Int) {
        guard let first = tracklets[tracklet].first else { return }
        let next = chunks[first].next
        tracklets[tracklet].lostStamp = chunks[first].poses.last?.stamp ?? -.infinity
        tracklets[tracklet].first = next
        if next == nil { tracklets[tracklet].last = nil }
        chunks[first].poses.removeAll(keepingCapacity: true)
        chunks[first].next = nil
        free.append(first)
    }
}

/// A pose and its stamp in 112 bytes, for storing many: one joint at full precision, the others relative to it in
/// steps of 0.1 mm.
struct QuantizedPose {
    /// Steps per meter.
    private static let resolution: Float = 10_000

    let stamp: Double
    /// The root, or else the first joint that is present, meters; apart, since a vector would be padded.
    private let x: Float
    private let y: Float
    private let z: Float
    /// The joints after the root, relative to it, in steps.
    private var offsets = InlineArray<45, Int16>(repeating: 0)
    private var present: JointSet

    /// A joint further than 3.2 m from the root cannot be a limb and is stored as missing.
    init(_ pose: Pose, at stamp: Double) {
        self.stamp = stamp
        present = pose.present
        let first = present.rawValue.trailingZeroBitCount
        let base = first < Joint.count ? pose.positions[first] : .zero
        (x, y, z) = (base.x, base.y, base.z)
        for joint in 1..<Joint.count where present.rawValue & 1 << UInt16(joint) != 0 {
            let steps = ((pose.positions[joint] - base) * Self.resolution).rounded(.toNearestOrEven)
            guard abs(steps.x) < 32_767, abs(steps.y) < 32_767, abs(steps.z) < 32_767 else {
                present.remove(JointSet(rawValue: 1 << UInt16(joint)))
                continue
            }
            offsets[joint * 3 - 3] = Int16(steps.x)
            offsets[joint * 3 - 2] = Int16(steps.y)
            offsets[joint * 3 - 1] = Int16(steps.z)
        }
    }

    /// The pose, each joint within 0.1 mm.
    var pose: Pose {
        let base = SIMD3(x, y, z)
        var positions = InlineArray<16, SIMD3<Float>>(repeating: base)
        for joint in 1..<Joint.count {
            let start = joint * 3 - 3
            let steps = SIMD3(Float(offsets[start]), Float(offsets[start + 1]), Float(offsets[start + 2]))
            positions[joint] = base + steps / Self.resolution
        }
        return Pose(positions: positions, present: present)
    }
}
