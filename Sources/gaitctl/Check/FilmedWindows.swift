import Datasets
import Gait
import GaitModels
import Perception
import Recognition
import Simulation

extension FilmedPerson {
    /// Films a person's walk, and takes the windows that do not overlap.
    ///
    /// - Parameters:
    ///   - scene: Of one robot and one person.
    ///   - recording: Who walks in place of a simulated person.
    ///   - rate: Frames per second.
    init(
        _ scene: CameraScene.Options, recording: (gait: Gait, label: String)? = nil, seconds: Double,
        rate: Double, networks: CameraNetworks
    ) throws {
        let film = Film(
            recording.map { CameraScene(scene, recording: $0.gait, label: $0.label) } ?? CameraScene(scene))
        let motion = film.scene.views[0].people[0].motion
        let camera = CameraRecognition(
            networks, cadence: .consecutive(interval: PoseBuffer.windowSeconds))
        var skeleton = PoseBuffer()
        var windows: [SourcePair<Gait>] = []
        var numbers: [Int] = []
        let frames = Int(seconds * rate)
        for frame in 0..<frames {
            let time = Double(frame) / rate
            _ = skeleton.append(motion.pose(at: time), at: time)
            let bodies = try camera.process(film.frames(at: time)[0].jpeg, seconds: time)
            numbers += bodies.prefix(1).map(\.number)
            for seen in camera.due.prefix(1).compactMap(\.window) where seen.coverage >= 0.9 {
                guard let own = skeleton.window() else { continue }
                windows.append(SourcePair(skeleton: own.gait, camera: seen.gait))
            }
        }
        self.init(
            label: motion.label, side: scene.side, isPassing: scene.passing != nil,
            isStanding: scene.isStanding,
            windows: windows,
            found: Double(numbers.count) / Double(max(frames, 1)), numbers: Set(numbers).count)
    }
}

extension GaitDataset {
    /// The windows of one source, labeled as people walked; people whose walks have no such label are left out.
    init(
        _ people: [(scene: CameraScene.Options, filmed: FilmedPerson)], labels: [String],
        source: (SourcePair<Gait>) -> Gait
    ) {
        let gaits = people.flatMap { scene, filmed -> [LabelledGait] in
            let person = "\(filmed.label)-\(scene.seed)"
            guard let label = labels.firstIndex(of: filmed.label) else { return [] }
            return filmed.windows.enumerated().map { index, window in
                LabelledGait(
                    key: "\(person)-\(index)", gait: source(window), label: label, sourceFile: person,
                    actor: person,
                    attributes: [
                        "side": "\(scene.side)", "distance": "\(scene.distance)",
                        "action": scene.isStanding ? "stand" : "walk",
                    ])
            }
        }
        self.init(labelNames: labels, gaits: gaits)
    }
}
