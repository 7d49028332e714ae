import Gait

/// How well a lifter draws people whom it never saw, through simulated cameras.
package struct LifterEvaluation: Encodable, Sendable {
    /// From where a person is seen.
    package enum Direction: String, CaseIterable, Sendable, Encodable {
        case ahead
        case oblique
        case side
        case behind

        /// Degrees between the direction that the person faces and the camera.
        var bearings: [ClosedRange<Float>] {
            switch self {
            case .ahead: [-20...20]
            case .oblique: [25...65, -65 ... -25]
            case .side: [70...110, -110 ... -70]
            case .behind: [160...200]
            }
        }
    }

    /// How well the estimator of the joints works.
    package enum Noise: String, CaseIterable, Sendable, Encodable {
        case ordinary
        case bad
        /// As the given estimators work on figures.
        case imitated

        /// Those that can be tested.
        static func tested(_ estimators: [EstimatorErrors]) -> [Noise] {
            allCases.filter { $0 != .imitated || !estimators.isEmpty }
        }
    }

    /// People who stand, as the lifter draws them.
    package struct Standing: Encodable, Sendable {
        let direction: Direction
        let noise: Noise
        let windows: Int
        /// The share that is taken for walking, of the true skeletons and of the lifted ones.
        package let trueWalking: Double
        package let walking: Double
    }

    package let model: String
    package let sha256: String
    package let classifier: String
    /// Whether the recordings are those that the lifter was not trained on.
    package let isHeldOut: Bool
    package let seed: UInt64
    package let recordings: Int
    /// Recorded windows of 75 frames whose skeleton walks. Every one is seen by two cameras from every direction, one of
    /// which moves.
    package let recordedWindows: Int
    package let byDirection: [LifterFigures]
    package let byDistance: [LifterFigures]
    package let byCamera: [LifterFigures]
    package let byDataset: [LifterFigures]
    package let standing: [Standing]

    /// - Parameters:
    ///   - estimators: whose errors are imitated too; may be empty.
    ///   - gaits: recordings; a gait's label is the place of its data set in `datasets`.
    ///   - isCancelled: checked between windows.
    /// - Throws: ``ModelError/training(_:)`` if there is no window of 75 frames with a walk, ``ModelError/cancelled``.
    package init(
        of lifter: Lifter, by classifier: EmotionClassifier, _ gaits: [TrainingGait], datasets: [String],
        estimators: [EstimatorErrors] = [], seed: UInt64, threads: Int, isCancelled: @Sendable () -> Bool
    ) throws {
        let heldOut = lifter.configuration.heldOut
        let tested = gaits.filter { heldOut?.contains($0.recording) ?? true }
        let windows = tested.flatMap { gait in
            gait.gait.windows().filter { $0.frames == Gait.windowFrames }.map { window in
                TestedWindow(
                    gait: JointNormalization.limbs.apply(to: window), recording: gait.recording,
                    dataset: datasets[gait.label])
            }
        }
        let walks = windows.filter { WalkDetector().isWalking($0.gait) }
        guard !walks.isEmpty else {
            throw ModelError.training(
                "there is no held-out recording of a walk of 75 frames in these data sets")
        }
        model = lifter.card.name
        sha256 = lifter.card.sha256
        self.classifier = classifier.card.name
        isHeldOut = heldOut != nil
        self.seed = seed
        recordings = Set(walks.map(\.recording)).count
        recordedWindows = walks.count
        let bodyLength = lifter.configuration.bodyLength
        let views = try ParallelWork.map(count: walks.count, threads: threads) { index in
            if isCancelled() { throw ModelError.cancelled }
            return LifterView.views(
                of: walks[index], by: lifter, estimators: estimators, bodyLength: bodyLength,
                seed: seed &+ UInt64(index) << 8)
        }
        let readings = zip(walks, views).flatMap { window, views in
            LifterReading.readings(views, of: window, by: classifier)
        }
        let classes = classifier.card.labels.count
        func figures(_ parts: [LifterReading]) -> LifterFigures { LifterFigures(parts, classes: classes) }
        byDirection = Noise.tested(estimators).flatMap { noise in
            Direction.allCases.map { direction in
                figures(readings.filter { $0.view.noise == noise && $0.view.direction == direction })
            }
        }
        let ordinary = readings.filter { $0.view.noise == .ordinary }
        byDistance = LifterView.distances.map { name, range in
            figures(ordinary.filter { range.contains($0.view.distance) }).with(distance: name)
        }
        byCamera = [false, true].map { moving in
            figures(ordinary.filter { $0.view.isMoving == moving }).with(
                camera: moving ? "moving" : "standing")
        }
        byDataset = datasets.flatMap { name in
            let own = ordinary.filter { $0.dataset == name }
            return own.isEmpty ? [] : [figures(own).with(dataset: name)]
        }
        standing = try Self.standing(
            windows, by: lifter, estimators: estimators, bodyLength: bodyLength, seed: seed,
            threads: threads, isCancelled: isCancelled)
    }

    private static func standing(
        _ windows: [TestedWindow], by lifter: Lifter, estimators: [EstimatorErrors], bodyLength: Float,
        seed: UInt64, threads: Int, isCancelled: @Sendable () -> Bool
    ) throws -> [Standing] {
        let views = try ParallelWork.map(count: windows.count, threads: threads) { index in
            if isCancelled() { throw ModelError.cancelled }
            return LifterView.views(
                of: windows[index], by: lifter, estimators: estimators, stands: true, bodyLength: bodyLength,
                seed: seed &+ 0x5_0000_0000 &+ UInt64(index) << 8)
        }.flatMap(\.self)
        return Noise.tested(estimators).flatMap { noise in
            Direction.allCases.map { direction in
                let own = views.filter { $0.noise == noise && $0.direction == direction }
                func share(_ gait: (LifterView) -> Gait) -> Double {
                    Double(own.count { WalkDetector().isWalking(gait($0)) }) / Double(max(own.count, 1))
                }
                return Standing(
                    direction: direction, noise: noise, windows: own.count,
                    trueWalking: share(\.truth), walking: share(\.lifted.gait))
            }
        }
    }
}

/// 75 frames of a recording that was not trained on.
struct TestedWindow: Sendable {
    /// As ``JointNormalization/limbs`` has it.
    let gait: Gait
    let recording: String
    let dataset: String
}

/// A window as one camera saw it, lifted.
struct LifterView: Sendable {
    let direction: LifterEvaluation.Direction
    let noise: LifterEvaluation.Noise
    let isMoving: Bool
    /// From the camera to the person in the window's middle, meters.
    let distance: Float
    /// In the camera's level frame, the root at the origin, meters.
    let truth: Gait
    /// From the typical body's size to the person's.
    let scale: Float
    /// Degrees.
    let tilt: Float
    let lifted: LiftedWindow

    static let distances: [(String, ClosedRange<Float>)] = [
        ("below 3.5 m", 0...3.5), ("3.5 to 5.5 m", Float(3.5).nextUp...5.5),
        ("above 5.5 m", Float(5.5).nextUp...100),
    ]

    /// Views from every direction with every noise by a camera that stands and by one that moves.
    static func views(
        of window: TestedWindow, by lifter: Lifter, estimators: [EstimatorErrors], stands: Bool = false,
        bodyLength: Float, seed: UInt64
    ) -> [LifterView] {
        var generator = SeededGenerator(seed: seed)
        var scenes: [(LifterEvaluation.Direction, LifterEvaluation.Noise, Bool, LifterScene)] = []
        for direction in LifterEvaluation.Direction.allCases {
            for noise in LifterEvaluation.Noise.tested(estimators) {
                for moves in [false, true] {
                    var source = LifterSceneSource(bodyLength: bodyLength)
                    (source.varies, source.clean) = (false, 0)
                    source.bad = noise == .bad ? 1 : 0
                    (source.estimators, source.imitated) = (estimators, noise == .imitated ? 1 : 0)
                    source.placement = CameraPlacement(bearings: direction.bearings)
                    source.placement.moving = moves ? 1 : 0
                    let person =
                        stands
                        ? StandingPerson(using: &generator).apply(to: window.gait, frames: Gait.windowFrames)
                        : window.gait
                    scenes.append((direction, noise, moves, source.scene(of: person, using: &generator)))
                }
            }
        }
        return zip(scenes, lifter.lift(scenes.map(\.3.window))).map { scene, lifted in
            LifterView(
                direction: scene.0, noise: scene.1, isMoving: scene.2, distance: scene.3.distance,
                truth: scene.3.truth, scale: scene.3.scale, tilt: scene.3.tilt, lifted: lifted)
        }
    }
}
