import Foundation

/// The processes that read data sets for others, as the kernel lists them.
enum ReaderProcesses {
    /// How many read a folder.
    static func count(of folder: String) -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.count { process in
            guard Int(process) != nil,
                let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
            else { return false }
            return String(decoding: words, as: UTF8.self).contains("read-dataset\0\(folder)\0")
        }
    }
}
