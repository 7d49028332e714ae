import Foundation
import Gait

/// What gaitd makes of the stream: windows of 2.5 s, and whether people walk in them.
enum GaitCheck {
    /// Seconds between two windows of a person.
    private static let every = 0.5

    static func findings(_ record: StreamRecord, stampsCount: Bool) -> [Finding] {
        var (windows, walking, longEnough) = (0, 0, 0)
        var coverages: [Double] = []
        let walkDetector = WalkDetector()
        for sightings in record.people.values {
            guard let first = sightings.first, let last = sightings.last else { continue }
            let start = record.time(first.frame, stampsCount: stampsCount)
            let seconds = record.time(last.frame, stampsCount: stampsCount) - start
            if seconds >= PoseBuffer.windowSeconds + 0.5 { longEnough += 1 }
            var buffer = PoseBuffer()
            var due = start + PoseBuffer.windowSeconds
            for sighting in sightings {
                let time = record.time(sighting.frame, stampsCount: stampsCount)
                _ = buffer.append(sighting.pose, at: time)
                guard time >= due else { continue }
                due = time + every
                guard let window = buffer.window() else { continue }
                windows += 1
                coverages.append(Double(window.coverage))
                if walkDetector.isWalking(window.gait) { walking += 1 }
            }
        }
        guard windows > 0 else {
            guard longEnough > 0 else {
                return [
                    .note(
                        "gait", "nobody was there for 3 s under one id",
                        advice: "walk before the robot, and listen for longer (--seconds)")
                ]
            }
            return [
                .wrong(
                    "gait",
                    "\(longEnough) people were there for 3 s, and gaitd gets no whole gait of anybody",
                    advice: "correct what is wrong above; every joint has to be seen in most of 2.5 s")
            ]
        }
        let text = String(
            format: "%d windows of 2.5 s, %.0f %% covered", windows, Sample.median(coverages) * 100)
        guard walking > 0 else {
            return [
                .note(
                    "gait", "\(text); nobody walks", advice: "walk before the robot: gaitd reads walks only")
            ]
        }
        return [.good("gait", "\(text); people walk in \(walking * 100 / windows) % of them")]
    }
}
