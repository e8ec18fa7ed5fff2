package org.jclone.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    private final RequestBody body = new RequestBody(10);

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, UTF_8);
    }

    private void assertTooLarge(String part) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> body.add(bytes(part)))
                .satisfies(refused -> assertThat(refused.problem().status()).isEqualTo(413))
                .withMessage("the body is longer than 10 bytes");
    }

    @Test
    void joinsItsPartsEvenWithinACharacter() throws ProblemException {
        ByteBuf text = bytes("{\"é\"}");
        while (text.isReadable()) {
            body.add(text.readSlice(1));
        }
        assertThat(body.take()).isEqualTo("{\"é\"}");
    }

    @Test
    void isEmptyUnlessSomethingArrives() throws ProblemException {
        body.add(Unpooled.EMPTY_BUFFER);
        assertThat(body.take()).isEmpty();
    }

    @Test
    void takesAsMuchAsTheLimitAndNoByteMore() throws ProblemException {
        assertTooLarge("12345678901");
        body.add(bytes("123456789"));
        assertTooLarge("01");
        body.add(bytes("0"));
        assertTooLarge("1");
        assertThat(body.take()).isEqualTo("1234567890");
    }

    @Test
    void keepsNothingForTheNextRequest() throws ProblemException {
        body.add(bytes("1234567890"));
        body.take();
        body.add(bytes("first"));
        body.clear();
        body.add(bytes("second"));
        assertThat(body.take()).isEqualTo("second");
    }

    @Test
    void refusesWhatIsNotUtf8AndForgetsIt() throws ProblemException {
        body.add(Unpooled.wrappedBuffer(new byte[] {'"', (byte) 0xc3}));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(body::take)
                .satisfies(refused -> assertThat(refused.problem().status()).isEqualTo(400))
                .withMessage("the body is not UTF-8");
        assertThat(body.take()).isEmpty();
    }

    @Test
    void doesNotDependOnTheMemoryOfItsParts() throws ProblemException {
        ByteBuf part = bytes("part");
        body.add(part);
        part.setZero(0, part.capacity());
        assertThat(body.take()).isEqualTo("part");
    }
}
