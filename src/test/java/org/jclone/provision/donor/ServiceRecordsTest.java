package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceRecordsTest {

    private static final DonorAddress SERVICE = DonorAddress.parse("_mysql._tcp.example.com");

    @Test
    void ordersByPriorityThenWeight() throws IOException {
        assertThat(ServiceRecords.servers(
                        SERVICE,
                        List.of(
                                "20 0 3306 last.example.com.",
                                "10 1 3307 light.example.com.",
                                "10 9 3308 heavy.example.com",
                                "10 9 3308 heavy.example.com.")))
                .containsExactly(
                        new DonorAddress("heavy.example.com", 3308),
                        new DonorAddress("light.example.com", 3307),
                        new DonorAddress("last.example.com", 3306));
    }

    @Test
    void knowsThatADotIsNoServer() {
        assertThatIOException()
                .isThrownBy(() -> ServiceRecords.servers(SERVICE, List.of("0 0 0 .")))
                .withMessage("the DNS names no server for _mysql._tcp.example.com");
        assertThatIOException().isThrownBy(() -> ServiceRecords.servers(SERVICE, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10 1 3306", "a 1 3306 x.", "10 1 port x.", "10 1 3306 x. y", "10 1 70000 x.", "1 1 0 x."})
    void refusesMalformedRecords(String record) {
        assertThatIOException()
                .isThrownBy(() -> ServiceRecords.servers(SERVICE, List.of(record)))
                .withMessageStartingWith("an SRV record of _mysql._tcp.example.com");
    }
}
