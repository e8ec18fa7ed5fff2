package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.api.Step;
import org.jclone.provision.plan.Decision;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistedVariablesTest {

    @TempDir
    Path directory;

    /** As MySQL 9.7 and 8.0.11 write it; the value holds what looks like a member. */
    @Test
    void findsNamesAndNoValues() {
        assertThat(PersistedVariables.names(
                        "{\"Version\": 2, \"mysql_static_variables\": {\"back_log\": {\"Value\": \"77\", \"Metadata\": {\"Host\": \"x\"}},"
                                + " \"init_connect\": {\"Value\": \"\\\"no\\\": {\\\"Value\\\"\", \"Metadata\": {}}},"
                                + " \"mysql_dynamic_variables\": {\"x.key_cache\":{\"Value\":\"1\"}}}"))
                .containsExactly("back_log", "init_connect", "x.key_cache");
        assertThat(PersistedVariables.names(
                        "{ \"Version\" : 1 , \"mysql_server\" : { \"max_connections\" : { \"Value\" : \"99\" , \"Metadata\" : {} } ,"
                                + " \"mysql_server_static_options\" : { \"port\" : { \"Value\" : \"3307\" } } } }"))
                .containsExactly("max_connections", "port");
        assertThat(PersistedVariables.names("")).isEmpty();
    }

    @Test
    void reportsWhatTheRecordHolds() throws Exception {
        ProvisionRecord record = ProvisionRecord.create(directory);
        record.to(State.BEGUN, Step.PREPARE);
        assertThat(PersistedVariables.recorded(record).describe()).isEmpty();
        record.set(Fact.PERSISTED_OF_TARGET, "max_connections port");
        record.set(Fact.PERSISTED_OF_DONOR, "back_log");

        PersistedReport cloned = PersistedVariables.recorded(record);
        assertThat(cloned.describe())
                .containsExactly(
                        "not cloned, of the donor: back_log", "not kept, of the old server: max_connections, port");
        record.forget(Fact.PERSISTED_OF_DONOR);
        record.set(Fact.WAY, Decision.Way.INCREMENTAL.name());
        assertThat(PersistedVariables.recorded(record).describe())
                .containsExactly("kept, of this server: max_connections, port");
    }
}
