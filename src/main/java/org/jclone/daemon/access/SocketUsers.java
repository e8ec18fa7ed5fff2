package org.jclone.daemon.access;

import java.util.Set;
import org.jclone.daemon.http.Access;
import org.jclone.daemon.http.Caller;
import org.jclone.daemon.http.Peer;
import org.jclone.daemon.http.Problem;
import org.jclone.daemon.http.ProblemException;
import org.jclone.daemon.http.Role;

/**
 * Access over a Unix socket, by the uid that the kernel reports. Root and the daemon's own user may do everything.
 *
 * @param own the daemon's uid
 * @param operators uids that may do everything, too
 * @param readers uids that may only read
 */
public record SocketUsers(int own, Set<Integer> operators, Set<Integer> readers) implements Access {

    public SocketUsers {
        operators = Set.copyOf(operators);
        readers = Set.copyOf(readers);
    }

    @Override
    public Caller admit(Peer peer) throws ProblemException {
        int uid =
                peer.uid().orElseThrow(() -> Problem.Kind.FORBIDDEN.exception("the connection is not a Unix socket's"));
        String name = "uid " + uid;
        if (uid == 0 || uid == own || operators.contains(uid)) {
            return new Caller(name, Role.OPERATE);
        }
        if (readers.contains(uid)) {
            return new Caller(name, Role.READ);
        }
        throw Problem.Kind.FORBIDDEN.exception(
                name + " may not use this daemon",
                "Become root or the daemon's user, or have the user added to api-operators or api-readers in [daemon].");
    }
}
