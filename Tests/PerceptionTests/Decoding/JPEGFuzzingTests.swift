import Foundation
import Gait
import TestSupport
import Testing

@testable import Perception

@Suite("A JPEG with any byte changed")
struct JPEGFuzzingTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    /// One of every kind that is decoded.
    private static func originals() throws -> [[UInt8]] {
        let plain = try TestPicture.jpeg(width: 96, height: 64)
        return [
            plain, PictureExample.progressive, PictureExample.gray, JPEGEditing.orient(plain, 6),
            JPEGEditing.orient(plain, 3, isLittleEndian: true),
        ]
    }

    @Test("is decoded or refused by name, and the next good one is decoded as ever")
    func mutations() throws {
        let originals = try Self.originals()
        var mutations = Mutations(originals, using: SeededGenerator(seed: 6))
        let decoder = JPEGDecoder()
        var image = CameraImage()
        try decoder.decode(originals[0], into: &image)
        let expected = Array(image.pixels.prefix(3 * 96 * 64))
        var refused: [FrameFault: Int] = [:]
        var decoded = 0
        for round in 0..<1000 {
            let mutation = mutations.next()
            do throws(PerceptionError) {
                try decoder.decode(mutation, into: &image, reduction: 1 << (round % 4))
                decoded += 1
            } catch {
                guard case .frame(let fault, _, _) = error else {
                    Issue.record("case \(round): \(error)")
                    continue
                }
                refused[fault, default: 0] += 1
            }
            guard round % 50 == 49 else { continue }
            try decoder.decode(originals[0], into: &image)
            #expect(Array(image.pixels.prefix(3 * 96 * 64)) == expected)
        }
        #expect(decoded > 50 && decoded < 950, "the mutations are neither harmless nor all fatal")
        #expect((refused[.corrupt] ?? 0) > 50 && (refused[.truncated] ?? 0) > 20)
    }

    @Test("touches no memory that is not its own, in 50,000 cases", .enabled(if: isLong))
    func sanitised() throws {
        let folder = try TemporaryFolder()
        let files = try Self.originals().enumerated().map { index, jpeg in
            try folder.write("\(index).jpg", Data(jpeg))
        }
        let sources = ["decode.c", "encode.c", "failure.c"].map { PackageFolder.path("Sources/CJPEG/\($0)") }
        let program = folder.path("jpeg")
        let compiler = try ProgramRun(
            "/usr/bin/env",
            ["clang", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
                + [
                    "-I", PackageFolder.path("Sources/CJPEG/include"),
                    PackageFolder.path("Tests/Sanitised/jpeg.c"),
                ]
                + sources + ["-ljpeg", "-o", program])
        try #require(compiler.process.wait() == 0, "\(compiler.errors)")
        let run = try ProgramRun(program, ["50000", "6"] + files)
        #expect(run.process.exitCode(within: 1200) == 0, "\(run.errors.suffix(4000))")
        let counts = run.output.split(separator: "\n")
        // Decoded, truncated and corrupt: the mutations reach every part.
        for result in ["0:", "-2:", "-3:"] { #expect(counts.contains { $0.hasPrefix(result) }, "\(counts)") }
        #expect(!run.errors.contains("refused as it is"))
    }
}
