package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFragmentTest {

    @Test
    void putsMandatorySettingsFirst() {
        ConfigFragment fragment = new ConfigFragment("Donor db1:3306");
        fragment.advisedAsOnDonor("gtid_mode", "ON");
        fragment.must("datadir", "/var/lib/my sql#1");
        fragment.mustAsOnDonor("innodb_data_file_path", "ibdata1:12M;ibdata2:50M:autoextend");
        fragment.note("something to know");
        assertThat(fragment.settings())
                .containsExactly(
                        "datadir=\"/var/lib/my sql#1\"", "innodb_data_file_path=ibdata1:12M;ibdata2:50M:autoextend");
        assertThat(fragment.text())
                .startsWith(ConfigFragment.FIRST_LINE + "\n# Donor db1:3306\n")
                .containsSubsequence("[mysqld]\n", "datadir=", "innodb_data_file_path=", "gtid_mode=ON", "# something");
    }

    /** The owner of a donor must not be able to add a line to the target's option file. */
    @Test
    void acceptsOnlyValidSettingsFromADonor() {
        ConfigFragment fragment = new ConfigFragment("Donor db1:3306\ninit_file=/tmp/a");
        fragment.mustAsOnDonor("lower_case_table_names", "1\ninit_file=/tmp/b");
        fragment.advisedAsOnDonor("gtid_mode", "ON\rplugin_load=/tmp/c");
        assertThat(fragment.settings()).isEmpty();
        assertThat(fragment.text().lines())
                .noneMatch(line -> line.startsWith("init_file") || line.startsWith("plugin"));
    }

    @ParameterizedTest
    @CsvSource({
        "ibdata1:12M:autoextend, ibdata1:12M:autoextend",
        "/raid/a/ibdata1:12M;/raid/b/ibdata2:50M:autoextend:max:2G, ibdata1:12M;ibdata2:50M:autoextend:max:2G",
        "sub/ib:1G, ib:1G",
        "/dev/sdb:10Graw, /dev/sdb:10Graw"
    })
    void removesFolders(String donor, String target) {
        assertThat(DonorSettings.withoutFolders(donor)).isEqualTo(target);
    }

    @Test
    void quotesAsTheServerReads() {
        assertThat(OptionFile.value("plain/value:1;2")).isEqualTo("plain/value:1;2");
        assertThat(OptionFile.value("with blank")).isEqualTo("\"with blank\"");
        assertThat(OptionFile.value("back\\slash # no comment\n")).isEqualTo("\"back\\\\slash # no comment\\n\"");
        assertThat(OptionFile.value("qu\"ote")).isEqualTo("'qu\"ote'");
    }
}
