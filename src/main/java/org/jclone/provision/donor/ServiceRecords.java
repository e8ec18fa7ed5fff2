package org.jclone.provision.donor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jclone.recipient.api.DonorAddress;

/**
 * The servers behind a service name, from SRV records (RFC 2782) of the DNS servers that this machine uses. The JDK's
 * DNS client asks them; a system property {@code java.naming.provider.url} names others.
 */
final class ServiceRecords {

    private static final String SRV = "SRV";

    /** The client doubles it with each attempt. */
    private static final int FIRST_TIMEOUT_MILLIS = 1000;

    private static final int ATTEMPTS = 3;

    private ServiceRecords() {}

    /**
     * Returns the servers, those with the lowest priority value first and of equal ones the heaviest first.
     *
     * @throws IOException if there is no answer, or no server in it
     */
    @SuppressWarnings("BanJNDI") // the DNS only, and {@link DonorAddress} admits only letters, digits, dots and dashes
    static List<DonorAddress> lookUp(DonorAddress service) throws IOException {
        Properties environment = new Properties();
        environment.setProperty(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.setProperty("com.sun.jndi.dns.timeout.initial", Integer.toString(FIRST_TIMEOUT_MILLIS));
        environment.setProperty("com.sun.jndi.dns.timeout.retries", Integer.toString(ATTEMPTS));
        List<String> records = new ArrayList<>();
        try {
            InitialDirContext dns = new InitialDirContext(environment);
            try {
                Attribute found =
                        dns.getAttributes(service.host(), new String[] {SRV}).get(SRV);
                NamingEnumeration<?> values = found == null ? null : found.getAll();
                while (values != null && values.hasMore()) {
                    records.add(values.next().toString());
                }
            } finally {
                dns.close();
            }
        } catch (NameNotFoundException e) {
            throw new IOException("the DNS has no records of " + service.host(), e);
        } catch (NamingException e) {
            throw new IOException("cannot look up " + service.host() + " in the DNS: " + e.getMessage(), e);
        }
        return servers(service, records);
    }

    /** @param records as {@code PRIORITY WEIGHT PORT TARGET} */
    static List<DonorAddress> servers(DonorAddress service, List<String> records) throws IOException {
        List<Srv> parsed = new ArrayList<>();
        for (String each : records) {
            Srv srv = Srv.parse(service, each);
            if (!srv.target().isEmpty()) { // a single dot: the service is not available here
                parsed.add(srv);
            }
        }
        if (parsed.isEmpty()) {
            throw new IOException("the DNS names no server for " + service.host());
        }
        parsed.sort(Comparator.comparingInt(Srv::priority).thenComparing(Srv::weight, Comparator.reverseOrder()));
        try {
            return parsed.stream()
                    .map(srv -> new DonorAddress(srv.target(), srv.port()))
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IOException("an SRV record of " + service.host() + ": " + e.getMessage(), e);
        }
    }

    private record Srv(int priority, int weight, int port, String target) {

        private static final int FIELDS = 4;

        static Srv parse(DonorAddress service, String record) throws IOException {
            String[] fields = record.strip().split("\\s+");
            try {
                if (fields.length == FIELDS) {
                    String target =
                            fields[3].endsWith(".") ? fields[3].substring(0, fields[3].length() - 1) : fields[3];
                    return new Srv(
                            Integer.parseInt(fields[0]),
                            Integer.parseInt(fields[1]),
                            Integer.parseInt(fields[2]),
                            target);
                }
            } catch (NumberFormatException e) {
                throw malformed(service, record, e);
            }
            throw malformed(service, record, null);
        }

        private static IOException malformed(DonorAddress service, String record, Throwable cause) {
            return new IOException("an SRV record of " + service.host() + " is malformed: " + record, cause);
        }
    }
}
