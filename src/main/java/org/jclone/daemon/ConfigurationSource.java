package org.jclone.daemon;

/** Reads the configuration, as often as it is asked. */
@FunctionalInterface
public interface ConfigurationSource {

    /** @throws ConfigurationException with all faults */
    DaemonConfiguration read() throws ConfigurationException;
}
