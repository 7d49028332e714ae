package import Gait

/// Recorded gaits as people in front of a robot, a few at a time, each with an id that no one else has.
package struct GaitScene {
    /// Meters between two people who walk at the same time.
    private static let distance: Float = 3

    /// A person who walks.
    package struct Walk {
        /// The gait's place in the scene's gaits.
        package let index: Int
        package let id: String
        var frame = 0
    }

    private let gaits: [(name: String, gait: Gait)]
    private let layout: SkeletonLayout
    private let loops: Bool
    /// The people who walk at the moment, by place.
    package private(set) var walks: [Walk?]
    /// Gaits that began.
    package private(set) var begun = 0
    private var ids = UniqueNames()

    /// - Parameters:
    ///   - gaits: with the ids of those who walk first with them.
    ///   - concurrent: how many walk at once, at least 1.
    ///   - loops: whether the first gait follows the last.
    package init(
        _ gaits: [(name: String, gait: Gait)], layout: SkeletonLayout, concurrent: Int, loops: Bool
    ) {
        self.gaits = gaits
        self.layout = layout
        self.loops = loops
        walks = Array(repeating: nil, count: loops ? concurrent : min(concurrent, gaits.count))
    }

    /// The bodies of the next frame, their joints in the layout's order; nil after the last gait.
    package mutating func next() -> [SimulatedScene.Body]? {
        var bodies: [SimulatedScene.Body] = []
        for place in walks.indices {
            if walks[place] == nil { walks[place] = begin() }
            guard var walk = walks[place] else { continue }
            let gait = gaits[walk.index].gait
            var pose = Pose()
            for joint in Joint.allCases {
                pose[joint] =
                    gait.position(frame: walk.frame, joint: joint) + SIMD3(Float(place) * Self.distance, 0, 0)
            }
            bodies.append(SimulatedScene.Body(id: walk.id, joints: layout.joints(of: pose)))
            walk.frame += 1
            walks[place] = walk.frame < gait.frames ? walk : nil
        }
        return bodies.isEmpty ? nil : bodies
    }

    private mutating func begin() -> Walk? {
        guard loops || begun < gaits.count else { return nil }
        let index = begun % gaits.count
        begun += 1
        return Walk(index: index, id: ids.unique(gaits[index].name))
    }
}

/// Gives no name twice.
struct UniqueNames {
    /// The number of requests for each name.
    private var given: [String: Int] = [:]

    /// The name, with `-2` and so on if it was given before.
    mutating func unique(_ name: String) -> String {
        var unique = name
        repeat {
            let times = given[name, default: 0] + 1
            given[name] = times
            unique = times == 1 ? name : "\(name)-\(times)"
        } while unique != name && given[unique] != nil
        if unique != name { given[unique] = 1 }
        return unique
    }
}
