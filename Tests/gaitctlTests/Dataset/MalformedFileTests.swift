import Datasets
import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("Malformed HDF5 files")
struct MalformedFileTests {
    private let files: WalkFiles

    init() throws {
        files = try WalkFiles()
    }

    @Test("a damaged file is a data set or one sentence that names it, whatever libhdf5 makes of it")
    func damaged() throws {
        let folder = try files.dataset(recordings: 1)
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for name in ["features.h5", "labels.h5"] {
            let url = URL(filePath: "\(folder)/\(name)")
            let whole = try Data(contentsOf: url)
            for round in 0..<30 {
                var bytes = whole
                if round < 5 {
                    bytes = bytes.prefix(Int(generator.uniform(0...1) * Float(whole.count - 1)))
                } else {
                    // What describes the data stands at the beginning.
                    let area = round.isMultiple(of: 2) ? 200 : min(whole.count, 4000)
                    for _ in 0..<(1 + round % 8) {
                        let place = Int(generator.uniform(0...1) * Float(area - 1))
                        bytes[place] ^= UInt8(1 + Int(generator.uniform(0...1) * 254))
                    }
                }
                try bytes.write(to: url)
                do throws(CommandFailure) {
                    _ = try ReadingProcess.dataset(in: folder)
                } catch {
                    refused += 1
                    #expect(error.message.contains(folder) && error.exitStatus == 1, "\(error)")
                }
            }
            try whole.write(to: url)
        }
        #expect(refused > 20)
        #expect(try ReadingProcess.dataset(in: folder).gaits.count == 4)
    }

    @Test("a sparse file of huge extents neither fills the memory nor takes long")
    func huge() throws {
        let folder = try files.dataset(recordings: 1)
        let descriptor = open("\(folder)/features.h5", O_WRONLY)
        #expect(ftruncate(descriptor, 1 << 40) == 0)
        close(descriptor)
        #expect(try ReadingProcess(seconds: 60).read(folder, as: GaitDataset.self).gaits.count == 4)
    }
}
