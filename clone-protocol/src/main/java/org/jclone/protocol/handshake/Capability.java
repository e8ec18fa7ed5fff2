package org.jclone.protocol.handshake;

/**
 * Bits of the capability flags, spelled as in the manual; a constant's ordinal is its bit number.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.3, and the manual's page on capability flags for the bits that
 * no clone sets.
 */
public enum Capability {
    CLIENT_LONG_PASSWORD,
    CLIENT_FOUND_ROWS,
    CLIENT_LONG_FLAG,
    CLIENT_CONNECT_WITH_DB,
    CLIENT_NO_SCHEMA,
    /** Compression with zlib. */
    CLIENT_COMPRESS,
    CLIENT_ODBC,
    CLIENT_LOCAL_FILES,
    CLIENT_IGNORE_SPACE,
    CLIENT_PROTOCOL_41,
    CLIENT_INTERACTIVE,
    CLIENT_SSL,
    CLIENT_IGNORE_SIGPIPE,
    CLIENT_TRANSACTIONS,
    CLIENT_RESERVED,
    /** Also known as CLIENT_SECURE_CONNECTION: the authentication response has a length. */
    CLIENT_RESERVED2,
    CLIENT_MULTI_STATEMENTS,
    CLIENT_MULTI_RESULTS,
    CLIENT_PS_MULTI_RESULTS,
    CLIENT_PLUGIN_AUTH,
    CLIENT_CONNECT_ATTRS,
    CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
    CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS,
    CLIENT_SESSION_TRACK,
    /** Result sets end with an OK packet, and no packet follows the column definitions. */
    CLIENT_DEPRECATE_EOF,
    CLIENT_OPTIONAL_RESULTSET_METADATA,
    CLIENT_ZSTD_COMPRESSION_ALGORITHM,
    /** COM_QUERY has two additional fields before the statement. */
    CLIENT_QUERY_ATTRIBUTES,
    /** The only flag that the manual spells without the prefix. */
    MULTI_FACTOR_AUTHENTICATION,
    CLIENT_CAPABILITY_EXTENSION,
    CLIENT_SSL_VERIFY_SERVER_CERT,
    CLIENT_REMEMBER_OPTIONS;

    /** Returns the flag as a mask. */
    public long bit() {
        return 1L << ordinal();
    }
}
