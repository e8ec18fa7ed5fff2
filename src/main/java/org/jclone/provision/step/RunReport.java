package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.Step;

/**
 * What a run says: events for its listener, and what the result repeats of them. For one thread, except for {@link #note}
 * and {@link #warn}.
 */
public final class RunReport {

    private final ProvisionListener listener;
    private final List<String> remarks = new ArrayList<>();
    private final List<ProvisionEvent.Decided> decisions = new ArrayList<>();
    private final List<String> verified = new ArrayList<>();
    private final List<ChannelReport> channels = new ArrayList<>();
    private Step step = Step.PREPARE;

    RunReport(ProvisionListener listener) {
        this.listener = listener;
    }

    public ProvisionListener listener() {
        return listener;
    }

    /** Sets the step that events name. */
    public void enter(Step next) {
        step = next;
    }

    void send(ProvisionEvent event) {
        listener.onProvision(event);
    }

    /** May be called while another thread works for the run, as {@link #warn}. */
    synchronized void note(String text) {
        remarks.add(text);
        listener.onProvision(new ProvisionEvent.Note(step, text));
    }

    synchronized void warn(String text, String hint) {
        remarks.add(Findings.withHint(text, hint));
        listener.onProvision(new ProvisionEvent.Warning(step, text, hint));
    }

    void decided(String what, String outcome, Map<String, String> inputs) {
        ProvisionEvent.Decided decided = new ProvisionEvent.Decided(step, what, outcome, inputs);
        decisions.add(decided);
        listener.onProvision(decided);
    }

    /** Reports a channel of the donor; a later report of it replaces the earlier one. */
    void found(ChannelReport channel) {
        channels.removeIf(earlier -> earlier.name().equals(channel.name()));
        channels.add(channel);
        listener.onProvision(new ProvisionEvent.ChannelFound(step, channel));
    }

    /** Adds what VERIFY has seen of the new server. */
    void verified(String text) {
        verified.add(text);
    }

    /** Returns all notes and warnings of this process, in their order. */
    public synchronized List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Returns the decisions of this process, in their order. */
    List<ProvisionEvent.Decided> decisions() {
        return List.copyOf(decisions);
    }

    public List<String> verified() {
        return List.copyOf(verified);
    }

    /** Returns the channels of the donor that this process has seen. */
    public List<ChannelReport> channels() {
        return List.copyOf(channels);
    }
}
