import Messaging
import Perception
import Testing

@testable import GaitNode

@Suite("What health says of frames")
struct PerceptionMetricsTests {
    private static let durations = ["decode": 0.002, "detect": 0, "landmarks": 0.004, "total": 0.008]

    /// A control that was told of frames at 20 a second which take a share of the time.
    private static func control(share: Double, seconds: Double) -> LoadController {
        var control = LoadController()
        for frame in 1...Int(seconds * 20) {
            control.note(work: share * 0.05, of: "r1", at: Double(frame) * 0.05)
        }
        return control
    }

    @Test("a frame that was processed is counted, with the stages that it needed")
    func accepted() {
        let figures = PerceptionMetrics()
        figures.note(Self.durations, control: LoadController(), at: 1)
        let report = figures.report(elapsed: 2, now: 2, dropped: ["newer_frame": 3])
        #expect(report.state == .full && report.framesIn == 1 && report.rate == 0.5)
        #expect(report.dropped == ["newer_frame": 3])
        #expect(report.latency["decode"]?.p50 != nil && report.latency["landmarks"]?.p50 != nil)
        #expect(report.latency["total"]?.p50 != nil && report.latency["detect"]?.p50 == nil)
        #expect(figures.report(elapsed: 2, now: 4, dropped: [:]).rate == 0)
    }

    @Test("a frame that was refused does not count as processed, but shows that a camera is there")
    func refused() {
        let figures = PerceptionMetrics()
        #expect(figures.report(elapsed: 1, now: 0, dropped: [:]).state == .idle)
        figures.note(["total": 0.001], control: LoadController(), at: 1)
        let report = figures.report(elapsed: 2, now: 2, dropped: [:])
        #expect(report.state == .full && report.framesIn == 0 && report.rate == 0)
        #expect(report.latency["decode"]?.p50 == nil && report.latency["total"]?.p50 == nil)
    }

    @Test("less effort is said with its intervals, and that even the least is too much")
    func reduced() {
        let figures = PerceptionMetrics()
        figures.note(Self.durations, control: Self.control(share: 0.9, seconds: 1.2), at: 1)
        let reduced = figures.report(elapsed: 1, now: 2, dropped: [:])
        #expect(reduced.state == .reduced && reduced.effort == 1 && reduced.busy > 0.8)
        #expect(reduced.detectorInterval == TrackingEffort.levels[1].detectorInterval)
        #expect(reduced.landmarkInterval == TrackingEffort.levels[1].landmarkInterval)
        figures.note(Self.durations, control: Self.control(share: 1, seconds: 10), at: 3)
        #expect(figures.report(elapsed: 1, now: 4, dropped: [:]).state == .overloaded)
        let idle = figures.report(elapsed: 1, now: 3 + LoadController.idle, dropped: [:])
        #expect(idle.state == .idle && idle.busy == 0)
    }

    @Test(
        "without frames, the reason is the state",
        arguments: [HealthMessage.Perception.State.off, .unavailable])
    func fixed(state: HealthMessage.Perception.State) {
        let report = PerceptionMetrics(fixedState: state).report(elapsed: 1, now: 1, dropped: [:])
        #expect(report == HealthMessage.Perception(state: state))
    }
}
