import Dispatch
import Foundation
import Gait
import GaitModels
import Messaging
import Perception
import Simulation
import Synchronization

/// Shows frames to a ``CameraRecognition`` and takes the time. Blocks its thread.
struct CameraMeasurement {
    /// Warm-up frames that are not counted: the detector finds everyone, windows fill.
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

/// JPEGs shown forward and backward in a loop, so that people never jump.
struct FrameSource {
    /// Rendered frames: two seconds.
    private static let count = 60
    /// Number of frames read from the start of a folder; they are held in memory.
    private static let most = 300

    private let frames: [[UInt8]]
    let width: Int
    let height: Int

    /// The JPEGs of a folder.
    ///
    /// - Throws: `CommandFailure` if there are none, or the first is not a JPEG.
    init(folder: String) throws(CommandFailure) {
        var frames: [[UInt8]] = []
        for url in try FrameFiles([folder]).urls.prefix(Self.most) {
            frames.append(try FrameFiles.bytes(of: url))
        }
        self.frames = frames
        let first = frames[0]
        do throws(PerceptionError) {
            let header = try JPEGDecoder().header(of: first.span)
            (width, height) = (header.uprightWidth, header.uprightHeight)
        } catch { throw .failure("\(folder): \(error)") }
    }

    /// Mannequins who walk past at three and a half meters, the second one further away and ahead.
    init(people: Int, width: Int, height: Int) throws(CommandFailure) {
        (self.width, self.height) = (width, height)
        let walkers = (0..<people).map { index in
            var options = Walker.Options(radius: 1000, heading: .pi / 2)
            options.start = index == 0 ? SIMD3(-2, 0, -3.6) : SIMD3(-0.1, 0, -4.6)
            return MannequinScene.Person(
                walker: Walker(
                    emotion: index == 0 ? .happy : .sad, seed: UInt64(index + 3), options: options),
                appearance: MannequinAppearance(seed: UInt64(index + 3)))
        }
        var scene = MannequinScene(
            people: walkers,
            camera: PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4, width: width, height: height),
            seed: 7)
        var frames: [[UInt8]] = []
        for frame in 0..<Self.count {
            try Interruption.check()
            let pixels = scene.render(at: Double(frame) / 30)
            do throws(PerceptionError) {
                frames.append(try JPEGEncoder(quality: 90).encode(pixels, width: width, height: height))
            } catch { throw .failure("\(error)") }
        }
        self.frames = frames
    }

    /// The frame that is shown as the `number`th.
    subscript(_ number: Int) -> [UInt8] {
        let period = max(2 * frames.count - 2, 1)
        let place = number % period
        return frames[place < frames.count ? place : period - place]
    }
}
