import Perception
import Testing

@testable import GaitNode

@Suite("The effort for frames")
struct LoadControllerTests {
    private var control = LoadController()
    private var now = 0.0

    /// Frames at 20 a second that take a share of the time.
    private mutating func run(share: Double, seconds: Double) {
        let end = now + seconds
        while now < end {
            now += 0.05
            control.note(work: share * 0.05, at: now)
        }
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
