import Foundation
import TestSupport
import Testing

@Suite("Rules of the sources")
struct SourceRulesTests {
    @Test("no file has more than 500 lines", arguments: ["Sources", "Tests"])
    func longest(folder: String) throws {
        for file in try PackageFiles.swiftFiles(in: folder) where file.lineCount > 500 {
            Issue.record("\(folder)/\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test("the median file has 80 to 160 lines, and there are at most 380 files")
    func distribution() throws {
        let lengths = try PackageFiles.swiftFiles(in: "Sources").map(\.lineCount).sorted()
        try #require(!lengths.isEmpty)
        #expect((80...160).contains(lengths[lengths.count / 2]))
        #expect(lengths.count <= 380)
    }

    @Test("no thread polls with usleep")
    func polling() throws {
        for file in try PackageFiles.swiftFiles(in: "Sources") {
            #expect(!file.code.contains("usleep("), "\(file.path)")
        }
    }

    @Test("gaitd's main has fewer than 40 lines and is its only file")
    func daemon() throws {
        let files = try PackageFiles.swiftFiles(in: "Sources").filter { $0.target == "gaitd" }
        #expect(files.count == 1)
        #expect(files.allSatisfy { $0.lineCount < 40 })
    }

    @Test("fewer than five types are @unchecked Sendable, and each has a comment above it")
    func uncheckedSendable() throws {
        var places: [String] = []
        for file in try PackageFiles.swiftFiles(in: "Sources") {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where isUncheckedSendable(line) {
                places.append("\(file.path):\(index + 1)")
                let above = index > 0 ? lines[index - 1].drop(while: \.isWhitespace) : ""
                #expect(
                    above.hasPrefix("//") || above.hasPrefix("@"), "\(file.path):\(index + 1) gives no reason"
                )
            }
        }
        #expect(places.count < 5, "\(places)")
    }

    @Test("access between targets is package, never public")
    func access() throws {
        for file in try PackageFiles.swiftFiles(in: "Sources") {
            for line in file.code.split(whereSeparator: \.isNewline) {
                let words = line.split(whereSeparator: \.isWhitespace).prefix {
                    $0 != "=" && !$0.contains("\"")
                }
                #expect(!words.contains("public") && !words.contains("open"), "\(file.path): \(line)")
            }
        }
    }

    @Test("code for x86-64 has a counterpart for ARM, and no type that ARM lacks is used")
    func processors() throws {
        for file in try PackageFiles.swiftFiles(in: "Sources") {
            let code = file.code
            #expect(code.contains("arch(x86_64)") == code.contains("arch(arm64)"), "\(file.path)")
            for name in ["Float80", "_mm_", "arch(i386)"] { #expect(!code.contains(name), "\(file.path)") }
        }
    }

    @Test("every Swift target but gaitd's main explains itself in a DocC page of its name")
    func documentation() throws {
        for target in Set(try PackageFiles.swiftFiles(in: "Sources").map(\.target)).subtracting(["gaitd"]) {
            let page = PackageFolder.url.appendingPathComponent(
                "Sources/\(target)/\(target).docc/\(target).md")
            #expect(FileManager.default.fileExists(atPath: page.path), "\(page.path)")
        }
    }

    private func isUncheckedSendable(_ line: Substring) -> Bool {
        line.contains("@unchecked Sendable") && !line.drop(while: \.isWhitespace).hasPrefix("//")
    }
}
