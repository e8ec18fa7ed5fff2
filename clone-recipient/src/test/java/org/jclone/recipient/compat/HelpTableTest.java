package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HelpTableTest {

    @Test
    void hasTheValuesWithUnderscores() {
        assertThat(HelpTable.parse("mysqld  Ver 9.7.4 for Linux on x86_64 (x)\n  --gone   text\nport 1\n\n"
                                + "Variables (--variable-name=value)\n"
                                + "and boolean options {FALSE|TRUE}          Value (after reading options)\n"
                                + "----------------------------------------- -----------------------------\n"
                                + "max-connections                           151\n"
                                + "plugin-dir                                /usr/lib/plug ins/  \n"
                                + "a-name-as-long-as-the-column 1\n"
                                + "ssl-ca                                    (No default value)\n"
                                + "max-connections                           2\n"
                                + "tmpdir\n")
                        .orElseThrow())
                .containsEntry("max_connections", "151")
                .containsEntry("plugin_dir", "/usr/lib/plug ins/")
                .containsEntry("a_name_as_long_as_the_column", "1")
                .containsEntry("ssl_ca", "")
                .containsEntry("tmpdir", "")
                .doesNotContainKeys("gone", "port");
    }

    @Test
    void isEmptyWithoutATable() {
        assertThat(HelpTable.parse("port 1\n")).isEmpty();
    }
}
