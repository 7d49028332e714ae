extension PoseBuffer {
    /// The 75 frames at 30 Hz that end at the newest stamp; only their coordinates are allocated.
    ///
    /// Between two sightings of a joint its position is interpolated, before the first and after the last it
    /// is held beside the root. A frame counts as covered where no joint's gap around it is longer than
    /// `maximumGap`, nor is before the joint's first sighting.
    ///
    /// - Returns: nil where there are fewer than two poses, a joint was never seen, or the coverage is below
    ///   `minimumCoverage`.
    package func window() -> GaitWindow? {
        guard let end = newestStamp, let (gait, coverage) = resampled(frames: Gait.windowFrames, until: end),
            coverage >= options.minimumCoverage
        else { return nil }
        return GaitWindow(gait: gait, start: end - PoseBuffer.windowSeconds, end: end, coverage: coverage)
    }

    /// The frames at 30 Hz that end at the newest stamp, however much of them is covered; nil where there are
    /// fewer than two poses or a joint was never seen.
    ///
    /// - Parameter frames: 2...128.
    package func gait(frames: Int) -> Gait? {
        newestStamp.flatMap { resampled(frames: min(max(frames, 2), UInt128.bitWidth), until: $0) }?.gait
    }

    private func resampled(frames: Int, until end: Double) -> (gait: Gait, coverage: Float)? {
        let start = end - Double(frames - 1) / Double(Gait.frameRate)
        // Older poses belong to another stay of this person in view: nothing is interpolated from them.
        var oldest = 0
        while stamp(oldest) < start - options.maximumGap { oldest += 1 }
        guard count - oldest >= 2 else { return nil }

        var coordinates = [Float](repeating: 0, count: frames * Gait.valuesPerFrame)
        var uncovered: UInt128 = 0
        for joint in Joint.allCases {
            guard write(joint, from: oldest, until: end, to: &coordinates, uncovered: &uncovered) else {
                return nil
            }
        }
        let coverage = 1 - Float(uncovered.nonzeroBitCount) / Float(frames)
        return (Gait(validated: coordinates), coverage)
    }

    /// Writes the joint's positions in all frames, and sets the bit of each frame in which it is not covered.
    ///
    /// - Returns: whether the joint was seen at all.
    private func write(
        _ joint: Joint, from oldest: Int, until end: Double, to coordinates: inout [Float],
        uncovered: inout UInt128
    ) -> Bool {
        guard var track = JointTrack(joint, in: self, from: oldest) else { return false }
        let frames = coordinates.count / Gait.valuesPerFrame
        for frame in 0..<frames {
            let time = end - Double(frames - 1 - frame) / Double(Gait.frameRate)
            let row = frame * Gait.valuesPerFrame
            // The root is the first joint to be written.
            let root = SIMD3(coordinates[row], coordinates[row + 1], coordinates[row + 2])
            let (position, isCovered) = track.position(
                at: time, beside: joint == .root ? nil : root, in: self)
            if !isCovered { uncovered |= 1 << UInt128(frame) }
            let start = row + joint.rawValue * 3
            coordinates[start] = position.x
            coordinates[start + 1] = position.y
            coordinates[start + 2] = position.z
        }
        return true
    }
}
