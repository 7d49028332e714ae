import Foundation

/// What `gaitctl benchmark camera` prints.
struct CameraReport: Encodable {
    /// One thread, as fast as it goes; milliseconds per frame, all that a frame costs.
    struct Single: Encodable {
        let width: Int
        let height: Int
        let frames: Int
        let median: Double
        let p95: Double
        let mean: Double
        /// Of that, on average.
        let decoding: Double
        /// People found in a frame, on average.
        let people: Double
        let emotions: Int

        enum CodingKeys: String, CodingKey {
            case width, height, frames, people, emotions
            case median = "median_ms"
            case p95 = "p95_ms"
            case mean = "mean_ms"
            case decoding = "decoding_mean_ms"
        }
    }

    /// One camera at its own pace.
    struct Live: Encodable {
        let width: Int
        let height: Int
        let fps: Double
        let frames: Int
        /// Frames that gave way to newer ones.
        let dropped: Int
        /// From a frame's moment to its joints, milliseconds.
        let median: Double
        let p95: Double
        /// The share of a core that the thread took.
        let load: Double
        let people: Double
        let emotions: Int

        enum CodingKeys: String, CodingKey {
            case width, height, fps, frames, dropped, load, people, emotions
            case median = "median_ms"
            case p95 = "p95_ms"
        }
    }

    let single: Single
    let live: [Live]
    /// The process's largest resident set, MB of 10^6 bytes, the frames that it shows among it.
    let residentMegabytes: Double

    enum CodingKeys: String, CodingKey {
        case single, live
        case residentMegabytes = "rss_mb"
    }

    var text: String {
        func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
        let first =
            "one thread, \(single.width)x\(single.height): median_ms=\(rounded(single.median)) "
            + "p95_ms=\(rounded(single.p95)) mean_ms=\(rounded(single.mean)) "
            + "decoding_mean_ms=\(rounded(single.decoding)) people=\(rounded(single.people))"
        let cameras = live.map {
            "\($0.width)x\($0.height) at \(rounded($0.fps)) fps: frames=\($0.frames) dropped=\($0.dropped) "
                + "median_ms=\(rounded($0.median)) p95_ms=\(rounded($0.p95)) load=\(rounded($0.load)) "
                + "people=\(rounded($0.people)) emotions=\($0.emotions)"
        }
        return ([first] + cameras + ["rss_mb=\(rounded(residentMegabytes))"]).joined(separator: "\n")
    }
}
