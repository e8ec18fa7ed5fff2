package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.recipient.session.Machine.CpuTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {

    private static final String MACHINE = """
            cpu  100 20 30 4000 500 6 7 8 90 9
            cpu0 50 10 15 2000 250 3 3 4 45 4
            cpu1 50 10 15 2000 250 3 4 4 45 5
            intr 1 2 3
            ctxt 5
            """;
    private static final String PROCESS = "42 (a) name) S 1 2 3 4 5 6 7 8 9 10 111 22 0 0 20 0";

    @Test
    void readsTheCountersOfTheKernel() {
        assertThat(Machine.parse(MACHINE, PROCESS)).isEqualTo(new CpuTime(171, 4671, 2, 133));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cpu", "cpu 1 2 3", "cpu a b c d e f g h", "cpu 99999999999999999999 1 1 1 1 1 1 1"})
    void knowsNothingOfAKernelWithOtherFields(String machine) {
        assertThat(Machine.parse(machine, PROCESS)).isEqualTo(CpuTime.UNKNOWN);
    }

    @Test
    void knowsNothingOfAProcessWithOtherFields() {
        assertThat(Machine.parse(MACHINE, "42 (name) S 1 2")).isEqualTo(CpuTime.UNKNOWN);
    }

    @Test
    void givesTheShareOfTheMachineThatIsBusy() {
        CpuTime earlier = new CpuTime(100, 1000, 4, 10);

        assertThat(new CpuTime(190, 1100, 4, 12).shareSince(earlier, 4)).isEqualTo(0.9);
    }

    @Test
    void givesTheShareOfWhatAContainerMayUseIfThatIsMore() {
        CpuTime earlier = new CpuTime(100, 1000, 4, 10);

        assertThat(new CpuTime(130, 1100, 4, 33).shareSince(earlier, 1)).isEqualTo(0.92);
    }

    @Test
    void takesAnUnknownMachineForIdle() {
        assertThat(CpuTime.UNKNOWN.shareSince(CpuTime.UNKNOWN, 2)).isZero();
    }

    @Test
    void knowsThisMachine() {
        assertThat(Machine.local().cores()).isPositive();
        assertThat(Machine.local().cpu().get().all()).isNotNegative();
    }
}
