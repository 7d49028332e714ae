import Datasets
import Foundation

/// Reads a data set's folder in a process of its own, because libhdf5 may crash or hang on a malformed file: the
/// process may die, and this one says which file it was.
///
/// The process is this program with the hidden command `read-dataset`. It has a limit of time and one of memory,
/// writes nothing but to its pipe, and ends with this process however that ends.
struct ReadingProcess {
    /// How long reading may take, whatever the size, and how many bytes of files more get another second.
    private static let usualSeconds = 60.0
    private static let bytesPerSecond = 5e6
    private static let mostSeconds = 600.0

    /// The program that reads.
    var program = Self.ownProgram
    /// Seconds for everything; nil: by the size of the files.
    var seconds: Double?

    /// The folder as a data set.
    ///
    /// - Throws: `CommandFailure.failure` with the reader's own words, or naming the file that it crashed or hung
    ///   at; `.interrupted` after Ctrl-C.
    static func dataset(in folder: String) throws(CommandFailure) -> GaitDataset {
        try ReadingProcess().read(folder, as: GaitDataset.self)
    }

    /// What is in the folder, as far as it can be read.
    ///
    /// - Throws: as `dataset(in:)`.
    static func survey(of folder: String) throws(CommandFailure) -> DatasetSurvey {
        try ReadingProcess().read(folder, as: DatasetSurvey.self)
    }

    /// Reads a folder, either as a whole or as far as it can be.
    ///
    /// - Throws: as `dataset(in:)`.
    func read<Value: DatasetTransfer>(_ folder: String, as type: Value.Type) throws(CommandFailure) -> Value {
        let bytes = Self.bytes(of: folder)
        let seconds =
            seconds ?? min(Self.usualSeconds + Double(bytes) / Self.bytesPerSecond, Self.mostSeconds)
        let child = try PipedChild(
            program,
            ["read-dataset", folder, "--seconds", "\(Int(seconds.rounded(.up)))", "--bytes", "\(bytes)"]
                + (Value.self == DatasetSurvey.self ? ["--survey"] : []))
        var place = folder
        do {
            let deadline = ProcessInfo.processInfo.systemUptime + seconds
            return try receive(from: child, until: deadline, place: &place)
        } catch {
            throw failure(error, place: place, child: child, seconds: seconds)
        }
    }

    /// What came instead of a data set.
    private enum Fault: Error {
        /// The reader's own words.
        case told(String)
        /// Bytes that are no piece of a data set, or pieces in another order.
        case nonsense
    }

    private func receive<Value: DatasetTransfer>(
        from child: PipedChild, until deadline: Double, place: inout String
    ) throws -> Value {
        var header: Value.Header?
        var coordinates: [[Float]] = []
        var numbers = 0
        while let part = try TransferPart.read(from: { try child.fill($0, until: deadline) }) {
            switch (part, header) {
            case (.opening(let path), nil): place = path
            case (.failure(let text), nil): throw Fault.told(text)
            case (.header(let bytes), nil): header = try ReadDatasetCommand.decoder.decode(from: bytes)
            case (.coordinates(let some), .some):
                coordinates.append(some)
                numbers += some.count
                guard numbers <= DatasetSurvey.mostNumbers else { throw Fault.nonsense }
            case (.end, .some(let header)):
                guard let value = Value(header: header, coordinates: coordinates) else {
                    throw Fault.nonsense
                }
                return value
            default: throw Fault.nonsense
            }
        }
        throw Fault.nonsense
    }

    private func failure(
        _ error: any Error, place: String, child: PipedChild, seconds: Double
    ) -> CommandFailure {
        let hint = "the file is damaged, or not what it seems; write it again from its source"
        switch error {
        case Fault.told(let text): return .failure(text)
        case PipedChild.Fault.interrupted: return .interrupted
        case PipedChild.Fault.late:
            return .failure("\(place): was not read within \(Int(seconds.rounded(.up))) s; \(hint)")
        case PipedChild.Fault.ended:
            switch child.wait() {
            case .signal(SIGINT), .signal(SIGTERM): return .interrupted
            case .signal(let signal):
                let name = strsignal(signal).map { String(cString: $0) } ?? "signal \(signal)"
                return .failure("\(place): the process that read it crashed (\(name)); \(hint)")
            case .status(let status):
                return .failure(
                    "\(place): the process that read it ended with \(status) and no word; \(hint)")
            }
        default: return .failure("\(place): the process that read it handed over no data set; \(hint)")
        }
    }

    /// This program; in the tests, whose program is another, the one that is built beside them.
    private static let ownProgram: String = {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appending(path: "gaitctl").path(percentEncoded: false)
        // By this name also after the program's file was replaced by a newer one.
        guard own.lastPathComponent != "gaitctl", FileManager.default.isExecutableFile(atPath: beside) else {
            return "/proc/self/exe"
        }
        return beside
    }()

    /// The bytes of the folder's files together.
    private static func bytes(of folder: String) -> Int {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.reduce(0) { sum, file in
            let found = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
            return min(sum + (found?[.size] as? Int ?? 0), 1 << 40)
        }
    }
}
