import Gait
import Simulation
import Testing

@testable import gaitctl

@Suite("Walk in the walker's own axes")
struct FigureWalkTests {
    private func walker(_ seed: UInt64, radius: Float = 10_000) -> Walker {
        Walker(emotion: .neutral, seed: seed, options: Walker.Options(radius: radius))
    }

    /// The mean over frames of a joint relative to the root: forward, left, up.
    private func mean(_ joint: Joint, _ walk: FigureWalk) -> SIMD3<Double> {
        walk.joints.reduce(.zero) { $0 + ($1[joint.rawValue] - $1[0]) } / Double(walk.joints.count)
    }

    @Test("left is left and up is up, whichever way the walk goes", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func axes(seed: UInt64) {
        let walk = FigureWalk(walker(seed).gait(frames: 60), following: .walker)
        #expect(mean(.leftShoulder, walk).y > 0.1 && mean(.rightShoulder, walk).y < -0.1)
        #expect(mean(.leftHip, walk).y > 0.03 && mean(.rightHip, walk).y < -0.03)
        #expect(mean(.head, walk).z > 0.4 && mean(.leftFoot, walk).z < -0.5)
        // The walk goes forward, and the camera with it.
        #expect(walk.travel[59].x > 1 && abs(walk.travel[59].y) < 0.1)
        #expect(walk.joints.allSatisfy { abs($0[0].x) < 0.15 && abs($0[0].y) < 0.15 })
    }

    @Test("from the front the walker's left is on the right of the picture, from the side forward is")
    func views() {
        let (left, forward, up) = (SIMD3(0.0, 1, 0), SIMD3(1.0, 0, 0), SIMD3(0.0, 0, 1))
        #expect(FigureView.front.project(left).x == 1)
        #expect(abs(FigureView.front.project(forward).x) < 1e-9)
        #expect(FigureView.side.project(forward).x == 1 && abs(FigureView.side.project(left).x) < 1e-9)
        #expect(FigureView.oblique.project(left).x > 0.3 && FigureView.oblique.project(forward).x > 0.3)
        for view in FigureView.allCases { #expect(view.project(up).y < -0.9) }
        // Who comes nearer goes down in the picture, as seen from above.
        #expect(FigureView.front.project(forward).y > 0.1 && FigureView.side.project(-left).y > 0.1)
    }

    @Test("with the camera in its place the figure crosses the picture")
    func world() {
        let walk = FigureWalk(walker(1).gait(frames: 60), following: .world)
        #expect(walk.travel.allSatisfy { $0 == .zero })
        #expect(walk.joints[0][0].x == 0 && walk.joints[59][0].x > 1)
    }

    @Test("under a root that stays in its place the ground passes about as fast as the walk goes")
    func treadmill() {
        let gait = walker(2).gait(frames: 75)
        let expected = FigureWalk(gait, following: .walker).travel[74].x
        let found = FigureWalk(gait.rootRelative(), following: .walker)
        #expect(abs(found.travel[74].x / expected - 1) < 0.25)
        #expect(found.joints.allSatisfy { abs($0[0].x) < 1e-6 && abs($0[0].y) < 1e-6 })
        let standing = Walker(
            emotion: .sad, seed: 1, options: Walker.Options(isStanding: true)
        ).gait(frames: 75)
        #expect(FigureWalk(standing, following: .walker).travel.allSatisfy { $0 == .zero })
    }

    @Test("on a narrow circle the camera follows the root itself")
    func circle() {
        let walk = FigureWalk(walker(1, radius: 1).gait(frames: 75), following: .walker)
        #expect(walk.joints.allSatisfy { abs($0[0].x) < 1e-6 && abs($0[0].y) < 1e-6 })
    }

    @Test("the ground is under the feet, and the stature that of a person")
    func ground() {
        let walk = FigureWalk(walker(3).gait(frames: 60), following: .walker)
        #expect((1.4...2.1).contains(walk.stature))
        let lowest = walk.joints.flatMap { [$0[Joint.leftFoot.rawValue].z, $0[Joint.rightFoot.rawValue].z] }
            .min()
        #expect(abs((lowest ?? 0) - 0.039 * walk.stature) < 1e-9)
        #expect(zip(walk.heads, walk.joints).allSatisfy { $0.z > $1[Joint.head.rawValue].z })
    }

    @Test("a gait of one frame, and one without any extent, can be drawn")
    func degenerate() throws {
        let points = Gait(validated: Array(repeating: 1, count: 3 * Gait.valuesPerFrame))
        for gait in [walker(1).gait(frames: 1), points] {
            for following in [FigureWalk.Following.walker, .world] {
                let walk = FigureWalk(gait, following: following)
                #expect(walk.joints.joined().allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite })
                let sheet = GaitSheet([.init(title: "a", details: [], walk: walk, rate: 30)], view: .oblique)
                _ = try XMLPicture(sheet.document())
            }
        }
    }
}
