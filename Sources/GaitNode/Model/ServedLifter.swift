package import Foundation
package import Gait
package import GaitModels
import Logging
import Messaging
import Storage

/// Lifts windows of pictures, one result for each. Callers on several threads wait for each other.
package typealias Lift = @Sendable ([ImageWindow]) -> [LiftedWindow]

/// Reads a lifter's file.
package typealias LoadLifter = @Sendable (URL) throws -> Lift

/// The lifter of `model.lifter`, or why there is none: then nobody in pictures is read.
struct ServedLifter: Sendable {
    /// The reason by which refused messages are counted.
    static let missing = "no_lifter"

    /// Nil if there is none.
    let lift: Lift?
    /// The field of `info`. Its reason is without the folder.
    let information: InfoMessage.Lifter
    /// What is missing or wrong, and what to do about it; nil if nothing is.
    let reason: String?

    /// Reads the file. A missing or damaged one is no error: skeletons in three dimensions are read without it.
    init(path: String, load: LoadLifter) {
        let key = ConfigurationTable.name(\.modelLifter)
        let file = URL(filePath: path)
        do {
            let data = try Data(contentsOf: file, options: .mappedIfSafe)
            lift = try load(file)
            reason = nil
            information = InfoMessage.Lifter(
                available: true, sha256: SHA256.hexadecimal(of: data))
        } catch {
            lift = nil
            let isMissing = !FileManager.default.fileExists(atPath: path)
            let what = isMissing ? "there is no file" : "it cannot be used: \(error)"
            let name = file.lastPathComponent
            reason = "'\(key)' is \(path): \(what)"
            information = InfoMessage.Lifter(
                available: false, reason: "'\(key)' is \(name): \(what)".replacing(path, with: name))
        }
    }

    /// Says once what an operator should know.
    func log(to logger: Logger) {
        guard let reason else { return logger.info("people in pictures are lifted") }
        logger.notice("people in pictures are not read, cameras' and keypoints': \(reason)")
    }

    /// One window in three dimensions, to be stored.
    ///
    /// - Parameter tilt: how far the camera looked down, degrees; nil if unknown.
    /// - Throws: `RequestFailure` if there is no lifter.
    func gaitWindow(_ seen: ImageWindow, tilt: Float? = nil) throws(RequestFailure) -> GaitWindow {
        guard let found = lift?([seen]).first else {
            throw RequestFailure(
                .unusableGait,
                "the gait was seen in pictures, and cannot be lifted: \(information.reason ?? "no result")")
        }
        let lifted = tilt.map(found.leveled) ?? found
        return GaitWindow(gait: lifted.gait, start: seen.start, end: seen.end, coverage: seen.coverage)
    }
}

/// The lifter that this build has.
package enum LifterLoader {
    package static let load: LoadLifter = { file in
        let lifter = try Lifter(contentsOf: file)
        return { lifter.lift($0) }
    }
}
