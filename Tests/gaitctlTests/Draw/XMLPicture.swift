import Foundation
import FoundationXML
import Testing

/// A picture as an XML parser reads it.
final class XMLPicture: NSObject, XMLParserDelegate {
    /// One element.
    struct Element {
        let name: String
        let attributes: [String: String]
        /// The names of the elements around it.
        let ancestors: [String]
    }

    private(set) var elements: [Element] = []
    /// All text between elements.
    private(set) var text = ""
    private var open: [String] = []

    init(_ document: String) throws {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        try #require(parser.parse(), "\(parser.parserError.map(String.init(describing:)) ?? "")")
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// The keyframes of all animations of an attribute.
    func keyframes(of attribute: String) -> [[String]] {
        elements.filter { $0.attributes["attributeName"] == attribute }
            .map { ($0.attributes["values"] ?? "").split(separator: ";").map(String.init) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        elements.append(Element(name: name, attributes: attributes, ancestors: open))
        open.append(name)
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { open.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}
