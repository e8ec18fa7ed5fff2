package org.jclone.provision.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsSettings;

/** The channel that this run sets up, with the account and the TLS options of its own connections to the source. */
final class NewChannel {

    private final Run run;

    NewChannel(Run run) {
        this.run = run;
    }

    void create(ServerSession sql) throws ServerException {
        DonorAddress source = run.sourceAddress();
        Words words = sql.words();
        List<String> options = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        add(options, values, words.sourceOption("SOURCE_HOST"), source.host());
        add(options, values, words.sourceOption("SOURCE_PORT"), source.port());
        add(
                options,
                values,
                words.sourceOption("SOURCE_USER"),
                run.request().replication().user());
        add(
                options,
                values,
                words.sourceOption("SOURCE_PASSWORD"),
                run.request().replication().password());
        if (run.isByGtid()) {
            add(options, values, words.sourceOption("SOURCE_AUTO_POSITION"), 1);
        } else {
            add(options, values, words.sourceOption("SOURCE_AUTO_POSITION"), 0);
            add(
                    options,
                    values,
                    words.sourceOption("SOURCE_LOG_FILE"),
                    run.record().fact(Fact.BINLOG_FILE).orElseThrow());
            add(
                    options,
                    values,
                    words.sourceOption("SOURCE_LOG_POS"),
                    Long.parseLong(run.record().fact(Fact.BINLOG_POSITION).orElseThrow()));
        }
        addTls(options, values, words);
        values.add(run.channel());
        sql.query(Statement.of(
                words.changeSource() + " " + String.join(", ", options) + " FOR CHANNEL ?", values.toArray()));
    }

    /** Protects the channel like the connections of this run. */
    private void addTls(List<String> options, List<Object> values, Words words) {
        TlsSettings tls = run.sourceTls();
        boolean encrypted = tls.sslMode() != SslMode.DISABLED;
        add(options, values, words.sourceOption("SOURCE_SSL"), encrypted ? 1 : 0);
        if (!encrypted || tls.sslMode() == SslMode.PREFERRED) {
            add(options, values, words.sourceOption("GET_SOURCE_PUBLIC_KEY"), 1);
        }
        Map<String, Optional<Path>> files = new LinkedHashMap<>();
        files.put("SOURCE_SSL_CA", tls.sslCa());
        files.put("SOURCE_SSL_CERT", tls.sslCert());
        files.put("SOURCE_SSL_KEY", tls.sslKey());
        if (encrypted) {
            files.forEach((name, file) -> file.ifPresent(path -> add(
                    options,
                    values,
                    words.sourceOption(name),
                    path.toAbsolutePath().toString())));
            if (tls.sslMode() == SslMode.VERIFY_IDENTITY) {
                add(options, values, words.sourceOption("SOURCE_SSL_VERIFY_SERVER_CERT"), 1);
            }
        }
    }

    private static void add(List<String> options, List<Object> values, String name, Object value) {
        options.add(name + "=?");
        values.add(value);
    }
}
