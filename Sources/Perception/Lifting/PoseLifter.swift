import Gait

/// Makes one person's poses from BlazePose's world landmarks: filtered over time, with y up, relative to the root.
struct PoseLifter: Equatable {
    /// Seconds without landmarks after which the filters start again.
    private static let longestStep = 0.5
    /// The visibility under which a landmark outside the image is missing. The network guesses those too, and of legs
    /// below the image's edge it guesses legs that stand still.
    private static let outsideVisibility: Float = 0.5

    private var reversal = DepthReversal()
    private var filters: [OneEuroFilter] = []
    private var points = [SIMD3<Float>](repeating: .zero, count: BodyLandmarks.count)
    private var seconds = 0.0

    /// The 16 joints of a person's next landmarks, metres from the root, in the camera's directions with y up.
    ///
    /// - Parameters:
    ///   - imageSize: width and height of the image, pixels.
    ///   - time: the frame's time, seconds; later than that of the landmarks before.
    mutating func pose(of landmarks: BodyLandmarks, imageSize: SIMD2<Float>, at time: Double) -> Pose {
        filter(landmarks.world, at: time)
        var pose = SkeletonLayout.blazepose33.pose { index in
            isMissing(index, of: landmarks, imageSize: imageSize) ? nil : points[index]
        }
        guard pose.present.contains(.root) else { return pose }
        let root = pose[.root]
        for joint in Joint.allCases where pose.present.contains(joint) { pose[joint] -= root }
        return pose
    }

    private mutating func filter(_ world: [SIMD3<Float>], at time: Double) {
        let step = time - seconds
        seconds = time
        let isNew = filters.isEmpty || step <= 0 || step > Self.longestStep
        if isNew { filters.removeAll(keepingCapacity: true) }
        for (index, point) in world.enumerated() { points[index] = UpAxis.minusY.yUp(point) }
        if isNew { reversal = DepthReversal() }
        reversal.correct(&points, step: Float(step))
        for index in points.indices {
            if isNew {
                filters.append(OneEuroFilter(points[index]))
            } else {
                points[index] = filters[index].filter(points[index], step: Float(step), .worldLandmarks)
            }
        }
    }

    private func isMissing(_ index: Int, of landmarks: BodyLandmarks, imageSize: SIMD2<Float>) -> Bool {
        guard landmarks.visibility[index] < Self.outsideVisibility else { return false }
        let position = landmarks.positions[index]
        return !(position.x >= 0 && position.y >= 0 && position.x <= imageSize.x && position.y <= imageSize.y)
    }
}
