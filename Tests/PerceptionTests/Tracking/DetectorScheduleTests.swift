import Testing

@testable import Perception

@Suite("The detector's schedule")
struct DetectorScheduleTests {
    private func looks(
        _ effort: TrackingEffort, frames: Int, isEmpty: Bool = false, isSearching: Bool = false
    ) -> (whole: [Int], tiles: [[Int]]) {
        var schedule = DetectorSchedule()
        var (whole, tiles): ([Int], [[Int]]) = ([], [[], []])
        for frame in 0..<frames {
            let parts = schedule.next(effort: effort, tiles: 2, isEmpty: isEmpty, isSearching: isSearching)
            if parts.whole { whole.append(frame) }
            if let tile = parts.tile { tiles[tile].append(frame) }
        }
        return (whole, tiles)
    }

    @Test("looks at the whole every 10 frames and at each tile every 20, never both in one frame")
    func full() {
        let looks = looks(.full, frames: 40)
        #expect(looks.whole == [0, 10, 20, 30])
        #expect(looks.tiles == [[5, 25], [15, 35]])
    }

    @Test("looks more seldom, and at no tiles, with less effort")
    func less() {
        #expect(looks(TrackingEffort.levels[1], frames: 40).whole == [0, 20])
        #expect(looks(TrackingEffort.levels[3], frames: 40).whole == [0, 30])
        #expect(TrackingEffort.levels[1...].allSatisfy { looks($0, frames: 40).tiles == [[], []] })
    }

    @Test("looks at every frame while nobody is followed, and every third while somebody is lost")
    func search() {
        let looks = looks(.full, frames: 6, isEmpty: true)
        #expect(looks.whole == Array(0..<6) && looks.tiles == [[0, 2, 4], [1, 3, 5]])
        #expect(self.looks(.full, frames: 12, isSearching: true).whole == [0, 3, 6, 9, 10])
    }

    @Test("has as few tiles as cover the image")
    func tiles() {
        #expect(DetectorSchedule.tileCount(width: 1280, height: 720) == 2)
        #expect(DetectorSchedule.tileCount(width: 720, height: 1280) == 2)
        #expect(DetectorSchedule.tileCount(width: 640, height: 480) == 2)
        #expect(DetectorSchedule.tileCount(width: 600, height: 480) == 0)
        #expect(DetectorSchedule.tileCount(width: 4096, height: 16) == 4)
        #expect(DetectorSchedule.tileCount(width: 0, height: 0) == 0)
    }
}
