import Foundation
import TestSupport

/// The Swift files of this package.
enum PackageFiles {
    /// The files below a folder of the package whose name ends in `.swift`, sorted by path.
    ///
    /// - Parameter folder: Relative to the root, such as `Sources`.
    static func swiftFiles(in folder: String) throws -> [SourceFile] {
        let base = PackageFolder.url.appendingPathComponent(folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: base.path)
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            return SourceFile(path: name, text: text)
        }
    }
}

/// One Swift file.
struct SourceFile {
    /// Relative to `Sources` or `Tests`: the first component is the target.
    let path: String
    let text: String

    /// The target that the file belongs to.
    var target: String { String(path.prefix { $0 != "/" }) }

    /// The number of lines, as `wc -l` counts them.
    var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// The text without comments, so that what is looked for in the code is not found in its explanation.
    var code: String {
        text.replacing(#/(?s)/\*.*?\*//#, with: "").replacing(#/(?m)(^|\s)//.*$/#, with: "")
    }

    /// The modules that the file imports, in order of appearance; of `import struct Gait.Pose` it is `Gait`.
    var imports: [String] {
        let modifier = #/(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?/#
        let kind = #/(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?/#
        return code.split(whereSeparator: \.isNewline).compactMap { line in
            var rest = line.drop { $0.isWhitespace }
            rest.trimPrefix(modifier)
            guard rest.hasPrefix("import ") else { return nil }
            rest = rest.dropFirst("import ".count).drop { $0.isWhitespace }
            rest.trimPrefix(kind)
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return name.isEmpty ? nil : String(name)
        }
    }
}
