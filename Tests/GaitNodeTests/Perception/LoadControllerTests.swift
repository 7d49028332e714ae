import Perception
import Testing

@testable import GaitNode

@Suite("The effort for frames")
struct LoadControllerTests {
    private var control = LoadController()
    private var now = 0.0

    /// Frames at 20 a second of each robot that take shares of the time.
    private mutating func run(_ shares: KeyValuePairs<String, Double>, seconds: Double) {
        let end = now + seconds
        while now < end {
            now += 0.05
            for (robot, share) in shares { control.note(work: share * 0.05, of: robot, at: now) }
        }
    }

    private mutating func run(share: Double, seconds: Double) { run(["r1": share], seconds: seconds) }

    @Test("is lowered for the robots that cause the load only")
    mutating func robots() {
        run(["quiet": 0.2, "loud": 0.7], seconds: 10)
        #expect(control.effort(for: "quiet") == .full)
        #expect(control.effort(for: "loud") == TrackingEffort.levels.last && control.effort != .full)
        run(["quiet": 0.45, "loud": 0.45], seconds: 3)
        #expect(control.effort(for: "quiet") == control.effort(for: "loud"))
    }

    @Test("stays where there is time to spare")
    mutating func calm() {
        run(share: 0.6, seconds: 20)
        #expect(control.level == 0 && control.effort == .full && !control.isOverloaded)
    }

    @Test("is lowered step by step while the thread is busy, to the least, and says when that is not enough")
    mutating func busy() {
        run(share: 0.9, seconds: 1.2)
        #expect(control.level == 1)
        run(share: 0.9, seconds: 10)
        #expect(control.level == TrackingEffort.levels.count - 1 && !control.isOverloaded)
        run(share: 0.99, seconds: 2)
        #expect(control.isOverloaded)
    }

    @Test("is raised after a while of calm, and later each time that this was too early")
    mutating func raised() {
        run(share: 0.9, seconds: 1.2)
        run(share: 0.3, seconds: LoadController.patience + 2.2)
        #expect(control.level == 0)
        run(share: 0.9, seconds: 1.2)
        #expect(control.level == 1)
        run(share: 0.3, seconds: LoadController.patience + 2.2)
        #expect(control.level == 1)
        run(share: 0.3, seconds: LoadController.patience)
        #expect(control.level == 0)
    }

    @Test("begins with everything after a pause")
    mutating func idle() {
        run(share: 0.9, seconds: 5)
        #expect(control.level > 1)
        now += LoadController.idle
        run(share: 0.1, seconds: 1)
        #expect(control.level == 0)
    }
}
