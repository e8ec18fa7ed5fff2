package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.ConfigV3Response;
import org.jclone.protocol.clone.response.ConfigV4Response;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.clone.response.PluginResponse;
import org.jclone.protocol.clone.response.PluginV2Response;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DonorParametersTest {

    private static final LocatorEntry INNODB = LocatorEntry.innodb(Locator.forVersion());
    private static final LocatorsResponse LOCATORS = new LocatorsResponse(0x0103, List.of(INNODB));
    private static final CloneResponse VERSION = new ConfigResponse("version", "9.7.4-2");
    private static final CloneResponse PAGE_SIZE = new ConfigResponse("innodb_page_size", "16384");

    private static void assertRefused(CloneErrorCode code, String message, CloneResponse... responses) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> DonorParameters.from(List.of(responses)))
                .withMessage(message)
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.hint()).isNotEmpty();
                });
    }

    private static DonorParameters withVersion(String version) throws CloneException {
        return DonorParameters.from(List.of(LOCATORS, PAGE_SIZE, new ConfigResponse("version", version)));
    }

    @Test
    void acceptsItsPartsInAnyOrder() throws CloneException {
        List<CloneResponse> responses = new ArrayList<>(List.of(
                new PluginResponse("InnoDB"),
                new PluginV2Response("clone", "mysql_clone.so"),
                new CollationResponse("utf8mb4_bin"),
                VERSION,
                PAGE_SIZE,
                new ConfigV3Response("clone_donor_timeout_after_network_failure", "5"),
                new ConfigV4Response("json_configs", "{}"),
                LOCATORS));
        DonorParameters inOrder = DonorParameters.from(responses);
        assertThat(inOrder.locators()).isEqualTo(LOCATORS);
        assertThat(inOrder.plugins()).isEqualTo(Map.of("InnoDB", "", "clone", "mysql_clone.so"));
        assertThat(inOrder.collations()).containsExactly("utf8mb4_bin");
        assertThat(inOrder.settings())
                .isEqualTo(Map.of(
                        "version", "9.7.4-2",
                        "innodb_page_size", "16384",
                        "clone_donor_timeout_after_network_failure", "5",
                        "json_configs", "{}"));

        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(responses, random);
            assertThat(DonorParameters.from(responses)).isEqualTo(inOrder);
        }
    }

    @Test
    void requiresMandatoryParts() {
        String end = " in answer to COM_INIT";
        assertRefused(CloneErrorCode.PROTOCOL, "the donor did not send its locators" + end, VERSION, PAGE_SIZE);
        assertRefused(CloneErrorCode.PROTOCOL, "the donor did not send its setting version" + end, LOCATORS, PAGE_SIZE);
        assertRefused(
                CloneErrorCode.PROTOCOL,
                "the donor did not send its setting innodb_page_size" + end,
                LOCATORS,
                VERSION);
    }

    @Test
    void refusesOtherEngines() {
        LocatorEntry other = new LocatorEntry(42, Bytes.of(new byte[34]));
        for (List<LocatorEntry> entries : List.of(List.<LocatorEntry>of(), List.of(other), List.of(INNODB, other))) {
            assertRefused(
                    CloneErrorCode.INCOMPATIBLE,
                    "the donor wants to send other storage engines than InnoDB: " + entries,
                    new LocatorsResponse(0x0103, entries),
                    VERSION,
                    PAGE_SIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void knowsThePageSizes(int pageSize) throws CloneException {
        DonorParameters parameters = DonorParameters.from(
                List.of(LOCATORS, VERSION, new ConfigResponse("innodb_page_size", Integer.toString(pageSize))));

        assertThat(parameters.pageSize()).isEqualTo(pageSize);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "1", "2048", "4095", "5000", "131072", "-16384", "16384 ", "16k", "4294983680", "0x4000"
            })
    void refusesOtherPageSizes(String pageSize) {
        assertRefused(
                CloneErrorCode.PROTOCOL,
                "the donor's innodb_page_size is " + pageSize + " (expected: 4096 to 65536)",
                LOCATORS,
                VERSION,
                new ConfigResponse("innodb_page_size", pageSize));
    }

    @ParameterizedTest
    @CsvSource({
        "8.0.17,             80017",
        "8.0.44-log,         80044",
        "8.4.0,              80400",
        "9.7.4-2,            90704",
        "9.7.4,              90704",
        "10.12.13-14-debug, 101213",
    })
    void readsTheVersionAsInnodbWritesIt(String version, int number) throws CloneException {
        assertThat(withVersion(version).version()).isEqualTo(version);
        assertThat(withVersion(version).versionNumber()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "9.7", "v9.7.4", "9.7.x", "9..4", "999.7.4", "9.700.4", "unknown"})
    void refusesInvalidVersions(String version) {
        assertRefused(
                CloneErrorCode.PROTOCOL,
                "the donor's version is \"" + version + "\" (expected: such as 8.0.30)",
                LOCATORS,
                PAGE_SIZE,
                new ConfigResponse("version", version));
    }
}
