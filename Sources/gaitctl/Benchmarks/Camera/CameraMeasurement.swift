import Dispatch
import Foundation
import GaitModels
import Messaging
import Synchronization

/// Shows frames to a ``CameraRecognition`` and takes the time. Blocks its thread.
struct CameraMeasurement {
    /// Frames that are not counted: detectors find everybody, windows fill.
    private static let warmUp = 90

    let networks: PoseNetworks
    let classifier: EmotionClassifier
    let progress: ProgressReporter

    /// As fast as one thread goes.
    ///
    /// - Parameter rate: Frames per second of the source, which the trackers are told.
    func single(_ source: FrameSource, rate: Double, calls: Int) throws -> CameraReport.Single {
        let camera = CameraRecognition(networks, classifier: classifier)
        var times: [Double] = []
        for number in 0..<(Self.warmUp + calls) {
            try Interruption.check()
            if number == Self.warmUp { camera.resetCounts() }
            let start = Arrival.monotonicSeconds()
            try camera.process(source[number], seconds: 1 + Double(number) / rate)
            if number >= Self.warmUp { times.append((Arrival.monotonicSeconds() - start) * 1000) }
            progress.report("camera: frame \(number) of \(Self.warmUp + calls)")
        }
        let timing = Timing(of: times)
        return CameraReport.Single(
            width: source.width, height: source.height, frames: calls, median: timing.median,
            p95: timing.p95, mean: times.reduce(0, +) / Double(calls),
            decoding: 1000 * camera.decodingSeconds / Double(calls),
            people: Double(camera.bodyCount) / Double(calls),
            emotions: camera.classified)
    }

    /// The newest frame, shown at the source's pace by another thread.
    private final class Slot: Sendable {
        let newest = Mutex(-1)
        let isOver = Atomic(false)
        let signal = DispatchSemaphore(value: 0)
    }

    /// At a camera's pace.
    func live(_ source: FrameSource, rate: Double, seconds: Double) throws -> CameraReport.Live {
        let camera = CameraRecognition(networks, classifier: classifier)
        let total = Self.warmUp + Int(seconds * rate)
        let slot = Slot()
        let schedule = FrameSchedule(start: .now(), rate: rate)
        let player = Thread {
            for number in 0..<total {
                guard schedule.wait(for: number) else { break }
                slot.newest.withLock { $0 = number }
                slot.signal.signal()
            }
            slot.isOver.store(true, ordering: .releasing)
            slot.signal.signal()
        }
        player.start()
        var (last, dropped, work, latencies) = (-1, 0, 0.0, [Double]())
        while true {
            slot.signal.wait()
            let number = slot.newest.withLock { $0 }
            if number > last {
                let isCounted = number >= Self.warmUp
                if isCounted, last < Self.warmUp { camera.resetCounts() }
                if isCounted { dropped += number - max(last, Self.warmUp - 1) - 1 }
                last = number
                let start = Arrival.monotonicSeconds()
                try camera.process(source[number], seconds: 1 + schedule.time(of: number))
                let end = Arrival.monotonicSeconds()
                if isCounted {
                    work += end - start
                    latencies.append((end - schedule.start.monotonic - schedule.time(of: number)) * 1000)
                }
                progress.report("camera: \(source.width)x\(source.height), frame \(number) of \(total)")
            } else if slot.isOver.load(ordering: .acquiring) {
                break
            }
        }
        try Interruption.check()
        let timing = Timing(of: latencies)
        let frames = total - Self.warmUp
        return CameraReport.Live(
            width: source.width, height: source.height, fps: rate, frames: frames, dropped: dropped,
            median: timing.median, p95: timing.p95, load: work * rate / Double(max(frames, 1)),
            people: Double(camera.bodyCount) / Double(max(latencies.count, 1)), emotions: camera.classified)
    }
}
