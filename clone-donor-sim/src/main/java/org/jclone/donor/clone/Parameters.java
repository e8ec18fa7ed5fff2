package org.jclone.donor.clone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jclone.donor.api.DonorProfile;
import org.jclone.protocol.clone.ProtocolVersion;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.ConfigV3Response;
import org.jclone.protocol.clone.response.ConfigV4Response;
import org.jclone.protocol.clone.response.PluginResponse;
import org.jclone.protocol.clone.response.PluginV2Response;

/**
 * What a donor reports about itself in answer to COM_INIT, in the order and format of a protocol version.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.6.
 */
final class Parameters {

    private Parameters() {}

    /**
     * @param protocolVersion negotiated version; any number, see section 4.2
     * @param resumeWindow sent in minutes; a window above zero is never sent as zero
     */
    static List<CloneResponse> of(DonorProfile profile, int protocolVersion, int pageSize, Duration resumeWindow) {
        List<CloneResponse> responses = new ArrayList<>();
        boolean withLibraries = protocolVersion >= ProtocolVersion.V2.wireCode();
        profile.plugins()
                .forEach((name, library) ->
                        responses.add(withLibraries ? new PluginV2Response(name, library) : new PluginResponse(name)));
        profile.collations().forEach(name -> responses.add(new CollationResponse(name)));
        responses.add(new ConfigResponse("version", profile.version()));
        profile.variables().forEach((name, value) -> responses.add(new ConfigResponse(name, value)));
        responses.add(new ConfigResponse("innodb_page_size", Integer.toString(pageSize)));
        if (protocolVersion >= ProtocolVersion.V3.wireCode()) {
            long minutes = resumeWindow.plusMinutes(1).minusNanos(1).toMinutes();
            responses.add(new ConfigV3Response("clone_donor_timeout_after_network_failure", Long.toString(minutes)));
        }
        if (protocolVersion >= ProtocolVersion.V4.wireCode()) {
            responses.add(new ConfigV4Response(
                    "json_configs",
                    "{\"version\":\"" + profile.version() + "\",\"maturity\":\"" + profile.maturity() + "\"}"));
        }
        return responses;
    }
}
