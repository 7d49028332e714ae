import Datasets
import Gait
import GaitModels
import Perception
import Recognition
import Simulation

extension FilmedPerson {
    /// Films a simulated person's walk, and takes the windows that do not overlap.
    ///
    /// - Parameters:
    ///   - scene: Of one robot and one person.
    ///   - rate: Frames per second.
    init(_ scene: CameraScene.Options, seconds: Double, rate: Double, networks: CameraNetworks) throws {
        let film = Film(CameraScene(scene))
        let camera = CameraRecognition(
            networks, cadence: .consecutive(interval: PoseBuffer.windowSeconds))
        var skeleton = PoseBuffer()
        var windows: [SourcePair<Gait>] = []
        var numbers: [Int] = []
        let frames = Int(seconds * rate)
        for frame in 0..<frames {
            let time = Double(frame) / rate
            _ = skeleton.append(film.scene.people[0].walker.pose(at: time), at: time)
            let bodies = try camera.process(film.frames(at: time)[0].jpeg, seconds: time)
            numbers += bodies.prefix(1).map(\.number)
            for seen in camera.due.prefix(1).compactMap(\.window) where seen.coverage >= 0.9 {
                guard let own = skeleton.window() else { continue }
                windows.append(SourcePair(skeleton: own.gait, camera: seen.gait))
            }
        }
        self.init(
            emotion: scene.emotions[0], side: scene.side, isPassing: scene.passing != nil,
            isStanding: scene.isStanding,
            windows: windows,
            found: Double(numbers.count) / Double(max(frames, 1)), numbers: Set(numbers).count)
    }
}

extension GaitDataset {
    /// The windows of one source, labeled as people walked; people of emotions without a label are left out.
    init(
        _ people: [(scene: CameraScene.Options, filmed: FilmedPerson)], labels: [String],
        source: (SourcePair<Gait>) -> Gait
    ) {
        let gaits = people.flatMap { scene, filmed -> [LabelledGait] in
            let emotion = filmed.emotion.rawValue
            let person = "\(emotion)-\(scene.seed)"
            guard let label = labels.firstIndex(of: emotion) else { return [] }
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
