package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedoNamingTest {

    @ParameterizedTest
    @CsvSource({
        "8.0.17,        IB_LOGFILE",
        "8.0.29,        IB_LOGFILE",
        "8.0.29-debug,  IB_LOGFILE",
        "8.0.30,        IB_REDO",
        "8.0.44-log,    IB_REDO",
        "8.4.0,         IB_REDO",
        "9.7.4-2,       IB_REDO",
        "10.0.1,        IB_REDO",
    })
    void followsTheVersion(String version, RedoNaming naming) {
        assertThat(RedoNaming.of(version)).isEqualTo(naming);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8.0", "v8.0.30", "8.0.x", "99999.0.1"})
    void refusesWhatIsNoVersion(String version) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedoNaming.of(version))
                .withMessage("server version: \"" + version + "\" (expected: as 8.0.30)");
    }

    @Test
    void hasTheNamesOfTheServer() {
        assertThat(RedoNaming.IB_LOGFILE.folder() + RedoNaming.IB_LOGFILE.fileName(1))
                .isEqualTo("ib_logfile1");
        assertThat(RedoNaming.IB_REDO.folder() + '/' + RedoNaming.IB_REDO.fileName(12))
                .isEqualTo("#innodb_redo/#ib_redo12");
    }
}
