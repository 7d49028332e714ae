import Testing

@testable import Recognition

struct DueTimesTests {
    @Test("people seen first together are spread over the interval", arguments: [4, 20, 64])
    func spread(people: Int) {
        var times = DueTimes(interval: 0.5)
        let phases = (0..<people).map { _ in times.nextPhase() }
        let first = phases.map { times.first(after: 1000, phase: $0) }.sorted()
        #expect(first.allSatisfy { (1000..<1000.5).contains($0) })
        let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
        // The three-gap theorem: golden-ratio phases leave no gap above phi^2 / n.
        #expect((gaps.max() ?? 1) < 0.5 * 2.62 / Double(people))
    }

    @Test("no frame of a thirty-frames source has to carry more than its share")
    func batches() {
        var times = DueTimes(interval: 0.5)
        var due = (0..<20).map { _ in times.nextPhase() }.map {
            (phase: $0, time: times.first(after: 0, phase: $0))
        }
        var largest = 0
        for frame in 0..<300 {
            let now = Double(frame) / 30
            var batch = 0
            for person in due.indices where due[person].time <= now {
                batch += 1
                due[person].time = times.next(after: now, phase: due[person].phase)
            }
            largest = max(largest, batch)
        }
        #expect(largest <= 3)
    }

    @Test("a person stays on the grid, and is never due again within half an interval")
    func grid() {
        let times = DueTimes(interval: 0.5)
        #expect(abs(times.next(after: 10.13, phase: 0.1) - 10.6) < 1e-9)
        #expect(abs(times.next(after: 10.59, phase: 0.1) - 11.1) < 1e-9)
    }
}
