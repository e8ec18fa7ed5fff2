package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.Test;

class ErrorReportTest {

    private final CloneException refused = new DonorErrorException(
            CloneErrorCode.ACCESS_DENIED,
            "db1:3306 said no",
            "Check the password.",
            1045,
            "28000",
            "Access \033denied");

    @Test
    void textHasWhatHappenedAndWhatToDo() {
        assertThat(ErrorReport.text(refused))
                .isEqualTo("jclone: db1:3306 said no\n  Check the password.\n  More: jclone explain 1045");
    }

    @Test
    void jsonHasEverythingKnown() {
        assertThat(ErrorReport.json(refused))
                .hasToString("{\"type\":\"error\",\"code\":\"ACCESS_DENIED\",\"exitStatus\":21,"
                        + "\"message\":\"db1:3306 said no\",\"hint\":\"Check the password.\",\"donorError\":1045,"
                        + "\"sqlState\":\"28000\",\"donorText\":\"Access \\u001bdenied\"}");
        CloneException full =
                new StorageException(CloneErrorCode.DISK_FULL, "full", "Make room.", Path.of("/data/x"), 4096, null);
        assertThat(ErrorReport.json(full).toString()).endsWith(",\"path\":\"/data/x\",\"offset\":4096}");
    }

    @Test
    void aMessageOfTheDonorCannotForgeALine() {
        String text = "no\nforged";
        CloneException forged = new CloneException(
                CloneErrorCode.INTERNAL, text, text, new IllegalStateException(text, new IllegalStateException(text)));
        forged.addSuppressed(new IllegalStateException(text));
        assertThat(forged).hasMessage("no\\u000aforged");
        assertThat(ErrorReport.text(forged).lines()).noneMatch(line -> line.startsWith("forged"));
        assertThat(ErrorReport.text(forged))
                .contains("Caused by: java.lang.IllegalStateException: no\\u000aforged\n\tat ")
                .contains("\tSuppressed: java.lang.IllegalStateException: no\\u000aforged\n\t\tat ");
    }

    @Test
    void onlyABugHasAStackTrace() {
        CloneException bug =
                new CloneException(CloneErrorCode.INTERNAL, "a bug", "Report it.", new IllegalStateException("here"));
        assertThat(ErrorReport.text(bug)).contains("IllegalStateException: here", "\tat ");
        assertThat(ErrorReport.text(refused)).doesNotContain("\tat ");
    }
}
