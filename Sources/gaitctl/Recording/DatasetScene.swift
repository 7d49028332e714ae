import Datasets
import Gait
import Messaging
import Simulation

/// The gaits of a data set as people before a robot, a few at a time, each with an id of its own.
struct DatasetScene {
    /// Metres between two who walk at the same time.
    private static let distance: Float = 3

    /// One who walks.
    struct Walk: Equatable {
        /// The gait's place in `gaits`.
        let index: Int
        let id: String
        fileprivate(set) var frame = 0
    }

    let gaits: [LabelledGait]
    let layout: SkeletonLayout
    let loops: Bool
    /// Who walks at the moment, by place.
    private(set) var walks: [Walk?]
    private(set) var begun = 0
    private var identifiers = UniqueIdentifiers()

    /// - Parameters:
    ///   - concurrent: how many walk at once, at least 1.
    ///   - loops: whether the first comes after the last.
    init(_ gaits: [LabelledGait], layout: SkeletonLayout, concurrent: Int, loops: Bool) {
        self.gaits = gaits
        self.layout = layout
        self.loops = loops
        walks = Array(repeating: nil, count: loops ? concurrent : min(concurrent, gaits.count))
    }

    /// One body of a frame, its joints in the layout's order.
    struct Body {
        let id: String
        let joints: [SIMD3<Float>?]
    }

    /// The bodies of the next frame; nil when everybody has walked.
    mutating func next() -> [Body]? {
        var bodies: [Body] = []
        for place in walks.indices {
            if walks[place] == nil { walks[place] = begin() }
            guard var walk = walks[place] else { continue }
            let gait = gaits[walk.index].gait
            let pose = gait.pose(frame: walk.frame, movedBy: SIMD3(Float(place) * Self.distance, 0, 0))
            bodies.append(Body(id: walk.id, joints: layout.joints(of: pose)))
            walk.frame += 1
            walks[place] = walk.frame < gait.frames ? walk : nil
        }
        return bodies.isEmpty ? nil : bodies
    }

    private mutating func begin() -> Walk? {
        guard loops || begun < gaits.count else { return nil }
        let index = begun % gaits.count
        begun += 1
        return Walk(index: index, id: identifiers.identifier(for: gaits[index].key))
    }
}

/// Ids that may be in a topic, each given once.
struct UniqueIdentifiers {
    /// How often each id has been asked for.
    private var given: [String: Int] = [:]

    /// The key with what a topic cannot hold replaced by `_`; `-2` and so on is added where it was given before.
    mutating func identifier(for key: String) -> String {
        let allowed = key.unicodeScalars.map { Topics.isValidName(String($0)) ? Character($0) : "_" }
        let base = allowed.isEmpty ? "_" : String(allowed.prefix(56))
        var identifier = base
        repeat {
            let times = given[base, default: 0] + 1
            given[base] = times
            identifier = times == 1 ? base : "\(base)-\(times)"
        } while identifier != base && given[identifier] != nil
        if identifier != base { given[identifier] = 1 }
        return identifier
    }
}

extension Gait {
    /// One frame, moved.
    fileprivate func pose(frame: Int, movedBy offset: SIMD3<Float>) -> Pose {
        var pose = Pose()
        for joint in Joint.allCases {
            let start = frame * Gait.valuesPerFrame + 3 * joint.rawValue
            pose[joint] = SIMD3(coordinates[start], coordinates[start + 1], coordinates[start + 2]) + offset
        }
        return pose
    }
}
