package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "p\u00e4ssw\u00f6rd", "\u20ac\u20ac\u20ac", "\ud83d\udd11 and key"})
    void isUtf8(String text) {
        assertThat(Password.of(text.toCharArray()).toUtf8()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void doesNotWipeTheCallersCharacters() {
        char[] characters = {'a', 'b'};
        Password password = Password.of(characters);
        characters[0] = 'x';

        assertThat(password.toUtf8()).containsExactly('a', 'b');
    }

    @Test
    void returnsCopies() {
        Password password = Password.of('a', 'b');
        password.toUtf8()[0] = 'x';

        assertThat(password.toUtf8()).containsExactly('a', 'b');
    }

    @Test
    void isWipedWhenClosed() {
        Password password = Password.of('a', 'b');
        password.close();

        assertThat(password)
                .extracting("factors", InstanceOfAssertFactories.list(byte[].class))
                .containsExactly(new byte[2]);
        assertThat(password.isUsedUp()).isTrue();
        assertThatIllegalStateException().isThrownBy(password::toUtf8);
    }

    @Test
    void holdsOnePasswordForEachFactor() {
        Password first = Password.of('a');
        Password all = Password.ofFactors(List.of(first, Password.of('b', 'c'), Password.empty()));
        Password copy = all.copy();

        assertThat(first.isUsedUp()).isTrue();
        assertThat(all.factors()).isEqualTo(3);
        assertThat(all.toUtf8()).containsExactly('a');
        assertThat(all.toUtf8(1)).containsExactly('b', 'c');
        assertThat(all.toUtf8(2)).isEmpty();
        all.close();
        assertThatIllegalStateException().isThrownBy(() -> all.toUtf8(1));
        assertThat(copy.toUtf8(1)).containsExactly('b', 'c');
    }

    @Test
    void aCopySurvivesTheOriginal() {
        Password password = Password.of('a', 'b');
        Password copy = password.copy();
        password.close();

        assertThat(copy.toUtf8()).containsExactly('a', 'b');
        assertThat(copy.isUsedUp()).isFalse();
    }

    @Test
    void isNeverPrinted() {
        assertThat(Password.of('a', 'b')).hasToString("REDACTED");
        assertThat(Password.empty().toUtf8()).isEmpty();
    }

    /** Characters that cannot be encoded must not be dropped silently. */
    @Test
    void refusesHalfACharacter() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Password.of('a', '\ud83d', 'b'))
                .withMessage("password: not valid Unicode");
        assertThatIllegalArgumentException().isThrownBy(() -> Password.of('a', '\ud83d'));
    }

    /** The default settings share one, and stay equal to others after a clone wiped it. */
    @Test
    void anEmptyOneStaysAsItIs() {
        Password empty = Password.empty();
        empty.close();
        assertThat(empty.isUsedUp()).isFalse();
        assertThat(empty).usingRecursiveComparison().isEqualTo(Password.empty());
    }
}
