package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.connection.NetworkProbe.Measured;
import org.jclone.recipient.session.CompressionTuner.Count;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clone of some seconds, with connections that bring so many MiB a second. */
class CompressionTunerTest {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MIB = 1 << 20;

    private record Speed(boolean compressed, double mibPerSecond) {}

    private final List<CloneEvent> events = new ArrayList<>();
    private final Map<Object, Speed> connections = new HashMap<>();
    private final Map<Object, Double> received = new HashMap<>();
    private CompressionTuner tuner;
    private EventPublisher publisher;
    private long nanos;

    private void begin(boolean compresses, double network, double cpu) {
        publisher = new EventPublisher(
                new CloneListener() {
                    @Override
                    public void onEvent(CloneEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void onProgress(CloneProgress progress) {}
                },
                () -> null);
        tuner = new CompressionTuner(new Measured(compresses, CompressionAlgorithm.ZSTD, network, cpu), publisher);
    }

    /** Opens connections as they are asked for, with the speeds of their kinds. */
    private void pass(int seconds, double plain, double compressed) {
        for (int tick = 0; tick < 20 * seconds; tick++) {
            nanos += TICK_NANOS;
            Map<Object, Count> counts = new HashMap<>();
            connections.forEach((name, speed) -> {
                received.merge(name, speed.mibPerSecond() * MIB / 20, Double::sum);
                counts.put(
                        name, new Count(speed.compressed(), received.get(name).longValue()));
            });
            if (tuner.observe(nanos, counts)) {
                connections.put(
                        "connection " + connections.size(),
                        new Speed(tuner.compresses(), tuner.compresses() ? compressed : plain));
            }
        }
    }

    private List<CloneEvent> events() {
        publisher.close();
        return events;
    }

    @Test
    void triesToCompressWhereDataComesSlowlyAndKeepsItIfThatIsFaster() {
        begin(false, 400, 300);
        connections.put("main", new Speed(false, 20));
        pass(10, 20, 60);
        assertThat(tuner.compresses()).isTrue();
        assertThat(connections).hasSize(2);
        assertThat(events()).containsExactly(new CloneEvent.CompressionChosen(true, "zstd", 20, 60));
    }

    @Test
    void stopsCompressingIfThatIsNotFaster() {
        begin(false, 400, 300);
        connections.put("main", new Speed(false, 20));
        pass(20, 20, 15);
        assertThat(tuner.compresses()).isFalse();
        assertThat(events()).first().isEqualTo(new CloneEvent.CompressionChosen(false, "zstd", 20, 15));
    }

    @Test
    void stopsCompressingWhereTheCpuOfTheDonorIsTheLimit() {
        begin(true, 90, 300);
        connections.put("main", new Speed(true, 40));
        pass(10, 80, 40);
        assertThat(tuner.compresses()).isFalse();
        assertThat(events()).containsExactly(new CloneEvent.CompressionChosen(false, "zstd", 80, 40));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void returnsToTheFirstWayIfItGivesUp(boolean compresses) {
        begin(compresses, 400, 300);
        connections.put("main", new Speed(compresses, 20));
        pass(3, 20, 20);
        assertThat(tuner.isTrying()).isTrue();
        assertThat(tuner.compresses()).isNotEqualTo(compresses);

        tuner.giveUp();
        connections.clear();
        connections.put("main after a break", new Speed(compresses, 20));
        pass(10, 20, 20);
        assertThat(tuner.isTrying()).isFalse();
        assertThat(tuner.compresses()).isEqualTo(compresses);
        assertThat(events()).isEmpty();
    }

    @Test
    void keepsWhatItHasDecidedIfItGivesUpLater() {
        begin(false, 400, 300);
        connections.put("main", new Speed(false, 20));
        pass(10, 20, 60);
        tuner.giveUp();

        assertThat(tuner.compresses()).isTrue();
        assertThat(events()).hasSize(1);
    }

    @Test
    void triesNothingWhereDataComesFast() {
        begin(false, 154, 117);
        connections.put("main", new Speed(false, 120));
        pass(60, 120, 60);
        assertThat(connections).hasSize(1);
        assertThat(tuner.compresses()).isFalse();
        assertThat(events()).isEmpty();
    }

    @Test
    void keepsItsChoiceWhereBothAreEqual() {
        begin(false, 400, 300);
        connections.put("main", new Speed(false, 50));
        connections.put("other", new Speed(true, 55));
        pass(60, 50, 55);
        assertThat(tuner.compresses()).isFalse();
        assertThat(events()).isEmpty();
    }
}
