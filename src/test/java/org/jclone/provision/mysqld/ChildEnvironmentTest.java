package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildEnvironmentTest {

    private static Map<String, String> cleaned(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        ChildEnvironment.clean(environment);
        return environment;
    }

    @Test
    void leavesOutThePasswordAndWhatTheLauncherSetForJava() {
        assertThat(cleaned(Map.of(
                        "MYSQL_PWD", "secret",
                        "MALLOC_ARENA_MAX", "2",
                        "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1",
                        "HOME", "/root")))
                .isEqualTo(Map.of("HOME", "/root"));
    }

    @Test
    void leavesTheTunablesOfTheOperator() {
        Map<String, String> variables = Map.of("GLIBC_TUNABLES", "glibc.malloc.check=3", "MALLOC_ARENA_MAX", "8");
        assertThat(cleaned(variables)).isEqualTo(variables);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MALLOC_ARENA_MAX=2", "GLIBC_TUNABLES:-glibc.malloc.hugetlb=1"})
    void knowsTheValuesOfTheLauncher(String assignment) throws IOException {
        assertThat(Files.readString(Path.of("..", "jclone"))).contains(assignment);
    }
}
