package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingsTest {

    @Test
    void joinsATextAndItsHintWithOnePeriod() {
        assertThat(Findings.withHint("Account is locked.", "Unlock it.")).isEqualTo("Account is locked. Unlock it.");
        assertThat(Findings.withHint("the account is locked", "Unlock it."))
                .isEqualTo("the account is locked. Unlock it.");
        assertThat(Findings.withHint("the account is locked", "")).isEqualTo("the account is locked");
    }
}
