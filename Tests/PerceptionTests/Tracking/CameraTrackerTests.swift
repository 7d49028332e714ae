import TestSupport
import Testing

@testable import Perception

@Suite("A camera's tracker", .sharedData)
struct CameraTrackerTests {
    private func image(_ number: Int, reduction: Int = 1) throws -> CameraImage {
        var image = CameraImage()
        try WalkerClip.decode(number, into: &image, reduction: reduction)
        return image
    }

    @Test("keeps people where frames are reduced otherwise, and forgets them where time leaps")
    func continuity() throws {
        let tracker = try PoseNetworks(in: SharedData.models).tracker()
        var seen: [[Int]] = []
        var places: [Float] = []
        for (step, reduction) in [1, 1, 2, 2, 1].enumerated() {
            let bodies = try tracker.process(try image(90, reduction: reduction), at: 10 + Double(step) / 30)
            seen.append(bodies.map(\.number))
            places += bodies.prefix(1).map(\.landmarks.nextRegion.center.x)
            #expect(tracker.startedOver == (step == 0))
        }
        // The same image each time, and in pixels of the frame as sent.
        #expect(try #require(places.max()) - #require(places.min()) < 20)
        #expect(Set(seen.map { $0.first }).count == 1 && seen[0].first != nil)
        #expect(try #require(tracker.smallestRegion) > 200)
        _ = try tracker.process(try image(90), at: 60)
        #expect(tracker.startedOver)
    }

    @Test("looks for landmarks in turns under less effort, and asks the detector rarely")
    func effort() throws {
        let tracker = try PoseNetworks(in: SharedData.models).tracker()
        let picture = try image(90)
        for step in 0..<4 { _ = try tracker.process(picture, at: 10 + Double(step) / 30) }
        var (bodies, detections) = (0, 0)
        for step in 4..<16 {
            let least = try #require(TrackingEffort.levels.last)
            bodies += try tracker.process(picture, at: 10 + Double(step) / 30, effort: least).count
            if tracker.detectionSeconds > 0 { detections += 1 }
        }
        // Two people, each in every third frame.
        #expect(bodies == 8 && detections <= 1)
    }

    @Test("sees no people in an empty image")
    func empty() throws {
        let tracker = try PoseNetworks(in: SharedData.models).tracker()
        #expect(try tracker.process(CameraImage(), at: 1).isEmpty)
        var gray = CameraImage()
        gray.fill(width: 640, height: 480, scale: 1) { $0.update(repeating: 128) }
        #expect(try tracker.process(gray, at: 2).isEmpty)
        #expect(tracker.smallestRegion == nil)
    }
}

@Suite("The detector's schedule")
struct DetectorScheduleTests {
    /// The frames in which the detector searches each part.
    private func looks(
        _ effort: TrackingEffort, frames: Int, parts: Int = 3, isEmpty: Bool = false,
        isSearching: Bool = false
    ) -> [[Int]] {
        var schedule = DetectorSchedule()
        var looks = [[Int]](repeating: [], count: parts)
        for frame in 0..<frames {
            let part = schedule.next(effort: effort, parts: parts, isEmpty: isEmpty, isSearching: isSearching)
            if let part { looks[part].append(frame) }
        }
        return looks
    }

    @Test("looks at a part in every third frame, at the outer ones twice as often")
    func full() {
        #expect(looks(.full, frames: 30) == [[0, 6, 15, 21], [12, 27], [3, 9, 18, 24]])
    }

    @Test("takes turns with inner parts in long images, and knows only one in square ones")
    func parts() {
        let looks = looks(.full, frames: 45, parts: 4)
        #expect(looks[1] == [12, 42] && looks[2] == [27])
        #expect(self.looks(.full, frames: 7, parts: 1) == [[0, 3, 6]])
        #expect(self.looks(.full, frames: 7, parts: 2) == [[0, 6], [3]])
    }

    @Test("looks less often with less effort")
    func less() {
        #expect(looks(TrackingEffort.levels[1], frames: 40) == [[0, 20], [], [10, 30]])
        #expect(looks(TrackingEffort.levels[3], frames: 40) == [[0], [], [20]])
    }

    @Test("looks at every frame while no person is followed, and every second while one is lost")
    func search() {
        #expect(looks(.full, frames: 5, isEmpty: true) == [[0, 2], [4], [1, 3]])
        #expect(looks(.full, frames: 8, isSearching: true) == [[0, 4], [], [2, 6]])
    }

    @Test("has as few parts as let neighbors overlap by a third")
    func partCount() {
        let sizes = [(1280, 720, 3), (720, 1280, 3), (640, 480, 2), (600, 480, 1), (4096, 16, 5), (0, 0, 1)]
        for (width, height, count) in sizes {
            #expect(DetectorSchedule.partCount(width: width, height: height) == count)
        }
        var image = CameraImage()
        image.fill(width: 1280, height: 720, scale: 1) { _ in }
        let areas = (0..<3).map { DetectorSchedule.part($0, of: image) }
        #expect(areas.map(\.x) == [0, 280, 560] && areas.allSatisfy { $0.width == 720 && $0.height == 720 })
    }
}

@Suite("The similarity of two bodies' keypoints")
struct KeypointSimilarityTests {
    private let body = DrawnBody(place: SIMD2(300, 400))

    @Test("is 1 of a body and itself, also after it has moved")
    func same() {
        #expect(body.landmarks.similarity(to: body.landmarks) == 1)
        let moved = DrawnBody(place: SIMD2(280, 410))
        #expect(abs(body.landmarks.similarity(to: moved.landmarks, movedBy: SIMD2(20, -10)) - 1) < 1e-5)
    }

    @Test("falls with the distance in shares of the body's size")
    func distance() {
        let similarities = [Float(0), 5, 10, 20, 40, 80].map { offset in
            body.landmarks.similarity(to: DrawnBody(place: SIMD2(300 + offset, 400)).landmarks)
        }
        #expect(zip(similarities, similarities.dropFirst()).allSatisfy { $0 > $1 })
        #expect(similarities[1] > 0.8 && similarities[5] < 0.05)
        let large = DrawnBody(place: SIMD2(300, 400), height: 400).landmarks
        let similarity = large.similarity(to: DrawnBody(place: SIMD2(320, 400), height: 400).landmarks)
        #expect(abs(similarity - similarities[2]) < 1e-5)
    }
}

@Suite("A person's motion through the image")
struct ImageMotionTests {
    @Test("is known exactly after two sightings of a person who moves evenly")
    func even() {
        var motion = ImageMotion(at: PoseRegion(center: SIMD2(100, 300), side: 200), seconds: 10)
        motion.see(PoseRegion(center: SIMD2(104, 299), side: 200), at: 10.1)
        #expect(abs(motion.velocity.x - 40) < 0.01 && abs(motion.velocity.y + 10) < 0.01)
        let expected = motion.expected(at: 11.1)
        #expect(abs(expected.x - 144) < 0.01 && abs(expected.y - 289) < 0.01)
        #expect(motion.expected(at: 9) == motion.place)
    }

    @Test("follows a turn within a second, and little of a stride's sway")
    func turn() {
        var motion = ImageMotion(at: PoseRegion(center: .zero, side: 200), seconds: 0)
        var place = SIMD2<Float>.zero
        for frame in 1...60 {
            place.x += frame <= 30 ? 5 : -5
            let sway: Float = frame % 30 < 15 ? 3 : -3
            motion.see(PoseRegion(center: place + SIMD2(0, sway), side: 200), at: Double(frame) / 30)
            if frame == 30 { #expect(abs(motion.velocity.x - 150) < 1) }
        }
        #expect(abs(motion.velocity.x + 150) < 30 && abs(motion.velocity.y) < 30)
    }
}

@Suite("The colors of clothes")
struct AppearanceTests {
    private let body = DrawnBody(place: SIMD2(100, 100), height: 120).landmarks

    private func appearance(_ color: (UInt8, UInt8, UInt8), of body: BodyLandmarks? = nil) -> Appearance? {
        var image = CameraImage()
        image.fill(width: 200, height: 200, scale: 1) { pixels in
            for index in 0..<200 * 200 {
                (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2]) = color
            }
        }
        return Appearance(of: body ?? self.body, in: image)
    }

    @Test("differ more between red and blue than between light and shade")
    func difference() throws {
        let red = try #require(appearance((180, 60, 50)))
        let shaded = try #require(appearance((135, 45, 38)))
        let blue = try #require(appearance((50, 60, 180)))
        #expect(red.difference(from: red) == 0)
        #expect(
            red.difference(from: blue) > 0.8
                && red.difference(from: shaded) < 0.6 * red.difference(from: blue))
        #expect(red.difference(from: blue) <= 1.0001)
    }

    @Test("are not known outside the image")
    func outside() {
        #expect(appearance((1, 2, 3), of: DrawnBody(place: SIMD2(900, 100)).landmarks) == nil)
    }

    @Test("are taken over little by little")
    func approach() throws {
        var red = try #require(appearance((180, 60, 50)))
        let blue = try #require(appearance((50, 60, 180)))
        let first = red.difference(from: blue)
        for _ in 0..<30 { red.approach(blue, by: 0.1) }
        #expect(red.difference(from: blue) < 0.05 * first)
    }
}
