/// The graph of the 16 joints, partitioned for the graph convolution ("spatial configuration", K = 3).
package enum SkeletonGraph {
    /// How the distance of a joint to the root, by which edges are partitioned, is counted.
    package enum HopDistance: String, CaseIterable, Sendable {
        /// Cut at one hop, as in the released weights: 0 for the root, 1 for its neighbors, infinite beyond.
        case oneHop = "one_hop"
        /// The true number of edges.
        case full
    }

    /// The number of partitions, K.
    package static let partitionCount = 3

    /// The partitioned adjacency `[K, V, V]`, row major, indexed `[k, v, w]`.
    ///
    /// With A the adjacency with self loops and A' = A D^-1 (D the column sums): [0] is the diagonal of A',
    /// [1] its edges from v to w with d(v) >= d(w), [2] those with d(v) < d(w).
    package static func partitions(_ distance: HopDistance) -> [Float] {
        let distances = Joint.allCases.map { hops(of: $0, distance) }
        var partitions = [Float](repeating: 0, count: partitionCount * Joint.count * Joint.count)
        for w in 0..<Joint.count {
            let neighbours = (0..<Joint.count).filter { areJoined($0, w) }
            for v in neighbours {
                let partition = v == w ? 0 : distances[v] >= distances[w] ? 1 : 2
                partitions[(partition * Joint.count + v) * Joint.count + w] = 1 / Float(neighbours.count)
            }
        }
        return partitions
    }

    /// Whether two joints are one, or the two ends of a bone.
    private static func areJoined(_ v: Int, _ w: Int) -> Bool {
        v == w || Joint(rawValue: v)?.parent?.rawValue == w || Joint(rawValue: w)?.parent?.rawValue == v
    }

    private static func hops(of joint: Joint, _ distance: HopDistance) -> Int {
        var hops = 0
        var ancestor = joint.parent
        while let parent = ancestor {
            hops += 1
            ancestor = parent.parent
        }
        return distance == .oneHop && hops > 1 ? .max : hops
    }
}
