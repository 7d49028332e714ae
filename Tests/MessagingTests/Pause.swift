import Foundation

/// Between two looks at something that tells nobody when it changes.
enum Pause {
    static func short() {
        usleep(2000)
    }
}
