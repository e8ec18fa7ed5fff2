package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.Requests;
import org.jclone.provision.channel.ApplierProgress;
import org.jclone.provision.channel.BinlogPosition;
import org.jclone.provision.channel.CarriedChannel;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesFitTest {

    private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000000:";
    private static final List<String> X = List.of("x");
    private static final DonorAddress SOURCE = new DonorAddress("db1", 3306);

    @TempDir
    Path directory;

    private ProvisionRecord record;

    @BeforeEach
    void begin() throws Exception {
        record = ProvisionRecord.inMemory(directory);
        record.set(Fact.GTID_EXECUTED, UUID + "1-5");
        record.set(Fact.SERVER_ID, "9");
    }

    private void require(boolean autoPosition, String purged) throws Exception {
        ScriptedSession source = new ScriptedSession("9.7.4")
                .on("SELECT @@GLOBAL.server_uuid", List.of("u", "i", "l", "g", "e"), "u|1|1|ON|0")
                .on("SHOW REPLICAS", List.of("Server_Id"))
                .on("SHOW GLOBAL VARIABLES", X)
                .on("SHOW BINARY LOGS", List.of("Log_name", "File_size"), "binlog.000007|400")
                .on("SELECT @@GLOBAL.gtid_executed", X, UUID + "1-9")
                .on("SELECT @@GLOBAL.gtid_purged", X, purged);
        Server server = new Server() {
            @Override
            public DonorAddress address() {
                return SOURCE;
            }

            @Override
            public ServerSession connect() {
                return source;
            }
        };
        CarriedChannel channel = new CarriedChannel(
                "c",
                "db1",
                3306,
                "repl",
                true,
                autoPosition,
                "u",
                new CarriedChannel.Tls(true, false, false, Map.of()),
                "",
                "",
                Optional.of(new ApplierProgress(new BinlogPosition("binlog.000006", 4), List.of())),
                false,
                0,
                Optional.empty(),
                false,
                List.of(),
                List.of());
        try (Run run = new Run(
                Requests.keepingChannels(directory), record, event -> {}, Clock.systemUTC(), System::nanoTime)) {
            run.setChannels(List.of(new ReplicatingChannel("c", SOURCE, Optional.of(server), autoPosition, 0)));
            new SourcesFit(run).require(new ScriptedSession("9.7.4"), List.of(channel));
        }
    }

    @Test
    void theCloneIsUselessIfTheSourceOfAChannelHasPurgedWhatIsMissing() throws Exception {
        require(true, UUID + "1-5");
        assertThat(record.has(Fact.CLONE_USELESS)).isFalse();
        assertThatThrownBy(() -> require(true, UUID + "1-6"))
                .hasMessageContaining("has purged transactions that the clone lacks: " + UUID + "6");
        assertThat(record.fact(Fact.CLONE_USELESS).orElse("")).contains("has purged");
    }

    @Test
    void theCloneIsUselessIfTheSourceNoLongerHasTheLogOfThePosition() {
        assertThatThrownBy(() -> require(false, "")).hasMessageContaining("no longer has binlog.000006");
        assertThat(record.has(Fact.CLONE_USELESS)).isTrue();
    }
}
