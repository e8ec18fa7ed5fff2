package org.jclone.donor.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.FILE_COPY;
import static org.jclone.protocol.innodb.descriptor.SnapshotState.PAGE_COPY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFaultsTest {

    /** Five bytes: length 1, sequence id 0, code 99. */
    private static final byte[] COMPLETE = Delivery.packet(0, CompleteResponse.INSTANCE::encode);

    private int faults;

    private ConnectionFaults on(int connection, Fault... script) {
        return new ConnectionFaults(FaultScript.of(script), connection, () -> faults++);
    }

    private static Optional<List<Step>> send(ConnectionFaults faults, CloneResponse response) {
        byte[] packet = Delivery.packet(0, response::encode);
        return faults.plan(response, packet.length, packet::clone);
    }

    private static CloneResponse start(SnapshotState state) {
        return DataDescriptorResponse.innodb(new StateDescriptor(100, state, 0, 0, 0, 0, 0, StateDescriptor.START));
    }

    private static Step.Send bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Step.Send(Bytes.of(bytes));
    }

    @Test
    void strikesTheMessageWithTheGivenNumber() {
        ConnectionFaults first =
                on(1, Fault.on(Connections.number(1)).at(Moment.message(3)).then(Action.reset()));

        assertThat(send(first, CompleteResponse.INSTANCE)).isEmpty();
        assertThat(send(first, CompleteResponse.INSTANCE)).isEmpty();
        assertThat(send(first, CompleteResponse.INSTANCE)).contains(List.of(new Step.Close(true)));
        assertThat(send(first, CompleteResponse.INSTANCE)).isEmpty();
        assertThat(faults).isEqualTo(1);
    }

    @Test
    void strikesOnlyTheGivenConnection() {
        ConnectionFaults second =
                on(2, Fault.on(Connections.number(1)).at(Moment.everyMessage()).then(Action.drop()));

        assertThat(send(second, CompleteResponse.INSTANCE)).isEmpty();
        assertThat(faults).isZero();
    }

    @Test
    void matchesARoleOnceItIsKnown() {
        ConnectionFaults main =
                on(1, Fault.on(Connections.main()).at(Moment.everyMessage()).then(Action.drop()));

        assertThat(send(main, CompleteResponse.INSTANCE)).isEmpty();
        main.setRole(ConnectionRole.MAIN);
        assertThat(send(main, CompleteResponse.INSTANCE)).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 9})
    void cutsAfterAByte(int count) {
        ConnectionFaults first =
                on(1, Fault.on(Connections.any()).at(Moment.afterByte(count)).then(Action.close()));
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            steps.addAll(send(first, CompleteResponse.INSTANCE).orElse(List.of(new Step.Send(Bytes.of(COMPLETE)))));
            if (faults > 0) {
                break;
            }
        }

        int sent = steps.stream()
                .mapToInt(step -> step instanceof Step.Send send ? send.bytes().length() : 0)
                .sum();
        assertThat(sent).isEqualTo(count);
        assertThat(steps.get(steps.size() - 1)).isEqualTo(new Step.Close(false));
    }

    @Test
    void stallsWithinAPacketAndThenSendsTheRest() {
        ConnectionFaults first =
                on(1, Fault.on(Connections.any()).at(Moment.afterByte(2)).then(Action.stall(Duration.ofSeconds(1))));

        assertThat(send(first, CompleteResponse.INSTANCE))
                .contains(List.of(bytes(1, 0), new Step.Stall(Duration.ofSeconds(1)), bytes(0, 0, 99)));
    }

    @Test
    void sendsAPacketByteByByte() {
        ConnectionFaults first =
                on(1, Fault.on(Connections.any()).at(Moment.everyMessage()).then(Action.drip()));

        assertThat(send(first, CompleteResponse.INSTANCE))
                .contains(List.of(bytes(1), bytes(0), bytes(0), bytes(0), bytes(99)));
    }

    @Test
    void splitsIdenticallyForTheSameSeed() {
        Fault split = Fault.on(Connections.any()).at(Moment.everyMessage()).then(Action.split(5, 3));

        assertThat(send(on(1, split), start(FILE_COPY)))
                .isEqualTo(send(on(1, split), start(FILE_COPY)))
                .hasValueSatisfying(steps -> assertThat(steps).hasSizeBetween(2, 3));
    }

    @Test
    void changesHeaderAndPayload() {
        assertThat(sentWith(Rewrite.sequenceId(7))).containsExactly(bytes(1, 0, 0, 7, 99));
        assertThat(sentWith(Rewrite.payloadLength(0x030201))).containsExactly(bytes(1, 2, 3, 0, 99));
        assertThat(sentWith(Rewrite.responseCode(42))).containsExactly(bytes(1, 0, 0, 0, 42));
        assertThat(sentWith(Action.repeat())).containsExactly(bytes(1, 0, 0, 0, 99), bytes(1, 0, 0, 0, 99));
        assertThat(sentWith(Action.precede(CompleteResponse.INSTANCE, 2))).hasSize(3);
        assertThat(sentWith(Action.refuse(1317, "x"))).containsExactly(new Step.Refuse(1317, "x"));
    }

    private List<Step> sentWith(Action action) {
        Moment moment = Moment.response(CloneResponseCode.COMPLETE);
        return send(on(1, Fault.on(Connections.any()).at(moment).then(action)), CompleteResponse.INSTANCE)
                .orElseThrow();
    }

    /** A later fault does not change what an earlier one cut off. */
    @Test
    void appliesSeveralFaultsToOnePacket() {
        for (Action second :
                List.of(Action.close(), Rewrite.sequenceId(7), Rewrite.flipBit(1), Rewrite.flipDataBit(1))) {
            ConnectionFaults both = on(
                    1,
                    Fault.on(Connections.any()).at(Moment.message(1)).then(Action.drip()),
                    Fault.on(Connections.any()).at(Moment.afterByte(4)).then(second));
            assertThat(send(both, CompleteResponse.INSTANCE))
                    .as("%s", second)
                    .hasValueSatisfying(steps -> assertThat(steps).startsWith(bytes(COMPLETE[0])));
        }
    }

    @Test
    void followsTheAnnouncedState() {
        ConnectionFaults first =
                on(1, Fault.on(Connections.any()).at(Moment.during(FILE_COPY)).then(Action.drop()));

        assertThat(send(first, CompleteResponse.INSTANCE)).isEmpty();
        assertThat(send(first, start(FILE_COPY))).isPresent();
        assertThat(send(first, CompleteResponse.INSTANCE)).isPresent();
        assertThat(send(first, start(PAGE_COPY))).isEmpty();
    }

    @Test
    void countsMatchingPackets() {
        ConnectionFaults first = on(
                1,
                Fault.on(Connections.any())
                        .at(Moment.stateStart(FILE_COPY).nth(2))
                        .then(Action.drop()));

        assertThat(send(first, start(FILE_COPY))).isEmpty();
        assertThat(send(first, start(PAGE_COPY))).isEmpty();
        assertThat(send(first, start(FILE_COPY))).isPresent();
        assertThat(send(first, start(FILE_COPY))).isEmpty();
    }

    @Test
    void describesAFaultInTheOrderOfItsParts() {
        assertThat(FaultScript.of(Fault.on(Connections.number(2))
                        .at(Moment.stateEnd(FILE_COPY).nth(2))
                        .then(Action.reset())))
                .hasToString("on connection 2 at end of FILE_COPY no. 2: reset");
        assertThat(FaultScript.random(17)).hasToString(FaultScript.random(17).toString());
    }
}
