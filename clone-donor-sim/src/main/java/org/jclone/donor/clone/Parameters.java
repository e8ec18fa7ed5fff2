package org.jclone.donor.clone;

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
 * What a donor tells of itself in answer to COM_INIT, in the order and the form of a protocol version.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.6.
 */
final class Parameters {

    /** We keep no snapshot after a failure of the network. */
    private static final String RECONNECT_MINUTES = "0";

    private Parameters() {}

    /** @param protocolVersion as negotiated; any number, see section 4.2 */
    static List<CloneResponse> of(DonorProfile profile, int protocolVersion, int pageSize) {
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
            responses.add(new ConfigV3Response("clone_donor_timeout_after_network_failure", RECONNECT_MINUTES));
        }
        if (protocolVersion >= ProtocolVersion.V4.wireCode()) {
            responses.add(new ConfigV4Response(
                    "json_configs",
                    "{\"version\":\"" + profile.version() + "\",\"maturity\":\"" + profile.maturity() + "\"}"));
        }
        return responses;
    }
}
