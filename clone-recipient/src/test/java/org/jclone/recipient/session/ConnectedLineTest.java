package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.connection.LocalDonor;
import org.jclone.recipient.connection.LocalDonor.Peer;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connection 0 is the main one, 1 the auxiliary, 2 a further one. */
@Timeout(300)
class ConnectedLineTest {

    private static final Optional<DonorIdentity> IDENTITY = Optional.of(ScriptedDonor.IDENTITY);
    private static final Optional<DonorIdentity> ANOTHER = Optional.of(new DonorIdentity("another", 1));

    private final TestContext test = new TestContext(Path.of("target"));
    private final LocalDonor donor = new LocalDonor(this::onCommand, test.context.throttle(), test.context.nanoClock());
    private volatile CloneCommand last;
    private CloneResponse[] answer = {CompleteResponse.INSTANCE};

    private void onCommand(Peer peer, CloneCommand command) {
        last = command;
        peer.send(answer);
    }

    @AfterEach
    void close() {
        donor.close();
        test.events();
    }

    /** @param aux the identity of what answers on the auxiliary connection */
    private ConnectedLine line(Optional<DonorIdentity> aux, Optional<DonorIdentity> further) {
        DonorLink link = new DonorLink(donor.connect(IDENTITY), donor.connect(aux));
        return new ConnectedLine(
                test.context, link, () -> CompletableFuture.completedFuture(donor.connect(further)), null);
    }

    private ConnectedLine line() {
        return line(IDENTITY, IDENTITY);
    }

    @Test
    void asksForASnapshotOnTheMainConnection() throws CloneException {
        answer = new CloneResponse[] {
            new LocatorsResponse(0x0103, List.of(LocatorEntry.innodb(TestSnapshots.LOCATOR))),
            new ConfigResponse("version", "9.7.4"),
            new ConfigResponse("innodb_page_size", "16384"),
            CompleteResponse.INSTANCE
        };
        assertThat(line().init().settings()).isEqualTo(TestSnapshots.SETTINGS);

        assertThat(donor.said).containsExactly("0 COM_INIT");
        assertThat(last)
                .isInstanceOfSatisfying(
                        InitCommand.class,
                        init -> assertThat(init.ddl().timeoutSeconds()).isEqualTo(300));
    }

    @Test
    void translatesTheRefusalOfTheDonor() {
        answer = new CloneResponse[] {new ErrorResponse(3634, "too many")};

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> line().init())
                .withMessage("db1:3306 said, while waiting for the donor's snapshot: error 3634: too many")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.DONOR_BUSY));
    }

    @Test
    void asksForAKeptSnapshotOnTheMainConnection() throws CloneException {
        line().reinit(TestSnapshots.empty());

        assertThat(donor.said).containsExactly("0 COM_REINIT");
        assertThat(last).isEqualTo(TestSnapshots.empty().reinitCommand()).isInstanceOf(ReinitCommand.class);
    }

    @Test
    void reportsANetworkFailureBeforeItBreaksOff() throws InterruptedException {
        line().breakOff(TestSnapshots.LOCATOR);

        assertThat(donor.said).containsExactly("1 COM_ACK");
        assertThat(last)
                .isInstanceOfSatisfying(
                        AckCommand.class, ack -> assertThat(ack.errorCode()).isPositive());
        assertThat(List.of(donor.closed.take(), donor.closed.take())).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void endsTheMainConnectionFromTheAuxiliaryOne() throws InterruptedException {
        line().release();

        assertThat(donor.said).startsWith("1 COM_EXIT", "1 KILL CONNECTION 40").doesNotContain("2 COM_EXIT");
        assertThat(List.of(donor.closed.take(), donor.closed.take())).contains(0);
    }

    @Test
    void endsTheMainConnectionFromAFurtherOneIfTheAuxiliaryIsGone() {
        ConnectedLine line = line();
        donor.peer(1).close();
        line.release();

        assertThat(donor.said).contains("2 KILL CONNECTION 40");
    }

    /** There the number may belong to the connection of somebody else. */
    @Test
    void killsNothingOnAnotherServer() {
        line(ANOTHER, ANOTHER).release();

        assertThat(donor.said).contains("1 COM_EXIT", "2 COM_EXIT").noneMatch(said -> said.contains("KILL"));
    }

    @Test
    void tellsWhoIsAtTheOtherEnd() {
        ConnectedLine line = line();

        assertThat(line.identity()).isEqualTo(IDENTITY);
        assertThat(line.isTls()).isFalse();
        assertThat(line.loggedIn()).isEqualTo(LocalDonor.loggedIn(40));
    }
}
