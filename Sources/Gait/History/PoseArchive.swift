/// The poses of everybody in the last minutes, within one budget of memory: from them windows are made again
/// by the buffer that made them first.
///
/// A *stay* is what one person did while in view, with stamps that only move forward. Poses are stored in
/// chunks that are handed from stay to stay: appending takes less than a microsecond, and allocates nothing
/// once the chunks are there. When the budget is used up, the oldest chunk of all goes first.
package struct PoseArchive: Sendable {
    /// Poses of a stay that are kept per second, in the mean; of a faster source some are left out.
    package static let maximumRate = 35.0
    /// Poses that may follow each other faster than that, so that an uneven source loses none.
    private static let burst = 8.0
    private static let chunkCapacity = 64
    /// Memory of a chunk, with what the allocator adds.
    static let chunkBytes = chunkCapacity * MemoryLayout<QuantizedPose>.stride + 96

    private struct Chunk: Sendable {
        var poses: [QuantizedPose] = []
        /// The stay's next, newer chunk.
        var next: Int?
        var newestArrival = 0.0
    }

    private struct Tracklet: Sendable {
        /// What the stay is called outside: its place in `stays`, and how many were there before it.
        var number: Int
        var isKept = true
        var first: Int?
        var last: Int?
        var newestStamp = -Double.infinity
        /// The newest stamp that is no longer kept.
        var lostStamp = -Double.infinity
        /// Poses that may be kept now.
        var credit = PoseArchive.burst
    }

    private let maximumChunks: Int
    private var chunks: [Chunk] = []
    private var free: [Int] = []
    /// Not by number in a dictionary, whose entries cannot be changed without an allocation.
    private var stays: [Tracklet] = []
    private var freeStays: [Int] = []
    /// Chunks that went before their time for want of memory.
    package private(set) var evictions = 0

    /// - Parameter budget: bytes; at least one chunk of 64 poses is kept.
    package init(budget: Int) {
        maximumChunks = max(budget / Self.chunkBytes, 1)
    }

    /// Bytes in use or set aside.
    package var bytes: Int { chunks.count * Self.chunkBytes }

    /// Begins a stay, and gives it a number.
    package mutating func begin() -> Int {
        guard let place = freeStays.popLast() else {
            stays.append(Tracklet(number: stays.count))
            return stays.count - 1
        }
        stays[place] = Tracklet(number: stays[place].number + 1 << 32)
        return stays[place].number
    }

    /// Keeps a pose, unless the stay's poses come faster than is kept.
    ///
    /// - Parameters:
    ///   - stamp: after that of the stay's newest pose; others are not kept.
    ///   - isNeeded: whether the pose has to be kept however fast they come, since a window ends with it.
    ///   - arrival: monotonic seconds.
    package mutating func append(
        _ pose: Pose, at stamp: Double, to stay: Int, isNeeded: Bool = false, arrival: Double
    ) {
        guard let stay = place(of: stay), stamp > stays[stay].newestStamp else { return }
        let newest = stays[stay].newestStamp
        let gained = newest.isFinite ? (stamp - newest) * Self.maximumRate : 0
        let credit = min(stays[stay].credit + gained, Self.burst)
        guard credit >= 1 || isNeeded else { return }
        guard let place = placeForPose(of: stay) else { return }
        if chunks[place].poses.capacity == 0 { chunks[place].poses.reserveCapacity(Self.chunkCapacity) }
        chunks[place].poses.append(QuantizedPose(pose, at: stamp))
        chunks[place].newestArrival = arrival
        stays[stay].newestStamp = stamp
        stays[stay].credit = max(credit - 1, 0)
    }

    /// The stay's window that ends with the pose of this stamp; nil where its poses are not all kept, or it
    /// was none.
    package func window(of stay: Int, endingAt end: Double, options: PoseBuffer.Options = .init())
        -> GaitWindow?
    {
        guard let known = place(of: stay), holdsWindow(of: stay, endingAt: end, options: options) else {
            return nil
        }
        let oldest = end - PoseBuffer.windowSeconds - options.maximumGap
        var buffer = PoseBuffer(options: options)
        var next = stays[known].first
        while let chunk = next {
            for kept in chunks[chunk].poses where kept.stamp >= oldest && kept.stamp <= end {
                _ = buffer.append(kept.pose, at: kept.stamp)
            }
            next = chunks[chunk].next
        }
        return buffer.newestStamp == end ? buffer.window() : nil
    }

    /// Whether no pose of the window has been let go of.
    package func holdsWindow(
        of stay: Int, endingAt end: Double, options: PoseBuffer.Options = .init()
    ) -> Bool {
        guard let place = place(of: stay) else { return false }
        return end - PoseBuffer.windowSeconds - options.maximumGap > stays[place].lostStamp
    }

    /// Lets go of chunks whose newest pose arrived before a time.
    package mutating func expire(before arrival: Double) {
        for stay in stays.indices {
            while let first = stays[stay].first, chunks[first].newestArrival < arrival {
                releaseFirst(of: stay)
            }
        }
    }

    /// Lets go of a stay and all its poses.
    package mutating func forget(_ stay: Int) {
        guard let place = place(of: stay) else { return }
        while stays[place].first != nil { releaseFirst(of: place) }
        stays[place].isKept = false
        freeStays.append(place)
    }

    /// Where in `stays` the stay of a number is; nil where it is kept no longer.
    private func place(of number: Int) -> Int? {
        let place = number & 0xFFFF_FFFF
        guard place < stays.count, stays[place].isKept, stays[place].number == number else { return nil }
        return place
    }

    // MARK: - Chunks

    /// The stay's newest chunk, a new one where that is full.
    private mutating func placeForPose(of stay: Int) -> Int? {
        if let last = stays[stay].last, chunks[last].poses.count < Self.chunkCapacity { return last }
        guard let place = takeChunk() else { return nil }
        // Asked for after taking, which may have been from this very stay.
        if let last = stays[stay].last {
            chunks[last].next = place
        } else {
            stays[stay].first = place
        }
        stays[stay].last = place
        return place
    }

    private mutating func takeChunk() -> Int? {
        if free.isEmpty, chunks.count < maximumChunks {
            chunks.append(Chunk())
            return chunks.count - 1
        }
        if free.isEmpty, let oldest = stayOfOldestChunk() {
            evictions += 1
            releaseFirst(of: oldest)
        }
        return free.popLast()
    }

    private func stayOfOldestChunk() -> Int? {
        var (oldest, found) = (Double.infinity, Int?.none)
        for place in stays.indices {
            guard let first = stays[place].first, chunks[first].newestArrival < oldest else { continue }
            (oldest, found) = (chunks[first].newestArrival, place)
        }
        return found
    }

    private mutating func releaseFirst(of stay: Int) {
        guard let first = stays[stay].first else { return }
        let next = chunks[first].next
        stays[stay].lostStamp = chunks[first].poses.last?.stamp ?? -.infinity
        stays[stay].first = next
        if next == nil { stays[stay].last = nil }
        chunks[first].poses.removeAll(keepingCapacity: true)
        chunks[first].next = nil
        free.append(first)
    }
}
