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
    void putsTheWorstFirst() {
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

                        OK
                          login               as clone@%

                        GRANTS that the account lacks
                          > GRANT SELECT;
                        """);
    }

    @Test
    void printsOneJsonObject() {
        assertThat(CheckJson.of(REPORT).toString())
                .startsWith(
                        "{\"type\":\"check\",\"donor\":\"db1:3306\",\"donorVersion\":\"9.7.4\",\"account\":\"clone@%\","
                                + "\"state\":\"problem\",\"exitStatus\":25,\"grants\":[\"GRANT SELECT;\"],\"findings\":[{\"item\":\"redo_log\",\"group\":\"donor\","
                                + "\"state\":\"problem\",\"text\":\"it is disabled\",\"why\":\"The donor refuses.\","
                                + "\"statements\":[\"ALTER INSTANCE ENABLE INNODB REDO_LOG;\"],\"choices\":[],\"code\":\"DONOR_ERROR\"}")
                .endsWith("\"why\":\"\",\"statements\":[],\"choices\":[],\"code\":null}]}");
    }

    @Test
    void theVerdictMatchesTheWorstFinding() {
        assertThat(CheckText.of(of())).startsWith("A clone can start, as far");
        assertThat(CheckText.of(of(Finding.ok(CheckItem.LOGIN, "")))).startsWith("A clone can start.");
        assertThat(CheckText.of(of(Finding.warning(CheckItem.DDL, "", "")))).startsWith("A clone can start; 1 thing");
        assertThat(of().exitStatus()).isZero();
    }

    /** A script that runs each line that begins with > ends no clone of others. */
    @Test
    void commentsOutStatementsThatMayHurtOthers() {
        Finding clone = Finding.warning(CheckItem.OTHER_CLONE, "another one", "A new clone ends it.")
                .withChoices(List.of("KILL CONNECTION 37;"));
        assertThat(CheckText.of(of(clone))).contains("> -- KILL CONNECTION 37;\n");
        assertThat(CheckJson.of(of(clone)).toString())
                .contains("\"statements\":[],\"choices\":[\"KILL CONNECTION 37;\"]");
    }

    @Test
    void printsEachGrantOnce() {
        String grant = "GRANT PROCESS ON *.* TO 'clone'@'%';";
        String text = CheckText.of(of(
                Finding.unknown(CheckItem.SPACE, "no size", grant),
                Finding.unknown(CheckItem.DDL, "nothing seen", grant)));
        assertThat(text).containsOnlyOnce("GRANT PROCESS").endsWith("\n  > " + grant + "\n");
    }

    @Test
    void aCheckWithoutResultsIsNoSuccess() {
        CheckReport blind = of(
                Finding.ok(CheckItem.LOGIN, "as clone@%"),
                Finding.ok(CheckItem.VERSION, "MySQL 9.7.4"),
                Finding.unknown(CheckItem.PLUGIN, "the donor says error 1235"),
                Finding.unknown(CheckItem.ENGINES, "the donor says error 1235"));
        assertThat(blind.exitStatus()).isEqualTo(CloneErrorCode.DONOR_ERROR.exitStatus());
        assertThat(CheckText.of(blind)).startsWith("Nothing about the donor could be checked.");
    }

    @Test
    void printsACommonReasonForMissingResultsOnce() {
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
