package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedoNamingTest {

    @ParameterizedTest
    @CsvSource({
        "80017,  IB_LOGFILE",
        "80029,  IB_LOGFILE",
        "80030,  IB_REDO",
        "80044,  IB_REDO",
        "80400,  IB_REDO",
        "90704,  IB_REDO",
        "100001, IB_REDO",
    })
    void followsTheVersion(int versionNumber, RedoNaming naming) {
        assertThat(RedoNaming.of(versionNumber)).isEqualTo(naming);
    }

    @Test
    void usesTheNamesOfTheServer() {
        assertThat(RedoNaming.IB_LOGFILE.folder() + RedoNaming.IB_LOGFILE.fileName(1))
                .isEqualTo("ib_logfile1");
        assertThat(RedoNaming.IB_REDO.folder() + '/' + RedoNaming.IB_REDO.fileName(12))
                .isEqualTo("#innodb_redo/#ib_redo12");
    }
}
