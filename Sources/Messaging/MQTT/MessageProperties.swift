import CMosquitto
import Glibc

/// MQTT 5 properties of a message, to and from libmosquitto's linked lists.
enum MessageProperties {
    /// The list for a message to be published; nil when it needs none. The caller frees it.
    ///
    /// A property that libmosquitto refuses (a name of more than 65535 bytes, say) is left out.
    static func list(for message: MQTTMessage, expiry: UInt32?) -> OpaquePointer? {
        var list: OpaquePointer?
        if let expiry {
            mosquitto_property_add_int32(&list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.identifier, expiry)
        }
        if let topic = message.responseTopic {
            mosquitto_property_add_string(&list, MQTT_PROP_RESPONSE_TOPIC.identifier, topic)
        }
        if let data = message.correlationData {
            mosquitto_property_add_binary(
                &list, MQTT_PROP_CORRELATION_DATA.identifier, data, UInt16(clamping: data.count))
        }
        for property in message.userProperties {
            mosquitto_property_add_string_pair(
                &list, MQTT_PROP_USER_PROPERTY.identifier, property.name, property.value)
        }
        return list
    }

    /// The user properties of a received message.
    static func userProperties(in list: OpaquePointer?) -> [MQTTMessage.UserProperty] {
        var properties: [MQTTMessage.UserProperty] = []
        var next = list
        while let property = next {
            if mosquitto_property_identifier(property) == MQTT_PROP_USER_PROPERTY.identifier {
                var name: UnsafeMutablePointer<CChar>?
                var value: UnsafeMutablePointer<CChar>?
                mosquitto_property_read_string_pair(
                    property, MQTT_PROP_USER_PROPERTY.identifier, &name, &value, false)
                if let name, let value {
                    properties.append(
                        MQTTMessage.UserProperty(name: String(cString: name), value: String(cString: value)))
                }
                free(name)
                free(value)
            }
            next = mosquitto_property_next(property)
        }
        return properties
    }

    /// Where the sender of a received message wants to be answered.
    static func responseTopic(in list: OpaquePointer?) -> String? {
        guard list != nil else { return nil }
        var topic: UnsafeMutablePointer<CChar>?
        defer { free(topic) }
        mosquitto_property_read_string(list, MQTT_PROP_RESPONSE_TOPIC.identifier, &topic, false)
        return topic.map { String(cString: $0) }
    }

    /// What the answer to a received message has to carry.
    static func correlationData(in list: OpaquePointer?) -> [UInt8]? {
        guard list != nil else { return nil }
        var data: UnsafeMutableRawPointer?
        var count: UInt16 = 0
        defer { free(data) }
        let found = mosquitto_property_read_binary(
            list, MQTT_PROP_CORRELATION_DATA.identifier, &data, &count, false)
        guard found != nil, let data else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(count)))
    }

    /// What is left of a received message's expiry interval, seconds.
    static func expiry(in list: OpaquePointer?) -> UInt32? {
        guard list != nil else { return nil }
        var seconds: UInt32 = 0
        let found = mosquitto_property_read_int32(
            list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.identifier, &seconds, false)
        return found == nil ? nil : seconds
    }
}

extension mqtt5_property {
    /// As the functions take it.
    var identifier: Int32 { Int32(rawValue) }
}
