package org.jclone.daemon.http;

/** Decides who may call. Called on an event loop: return soon. */
@FunctionalInterface
public interface Access {

    /** @throws ProblemException with 401 or 403 if the peer may not call at all */
    Caller admit(Peer peer) throws ProblemException;
}
