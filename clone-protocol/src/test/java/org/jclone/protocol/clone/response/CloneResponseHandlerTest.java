package org.jclone.protocol.clone.response;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.junit.jupiter.api.Test;

class CloneResponseHandlerTest {

    private static final List<CloneResponse> ALL = List.of(
            new LocatorsResponse(0x0103, List.of()),
            DataDescriptorResponse.innodb(new TaskDescriptor(100, 0, 0, 0)),
            new DataResponse(Unpooled.EMPTY_BUFFER),
            new PluginResponse("p"),
            new ConfigResponse("c", "v"),
            new CollationResponse("c"),
            new PluginV2Response("p", "l"),
            new ConfigV3Response("c", "v"),
            new ConfigV4Response("c", "v"),
            CompleteResponse.INSTANCE,
            new ErrorResponse(1815, "e"));

    @Test
    void passesEachResponseToItsMethod() {
        assertThat(ALL.stream().map(response -> response.accept(new CodeOf())))
                .containsExactly(CloneResponseCode.values());
        assertThat(ALL.stream().map(CloneResponse::code)).containsExactly(CloneResponseCode.values());
    }

    private static final class CodeOf implements CloneResponse.Handler<CloneResponseCode> {

        @Override
        public CloneResponseCode onLocators(LocatorsResponse response) {
            return CloneResponseCode.LOCS;
        }

        @Override
        public CloneResponseCode onDataDescriptor(DataDescriptorResponse response) {
            return CloneResponseCode.DATA_DESC;
        }

        @Override
        public CloneResponseCode onData(DataResponse response) {
            return CloneResponseCode.DATA;
        }

        @Override
        public CloneResponseCode onPlugin(PluginResponse response) {
            return CloneResponseCode.PLUGIN;
        }

        @Override
        public CloneResponseCode onConfig(ConfigResponse response) {
            return CloneResponseCode.CONFIG;
        }

        @Override
        public CloneResponseCode onCollation(CollationResponse response) {
            return CloneResponseCode.COLLATION;
        }

        @Override
        public CloneResponseCode onPluginV2(PluginV2Response response) {
            return CloneResponseCode.PLUGIN_V2;
        }

        @Override
        public CloneResponseCode onConfigV3(ConfigV3Response response) {
            return CloneResponseCode.CONFIG_V3;
        }

        @Override
        public CloneResponseCode onConfigV4(ConfigV4Response response) {
            return CloneResponseCode.CONFIG_V4;
        }

        @Override
        public CloneResponseCode onComplete(CompleteResponse response) {
            return CloneResponseCode.COMPLETE;
        }

        @Override
        public CloneResponseCode onError(ErrorResponse response) {
            return CloneResponseCode.ERROR;
        }
    }
}
