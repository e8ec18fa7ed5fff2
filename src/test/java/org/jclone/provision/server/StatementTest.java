package org.jclone.provision.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.sql.SqlException;
import org.junit.jupiter.api.Test;

class StatementTest {

    private static final String SECRET = "Ge'h\\eim!";
    private static final Statement CREATE =
            Statement.of("CREATE USER ?@? IDENTIFIED BY ?", "o'neil", "10.%", Password.of(SECRET.toCharArray()));

    @Test
    void quotesValues() {
        assertThat(CREATE.text()).isEqualTo("CREATE USER 'o''neil'@'10.%' IDENTIFIED BY 'Ge''h\\\\eim!'");
        assertThat(Statement.of("ALTER EVENT ?.? DISABLE", Statement.name("a`b"), Statement.name("e'v"))
                        .text())
                .isEqualTo("ALTER EVENT `a``b`.`e'v` DISABLE");
        assertThat(Statement.of("SELECT ?, ?, ?", 5, 7L, "a\nb\0c\rd\u001a").text())
                .isEqualTo("SELECT 5, 7, 'a\\nb\\0c\\rd\\Z'");
        assertThat(Statement.of("SELECT ?", GtidSet.EMPTY).text()).isEqualTo("SELECT ''");
    }

    @Test
    void requiresAValueForEachMark() {
        assertThatIllegalArgumentException().isThrownBy(() -> Statement.of("SELECT ?, ?", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Statement.of("SELECT ?", 1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> Statement.of("SELECT ?", 1.5));
    }

    @Test
    void hidesValues() {
        assertThat(CREATE).hasToString("CREATE USER ?@? IDENTIFIED BY ?");
        assertThat(CREATE.words()).isEqualTo("CREATE USER");
        assertThat(Statement.of("CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = ?", "x")
                        .words())
                .isEqualTo("CHANGE REPLICATION SOURCE TO");
        assertThat(Statement.of("(SELECT 1)").words()).isEqualTo("a statement");
    }

    @Test
    void anErrorRepeatsNoPartOfASecret() {
        assertThat(refusal(CREATE, 1064, "You have an error near 'Ge'"))
                .hasMessageContaining("db1:3306 refused CREATE USER: error 1064 (42000): (the server's text")
                .hasMessageNotContaining("Ge");
        assertThat(refusal(CREATE, 1819, "Password eim! is too simple")).hasMessageNotContaining("eim");
        assertThat(refusal(CREATE, 1396, "Operation CREATE USER failed for 'o''neil'@'10.%'"))
                .hasMessageContaining("Operation CREATE USER failed for");
        assertThat(refusal(CREATE, 1064, "near 'Ge'").getCause()).isNull();
        Statement shortSecret = Statement.of("SELECT ?", Password.of("ab".toCharArray()));
        assertThat(refusal(shortSecret, 1105, "what is ab?")).hasMessageNotContaining("what is ab");
        Statement none = Statement.of("SELECT ?", Password.empty());
        assertThat(refusal(none, 1105, "what is ab?")).hasMessageContaining("what is ab");
    }

    @Test
    void namesAMissingPrivilege() {
        RefusedException denied = refusal(CREATE, 1227, "Access denied; you need CREATE USER");
        assertThat(denied.isAccessDenied()).isTrue();
        assertThat(denied.number()).isEqualTo(1227);
        assertThat(refusal(CREATE, 1396, "failed").isAccessDenied()).isFalse();
    }

    private static RefusedException refusal(Statement statement, int number, String text) {
        return new RefusedException(new DonorAddress("db1", 3306), statement, new SqlException(number, "42000", text));
    }
}
