import Foundation
import Gait
import Perception
import Simulation
import Testing

@testable import gaitctl

struct CameraSceneTests {
    private func small(_ options: CameraScene.Options = .init()) -> CameraScene.Options {
        var options = options
        (options.camera.width, options.camera.height) = (320, 180)
        return options
    }

    @Test("people and emotions are dealt in turn, and each camera sees its own people")
    func dealing() {
        let scene = CameraScene(small(.init(robots: 2, people: 3, emotions: [.sad, .happy, .angry])))
        #expect(scene.people.map(\.robot) == ["r1", "r1", "r2"])
        #expect(scene.people.map(\.walker.emotion) == [.sad, .angry, .happy])
        let truth = scene.truth(at: 0)
        #expect(truth.map { $0.map(\.emotion) } == [["sad", "angry"], ["happy"]])
    }

    @Test("frames are JPEGs of the camera's size, the same for the same seed, and change as people walk")
    func frames() throws {
        let film = Film(CameraScene(small(.init(robots: 2, people: 2))))
        let first = try film.frames(at: 0)
        #expect(first.map(\.robot) == ["r1", "r2"])
        for frame in first {
            let header = try JPEGDecoder().header(of: frame.jpeg.span)
            #expect(header.width == 320 && header.height == 180)
        }
        let later = try film.frames(at: 0.4)
        #expect(later[0].jpeg != first[0].jpeg)
        let again = try Film(CameraScene(small(.init(robots: 2, people: 2)))).frames(at: 0)
        #expect(again.map(\.jpeg) == first.map(\.jpeg))
    }

    @Test("everybody is in the picture, in rows where there are many", arguments: [1, 4, 9])
    func places(people: Int) {
        let scene = CameraScene(small(.init(robots: 1, people: people)))
        let roots = scene.truth(at: 1)[0].compactMap { $0.pixels[Joint.root.rawValue] }
        #expect(roots.count == people)
        #expect(roots.allSatisfy { (0...320).contains($0[0]) && (0...180).contains($0[1]) })
        let feet = scene.people.map { $0.walker.pose(at: 0)[.root] }
        for (index, one) in feet.enumerated() {
            for other in feet[(index + 1)...] {
                let offset = one - other
                #expect((offset * offset).sum().squareRoot() > 0.7)
            }
        }
    }

    @Test(
        "a recorded person is seen from the side that is said, stays before a camera that moves, and passes one that stands",
        arguments: [Float(0), 90, 180, 315])
    func recording(side: Float) throws {
        let walk = Walker(emotion: .happy, seed: 7, options: .init(radius: 1000, heading: 1.1))
            .gait(frames: 90)
        func poses(passing: Double?) -> [Pose] {
            var options = small(.init(robots: 1, people: 1))
            (options.side, options.distance, options.passing) = (side, 4, passing)
            let person = CameraScene(options, recording: walk, label: "strut").views[0].people[0]
            #expect(person.motion.label == "strut")
            return [0, 1.5, 2.96].map { person.motion.pose(at: $0) }
        }
        let (moving, standing) = (poses(passing: nil), poses(passing: 1.5))
        for pose in [moving[1], standing[1]] {
            #expect(abs(pose[.root].z + 4) < 0.02 && abs(pose[.root].x) < 0.02)
            let right = pose[.rightShoulder] - pose[.leftShoulder] + pose[.rightHip] - pose[.leftHip]
            // The way that the person faces, from +z, where the camera is, toward +x.
            let facing = atan2(right.z, -right.x) * 180 / .pi
            let turn = (facing + side) / 360
            #expect(abs(turn - turn.rounded()) * 360 < 15, "\(facing)")
        }
        #expect(abs(moving[0][.root].z - moving[2][.root].z) < 1e-3)
        let way = standing[2][.root] - standing[0][.root]
        #expect((way * way).sum().squareRoot() > 1.5)
        // Who walks toward the camera comes nearer.
        if side == 0 { #expect(way.z > 1.5) }
        if side == 180 { #expect(way.z < -1.5) }
    }

    @Test("who passes is in the middle when it is said, seen from the side that is said")
    func passing() {
        var options = small(.init(robots: 1, people: 1))
        options.side = 90
        options.passing = 3
        let scene = CameraScene(options)
        func column(at time: Double) -> Float {
            scene.truth(at: time)[0][0].pixels[Joint.root.rawValue]?[0] ?? -1
        }
        #expect(abs(column(at: 3) - 160) < 5)
        // The way of a person seen from the left leads to the left of the picture.
        #expect(column(at: 2) > 180 && column(at: 4) < 140)
    }
}
