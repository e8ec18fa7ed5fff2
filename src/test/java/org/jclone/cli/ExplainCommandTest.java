package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.explain.Explanations;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {

    private final TestContext program = new TestContext();

    @Test
    void explainsOneError() {
        assertThat(program.run("explain", "1227")).isZero();
        assertThat(program.out())
                .startsWith("1227 (ER_SPECIFIC_ACCESS_DENIED_ERROR)\n")
                .contains(
                        "  1. BACKUP_ADMIN was never granted.\n",
                        "How to tell: ",
                        "What to do:  On the donor: GRANT BACKUP_ADMIN");
        assertThat(program.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void listsAll() {
        assertThat(program.run("explain")).isZero();
        assertThat(program.out().lines()).hasSize(Explanations.all().size());
    }

    @Test
    void aProgramGetsOneObjectALine() {
        assertThat(program.run("explain", "75", "--output=json")).isZero();
        assertThat(program.out().lines().toList())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("{\"code\":\"").contains("\"causes\":[{\"cause\":"));
    }

    @Test
    void saysSoIfThereIsNothingToSay() {
        assertThat(program.run("explain", "4711")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err())
                .startsWith("jclone: there is no explanation of that code; jclone explain lists all\n");
    }
}
