import Testing

@testable import Perception

@Suite("The detector's schedule")
struct DetectorScheduleTests {
    /// The frames in which each part is looked at.
    private func looks(
        _ effort: TrackingEffort, frames: Int, parts: Int = 3, isEmpty: Bool = false,
        isSearching: Bool = false
    ) -> [[Int]] {
        var schedule = DetectorSchedule()
        var looks = [[Int]](repeating: [], count: parts)
        for frame in 0..<frames {
            let part = schedule.next(
                effort: effort, parts: parts, isEmpty: isEmpty, isSearching: isSearching)
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

    @Test("looks more seldom with less effort")
    func less() {
        #expect(looks(TrackingEffort.levels[1], frames: 40) == [[0, 20], [], [10, 30]])
        #expect(looks(TrackingEffort.levels[3], frames: 40) == [[0], [], [20]])
    }

    @Test("looks at every frame while nobody is followed, and every second while somebody is lost")
    func search() {
        #expect(looks(.full, frames: 5, isEmpty: true) == [[0, 2], [4], [1, 3]])
        #expect(looks(.full, frames: 8, isSearching: true) == [[0, 4], [], [2, 6]])
    }

    @Test("has as few parts as let neighbours overlap by a third")
    func partCount() {
        let sizes = [
            (1280, 720, 3), (720, 1280, 3), (640, 480, 2), (600, 480, 1), (4096, 16, 5), (0, 0, 1),
        ]
        for (width, height, count) in sizes {
            #expect(DetectorSchedule.partCount(width: width, height: height) == count)
        }
        var image = CameraImage()
        image.fill(width: 1280, height: 720, scale: 1) { _ in }
        let areas = (0..<3).map { DetectorSchedule.part($0, of: image) }
        #expect(areas.map(\.x) == [0, 280, 560] && areas.allSatisfy { $0.width == 720 && $0.height == 720 })
    }
}
