package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jclone.recipient.api.Mismatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownFaultsTest {

    @ParameterizedTest
    @CsvSource({"8.0.28, false", "8.0.29, true", "8.0.31-log, true", "8.0.32, false", "9.7.4, false"})
    void listsTheTablesWithAWrongRedoLog(String version, boolean faulty) throws Exception {
        ScriptedDonor donor = new ScriptedDonor().on("innodb_tables", "shop/a", "shop/b", "c/1", "c/2", "c/3", "c/4");
        List<Mismatch> found = KnownFaults.ask(donor, ServerVersion.ofTarget(version));
        assertThat(found).hasSize(faulty ? 1 : 0);
        assertThat(found).allSatisfy(mismatch -> {
            assertThat(mismatch.severity()).isEqualTo(Mismatch.Severity.HARMLESS);
            assertThat(mismatch.donor()).isEqualTo("shop/a, shop/b, c/1, c/2, c/3 and 1 more");
            assertThat(mismatch.advice()).contains("OPTIMIZE TABLE");
        });
    }

    @Test
    void acceptsADonorWithoutSuchTables() throws Exception {
        assertThat(KnownFaults.ask(new ScriptedDonor().on("innodb_tables"), ServerVersion.ofTarget("8.0.30")))
                .isEmpty();
        assertThat(KnownFaults.ask(new ScriptedDonor(), ServerVersion.ofTarget("8.0.30")))
                .singleElement()
                .satisfies(found -> assertThat(found.donor()).contains("PROCESS"));
    }
}
