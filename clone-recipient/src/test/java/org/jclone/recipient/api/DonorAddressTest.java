package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DonorAddressTest {

    @ParameterizedTest
    @CsvSource({
        "db1.example.com,           db1.example.com, 3306, db1.example.com:3306",
        "db1.example.com:3307,      db1.example.com, 3307, db1.example.com:3307",
        "192.0.2.7,                 192.0.2.7,       3306, 192.0.2.7:3306",
        "192.0.2.7:65535,           192.0.2.7,      65535, 192.0.2.7:65535",
        "::1,                       ::1,             3306, [::1]:3306",
        "2001:db8::7,               2001:db8::7,     3306, [2001:db8::7]:3306",
        "[2001:db8::7],             2001:db8::7,     3306, [2001:db8::7]:3306",
        "[2001:db8::7]:1,           2001:db8::7,        1, [2001:db8::7]:1",
        "[fe80::1%eth0]:3306,       fe80::1%eth0,    3306, [fe80::1%eth0]:3306",
        "'  db1:3307 ',             db1,             3307, db1:3307",
    })
    void parsesEveryForm(String text, String host, int port, String shown) {
        DonorAddress address = DonorAddress.parse(text);

        assertThat(address).isEqualTo(new DonorAddress(host, port)).hasToString(shown);
        assertThat(DonorAddress.parse(address.toString())).isEqualTo(address);
    }

    @Test
    void knowsServices() {
        DonorAddress service = DonorAddress.parse("_mysql._tcp.example.com");

        assertThat(service.isService()).isTrue();
        assertThat(service).hasToString("_mysql._tcp.example.com");
        assertThat(DonorAddress.parse("mysql._tcp.example.com").isService()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DonorAddress.parse("_mysql._tcp.example.com:3307"))
                .withMessage("donor address: _mysql._tcp.example.com is a service, whose ports are in the DNS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                ":3306",
                "[]",
                "[]:3306",
                "[::1",
                "[::1]3306",
                "[::1]x",
                "[::1]:",
                "db1:",
                "db1:x",
                "db1:0",
                "db1:65536",
                "db1:-1",
                "db1:99999999999",
                "db 1",
                "db\t1:3306",
                "db1\u0000"
            })
    void refusesInvalidAddresses(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DonorAddress.parse(text))
                .withMessageStartingWith("donor ")
                .withMessageContaining("expected: ");
    }

    @Test
    void refusesInvalidParts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DonorAddress("db1", 0))
                .withMessage("donor port: 0 (expected: 1 to 65535)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DonorAddress(" ", 3306))
                .withMessage("donor host: \" \" (expected: a name or an address)");
    }
}
