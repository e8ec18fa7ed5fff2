package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Finding;
import org.junit.jupiter.api.Test;

class CheckReportsTest {

    private static final CheckReport REPORT = new CheckReport(
            new DonorAddress("db1", 3306),
            Optional.of("9.7.4"),
            Optional.of("clone@%"),
            List.of(
                    Finding.ok(CheckItem.LOGIN, "as clone@%"),
                    Finding.unknown(CheckItem.DDL, "cannot be seen", "GRANT SELECT;"),
                    Finding.warning(CheckItem.ENGINES, "not in InnoDB: a.b\u001b[2J", "They arrive empty."),
                    Finding.problem(
                            CheckItem.REDO_LOG,
                            CloneErrorCode.DONOR_ERROR,
                            "it is disabled",
                            "The donor refuses.",
                            "ALTER INSTANCE ENABLE INNODB REDO_LOG;")));

    @Test
    void theWorstComesFirst() {
        assertThat(CheckText.of(REPORT)).isEqualTo("""
                        A clone would fail: 1 problem.
                        Donor db1:3306, MySQL 9.7.4, as clone@%

                        PROBLEM
                          redo log            it is disabled
                                              The donor refuses.
                                              > ALTER INSTANCE ENABLE INNODB REDO_LOG;

                        WARNING
                          storage engines     not in InnoDB: a.b\\u001b[2J
                                              They arrive empty.

                        NOT CHECKED
                          DDL                 cannot be seen
                                              > GRANT SELECT;

                        OK
                          login               as clone@%
                        """);
    }

    @Test
    void oneObjectForAProgram() {
        assertThat(CheckJson.of(REPORT).toString())
                .startsWith(
                        "{\"type\":\"check\",\"donor\":\"db1:3306\",\"donorVersion\":\"9.7.4\",\"account\":\"clone@%\","
                                + "\"state\":\"problem\",\"exitStatus\":25,\"findings\":[{\"item\":\"redo_log\",\"group\":\"donor\","
                                + "\"state\":\"problem\",\"text\":\"it is disabled\",\"why\":\"The donor refuses.\","
                                + "\"statements\":[\"ALTER INSTANCE ENABLE INNODB REDO_LOG;\"],\"code\":\"DONOR_ERROR\"}")
                .endsWith("\"why\":\"\",\"statements\":[],\"code\":null}]}");
    }

    @Test
    void theVerdictFitsTheWorst() {
        assertThat(CheckText.of(of())).startsWith("A clone can start, as far");
        assertThat(CheckText.of(of(Finding.ok(CheckItem.LOGIN, "")))).startsWith("A clone can start.");
        assertThat(CheckText.of(of(Finding.warning(CheckItem.DDL, "", "")))).startsWith("A clone can start; 1 thing");
        assertThat(of().exitStatus()).isZero();
    }

    @Test
    void oneReasonForAllThatWasNotCheckedIsToldOnce() {
        String text = CheckText.of(of(
                Finding.unknown(CheckItem.DDL, "cannot be seen"),
                Finding.unknown(CheckItem.LOGIN, "no connection"),
                Finding.unknown(CheckItem.PLUGIN, "no connection")));
        assertThat(text)
                .endsWith("\nNOT CHECKED\n  DDL                 cannot be seen\n  all else            no connection\n");
    }

    private static CheckReport of(Finding... findings) {
        return new CheckReport(new DonorAddress("db1", 3306), Optional.empty(), Optional.empty(), List.of(findings));
    }
}
