package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistedVariablesTest {

    private static final String VALUE = "the-value";

    /** A donor with one persisted variable. */
    private record OneVariable(String name) implements SqlSession {

        @Override
        public Rows query(String statement) {
            return new Rows(List.of("name", "value"), List.of(List.of(Optional.of(name), Optional.of(VALUE))));
        }

        @Override
        public long drain(String statement) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void tryCloneMode() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static String ask(String name) throws CloneException {
        return PersistedVariables.ask(new OneVariable(name), new DonorAddress("db1", 3306));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authentication_ldap_simple_bind_root_pwd",
                "authentication_ldap_sasl_bind_root_pwd",
                "component_x.passphrase",
                "A_PASSWORD",
                "some_passwd_here",
                "x.private_key",
                "x.access_key",
                "x.apikey",
                "x_secret",
                "x_token",
                "x_credentials"
            })
    void omitsPossibleSecrets(String name) throws CloneException {
        assertThat(ask(name)).doesNotContain(VALUE).contains("# " + name + ": sensitive, its value is left out");
    }

    @Test
    void writesTheOthers() throws CloneException {
        assertThat(ask("max_connections")).contains("[mysqld]\nmax_connections=" + VALUE + "\n");
    }
}
