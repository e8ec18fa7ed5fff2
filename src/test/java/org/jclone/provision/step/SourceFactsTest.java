package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jclone.provision.server.ScriptedSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFactsTest {

    private static final List<String> X = List.of("x");

    /** The name of the column depends on the version. */
    @ParameterizedTest
    @ValueSource(strings = {"Replica_UUID", "Slave_UUID"})
    void theTargetsOwnServerIdIsNotTaken(String column) throws Exception {
        ScriptedSession sql = new ScriptedSession("9.7.4")
                .on("SELECT @@GLOBAL.server_uuid", List.of("u", "i", "l", "g", "e"), "source|1|1|ON|0")
                .on("SHOW REPLICAS", List.of("Server_Id", column), "7|target", "8|other")
                .on("SHOW GLOBAL VARIABLES", X)
                .on("SELECT @@GLOBAL.gtid_executed", X, "")
                .on("SELECT @@GLOBAL.gtid_purged", X, "");
        assertThat(SourceFacts.ask(sql, "repl", Set.of("target")).serverIds()).containsExactlyInAnyOrder(1L, 8L);
        assertThat(SourceFacts.ask(sql, "repl", Set.of()).serverIds()).containsExactlyInAnyOrder(1L, 7L, 8L);
    }
}
