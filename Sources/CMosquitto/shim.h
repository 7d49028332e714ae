#pragma once
#include <mosquitto.h>
#include <mqtt_protocol.h>

// Three functions of OpenSSL, which libmosquitto uses. Its headers are too large to be imported for them.
struct ssl_st;
/// Bytes that were decrypted and not read yet: no poll on the socket tells of them.
int SSL_pending(const struct ssl_st *ssl);
/// Whether the handshake is over: 1, else 0.
int SSL_is_init_finished(const struct ssl_st *ssl);
/// Why the other side's certificate was refused, one of OpenSSL's X509_V_ERR_; 0 where it was not.
long SSL_get_verify_result(const struct ssl_st *ssl);
