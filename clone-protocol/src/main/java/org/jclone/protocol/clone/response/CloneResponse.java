package org.jclone.protocol.clone.response;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * A message from the donor to the recipient in clone mode.
 *
 * <p>Byte order: little-endian. Every message begins with one byte, {@link CloneResponseCode#wireCode()}; the layout
 * tables count offsets from there.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.4 and 3.
 */
public sealed interface CloneResponse
        permits LocatorsResponse,
                DataDescriptorResponse,
                DataResponse,
                PluginResponse,
                ConfigResponse,
                CollationResponse,
                PluginV2Response,
                ConfigV3Response,
                ConfigV4Response,
                CompleteResponse,
                ErrorResponse {

    CloneResponseCode code();

    /** Appends code and body to {@code out}. */
    void encode(ByteBuf out);

    <R> R accept(Handler<R> handler);

    /** Returns the descriptor of the {@link DataResponse} that must follow; empty if none follows. */
    default Optional<DataDescriptor> announcedData() {
        return Optional.empty();
    }

    /**
     * Decodes the response that fills {@code payload}, including its code. A {@link DataResponse} shares the memory of
     * {@code payload}, and the caller releases it; all other responses are copies.
     *
     * @throws MalformedPacketException if bytes are missing, left over or out of range
     */
    static CloneResponse decode(ByteBuf payload) {
        int wireCode =
                FieldReader.littleEndian(payload.duplicate(), "CloneResponse").u8("code");
        CloneResponseCode code = CloneResponseCode.byWireCode(wireCode)
                .orElseThrow(() -> new MalformedPacketException(
                        "CloneResponse", "code", 0, wireCode + " (expected: 1 to 9, 99 or 100)"));
        return switch (code) {
            case LOCS -> LocatorsResponse.CODEC.decode(payload);
            case DATA_DESC -> DataDescriptorResponse.CODEC.decode(payload);
            case DATA -> DataResponse.CODEC.decode(payload);
            case PLUGIN -> PluginResponse.CODEC.decode(payload);
            case CONFIG -> ConfigResponse.CODEC.decode(payload);
            case COLLATION -> CollationResponse.CODEC.decode(payload);
            case PLUGIN_V2 -> PluginV2Response.CODEC.decode(payload);
            case CONFIG_V3 -> ConfigV3Response.CODEC.decode(payload);
            case CONFIG_V4 -> ConfigV4Response.CODEC.decode(payload);
            case COMPLETE -> CompleteResponse.CODEC.decode(payload);
            case ERROR -> ErrorResponse.CODEC.decode(payload);
        };
    }

    /** Has one method per response, so that code that does not handle a new response does not compile. */
    interface Handler<R> {

        R onLocators(LocatorsResponse response);

        R onDataDescriptor(DataDescriptorResponse response);

        R onData(DataResponse response);

        R onPlugin(PluginResponse response);

        R onConfig(ConfigResponse response);

        R onCollation(CollationResponse response);

        R onPluginV2(PluginV2Response response);

        R onConfigV3(ConfigV3Response response);

        R onConfigV4(ConfigV4Response response);

        R onComplete(CompleteResponse response);

        R onError(ErrorResponse response);
    }
}
