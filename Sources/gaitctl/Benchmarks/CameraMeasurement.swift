import Foundation
import Gait
import GaitModels
import Messaging
import Perception
import Simulation

/// Shows frames to a ``CameraRecognition`` and takes the time. Blocks its thread.
struct CameraMeasurement {
    /// Warm-up frames that are not counted: the detector finds everyone, windows fill.
    private static let warmUp = 90

    let networks: CameraNetworks
    let classifier: EmotionClassifier
    let progress: ProgressReporter

    /// As fast as one thread goes.
    func single(_ source: FrameSource, calls: Int) throws -> CameraReport.Frames {
        let camera = CameraRecognition(networks, classifier: classifier)
        let times = try (0..<Self.warmUp + calls).map { number in
            try Interruption.check()
            if number == Self.warmUp { camera.resetCounts() }
            return try show(number, of: source, to: camera, at: Double(number) / source.rate) * 1000
        }.dropFirst(Self.warmUp)
        let timing = Timing(of: Array(times))
        return CameraReport.Frames(
            width: source.width, height: source.height, frames: calls, medianMs: timing.medianMs,
            p95Ms: timing.p95Ms, meanMs: times.reduce(0, +) / Double(calls),
            decodingMeanMs: 1000 * camera.decodingSeconds / Double(calls),
            people: Double(camera.bodyCount) / Double(calls), emotions: camera.classified)
    }

    /// At a camera's pace: the thread takes the newest frame that is due.
    func live(_ source: FrameSource, seconds: Double) throws -> CameraReport.Frames {
        let camera = CameraRecognition(networks, classifier: classifier)
        let frames = Int(seconds * source.rate)
        let total = Self.warmUp + frames
        let schedule = FrameSchedule(start: .now(), rate: source.rate)
        var (last, work, latencies) = (-1, 0.0, [Double]())
        while last < total - 1 {
            guard schedule.wait(for: last + 1) else { throw CommandFailure.interrupted }
            last = max(min(schedule.newest(at: Arrival.monotonicSeconds()), total - 1), last + 1)
            if last >= Self.warmUp, latencies.isEmpty { camera.resetCounts() }
            let (start, time) = (Arrival.monotonicSeconds(), schedule.time(of: last))
            let taken = try show(last, of: source, to: camera, at: time)
            guard last >= Self.warmUp else { continue }
            work += taken
            latencies.append((start + taken - schedule.start.monotonic - time) * 1000)
        }
        let timing = Timing(of: latencies)
        return CameraReport.Frames(
            width: source.width, height: source.height, fps: source.rate, frames: frames,
            dropped: frames - latencies.count, medianMs: timing.medianMs, p95Ms: timing.p95Ms,
            load: work * source.rate / Double(max(frames, 1)),
            people: Double(camera.bodyCount) / Double(max(latencies.count, 1)), emotions: camera.classified)
    }

    /// Shows a frame.
    ///
    /// - Parameter time: the camera's, seconds since its first frame.
    /// - Returns: how long that took, seconds.
    private func show(
        _ number: Int, of source: FrameSource, to camera: CameraRecognition, at time: Double
    ) throws -> Double {
        let start = Arrival.monotonicSeconds()
        try camera.process(source[number], seconds: 1 + time)
        let seconds = Arrival.monotonicSeconds() - start
        progress.report("camera: \(source.width)x\(source.height), frame \(number)")
        return seconds
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
    /// Frames per second.
    let rate: Double

    /// The JPEGs of a folder.
    ///
    /// - Throws: `CommandFailure` if there are none, or the first is not a JPEG.
    init(folder: String, rate: Double) throws {
        self.rate = rate
        frames = try FrameFiles([folder]).urls.prefix(Self.most).map { try FrameFiles.bytes(of: $0) }
        do {
            let first = frames[0]
            let header = try JPEGDecoder().header(of: first.span)
            (width, height) = (header.uprightWidth, header.uprightHeight)
        } catch { throw CommandFailure.failure("\(folder): \(error)") }
    }

    /// Mannequins who walk past at three and a half meters, rendered.
    init(people: Int, width: Int, height: Int, rate: Double) throws {
        (self.width, self.height, self.rate) = (width, height, rate)
        var options = CameraScene.Options(robots: 1, people: people, emotions: [.happy, .sad])
        options.camera = PinholeCamera(
            position: SIMD3(0, 1.2, 0), pitch: -4, width: width, height: height)
        (options.side, options.passing) = (-90, 1)
        var scene = CameraScene(options).views[0]
        frames = try (0..<Self.count).map { frame in
            try Interruption.check()
            let pixels = scene.render(at: Double(frame) / 30)
            return try JPEGEncoder(quality: 90).encode(pixels, width: width, height: height)
        }
    }

    /// The frame that is shown as the `number`th.
    subscript(_ number: Int) -> [UInt8] {
        let period = max(2 * frames.count - 2, 1)
        let place = number % period
        return frames[place < frames.count ? place : period - place]
    }
}
