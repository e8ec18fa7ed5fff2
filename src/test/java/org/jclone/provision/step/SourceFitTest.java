package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jclone.provision.Requests;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFitTest {

    private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000000:";
    private static final List<String> X = List.of("x");

    @TempDir
    Path directory;

    /** What each source has purged; the others do not answer. */
    private final Map<String, String> purged = new HashMap<>();

    private ProvisionRecord record;

    @BeforeEach
    void begin() throws Exception {
        record = ProvisionRecord.inMemory(directory);
        record.set(Fact.METHOD, "GTID");
        record.set(Fact.SOURCE, "db1:3306");
        record.set(Fact.SOURCE_CANDIDATES, "db1:3306 db2:3306");
        record.set(Fact.SERVER_ID, "9");
        record.set(Fact.GTID_EXECUTED, UUID + "1-5");
    }

    private Server server(DonorAddress address) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return address;
            }

            @Override
            public ServerSession connect() throws ServerException {
                if (!purged.containsKey(address.host())) {
                    throw ScriptedSession.unreachable(CloneErrorCode.CONNECT_FAILED, "no answer", null);
                }
                return new ScriptedSession("9.7.4")
                        .on("SELECT @@GLOBAL.server_uuid", List.of("u", "i", "l", "g", "e"), "u|1|1|ON|0")
                        .on("SHOW REPLICAS", List.of("Server_Id"))
                        .on("SHOW GLOBAL VARIABLES", X)
                        .on("SELECT @@GLOBAL.gtid_executed", X, UUID + "1-9")
                        .on("SELECT @@GLOBAL.gtid_purged", X, purged.get(address.host()));
            }
        };
    }

    private void require() throws Exception {
        try (Run run =
                new Run(Requests.of(directory, false), record, event -> {}, Clock.systemUTC(), System::nanoTime)) {
            new SourceFit(run, this::server).require();
        }
    }

    @Test
    void takesTheNextSourceThatHasWhatIsMissing() throws Exception {
        purged.put("db1", UUID + "1-7");
        purged.put("db2", UUID + "1-4");
        require();
        assertThat(record.fact(Fact.SOURCE)).hasValue("db2:3306");
        assertThat(record.has(Fact.CLONE_USELESS)).isFalse();
    }

    @Test
    void theCloneIsUselessIfAllHavePurgedWhatIsMissing() {
        purged.put("db1", UUID + "1-7");
        purged.put("db2", UUID + "1-6");
        assertThatThrownBy(this::require).hasMessageContaining("db1:3306 has purged");
        assertThat(record.has(Fact.CLONE_USELESS)).isTrue();
    }

    @Test
    void theCloneIsOfUseAsLongAsOneSourceDoesNotAnswer() {
        purged.put("db1", UUID + "1-7");
        assertThatThrownBy(this::require).hasMessageContaining("db1:3306 has purged");
        assertThat(record.has(Fact.CLONE_USELESS)).isFalse();
    }
}
