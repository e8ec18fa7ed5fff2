package org.jclone.recipient.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.TestSnapshots;

/** A donor that does what the test has scripted, and otherwise what it is asked. It notes what was said to it. */
final class ScriptedDonor implements DonorLine.Opener {

    static final DonorIdentity IDENTITY = new DonorIdentity("3e11fa47-7c1e-11ee-9a55-02fc00000001", 1_767_000_000);

    /** What the stream of a line does. */
    interface StreamScript {
        void run() throws CloneException;
    }

    /** All that was said, with the number of the line, such as {@code 1 COM_INIT}. */
    final List<String> said = new ArrayList<>();

    private final Deque<Optional<CloneException>> opens = new ArrayDeque<>();
    private final Deque<Optional<CloneException>> inits = new ArrayDeque<>();
    private final Deque<Optional<CloneException>> reinits = new ArrayDeque<>();
    private final Deque<StreamScript> streams = new ArrayDeque<>();

    Optional<DonorIdentity> identity = Optional.of(IDENTITY);
    DonorParameters parameters = TestSnapshots.donor(Map.of());
    Runnable onBreakOff = () -> {};
    private int lines;

    static CloneException lost() {
        return new CloneException(CloneErrorCode.CONNECTION_LOST, "the line is cut", "see there");
    }

    static CloneException failure(CloneErrorCode code) {
        return new CloneException(code, "the donor says " + code, "see there");
    }

    ScriptedDonor open(CloneException failure) {
        opens.add(Optional.ofNullable(failure));
        return this;
    }

    ScriptedDonor init(CloneException failure) {
        inits.add(Optional.ofNullable(failure));
        return this;
    }

    ScriptedDonor reinit(CloneException failure) {
        reinits.add(Optional.ofNullable(failure));
        return this;
    }

    ScriptedDonor stream(StreamScript script) {
        streams.add(script);
        return this;
    }

    private static void answer(Deque<Optional<CloneException>> script) throws CloneException {
        Optional<CloneException> failure = script.isEmpty() ? Optional.empty() : script.remove();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public DonorLine open() throws CloneException {
        int number = ++lines;
        said.add(number + " open");
        answer(opens);
        return new Line(number);
    }

    /** The donor answers no statements, which a clone survives. */
    @Override
    public ServerSql openSql(String doing) throws CloneException {
        throw failure(CloneErrorCode.DONOR_ERROR);
    }

    private final class Line implements DonorLine {

        private final int number;

        Line(int number) {
            this.number = number;
        }

        private void note(String what) {
            said.add(number + " " + what);
        }

        @Override
        public LoggedIn loggedIn() {
            HandshakeV10 greeting =
                    new HandshakeV10("9.7.4", 40 + number, Bytes.of(new byte[20]), Capabilities.NONE, 255, 2, "");
            return new LoggedIn(greeting, Capabilities.NONE, "clear text");
        }

        @Override
        public boolean isTls() {
            return false;
        }

        @Override
        public Optional<DonorIdentity> identity() {
            return identity;
        }

        @Override
        public DonorParameters init() throws CloneException {
            note("COM_INIT");
            answer(inits);
            return parameters;
        }

        @Override
        public void reinit(SnapshotCopy copy) throws CloneException {
            note("COM_REINIT");
            answer(reinits);
        }

        @Override
        public Stream stream(Target target, SnapshotCopy copy) {
            return new ScriptedStream(number, streams.isEmpty() ? () -> {} : streams.remove());
        }

        @Override
        public void breakOff(Locator clone) {
            note("break off " + clone.cloneId());
            onBreakOff.run();
        }

        @Override
        public void release() {
            note("release");
        }

        @Override
        public CompletableFuture<Void> abandon() {
            note("abandon");
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class ScriptedStream implements DonorLine.Stream {

        private final int number;
        private final StreamScript script;

        ScriptedStream(int number, StreamScript script) {
            this.number = number;
            this.script = script;
        }

        @Override
        public void run() throws CloneException {
            said.add(number + " COM_EXECUTE");
            script.run();
        }

        @Override
        public void onAbort(Throwable reason) {
            said.add(number + " abort: " + reason.getMessage());
        }

        @Override
        public void abandon() {
            said.add(number + " abandon stream");
        }

        @Override
        public void exit() {
            said.add(number + " COM_EXIT");
        }
    }
}
