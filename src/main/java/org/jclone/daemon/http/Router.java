package org.jclone.daemon.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the route of a request. */
public final class Router {

    /** A route, and the values of its parameters. */
    record Match(Route route, Map<String, String> parameters) {}

    private final List<Route> routes;

    public Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
        Set<String> seen = new HashSet<>();
        for (Route route : routes) {
            String form = route.method() + route.template().replaceAll("\\{[^}]*}", "{}");
            if (!seen.add(form)) {
                throw new IllegalArgumentException("two routes: " + route.method() + ' ' + route.template());
            }
        }
    }

    public List<Route> routes() {
        return routes;
    }

    /**
     * @param method as in the request line
     * @param path as in the request line, without the query
     */
    Match match(String method, String path) throws ProblemException {
        List<String> segments = segments(path);
        Set<Method> allowed = EnumSet.noneOf(Method.class);
        Optional<Method> wanted = Method.of(method);
        Match found = null;
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = parameters(route, segments);
            if (parameters.isPresent()) {
                allowed.add(route.method());
                boolean better = found == null || parameters.get().size() < found.parameters.size();
                if (wanted.filter(route.method()::equals).isPresent() && better) {
                    found = new Match(route, parameters.get());
                }
            }
        }
        if (found != null) {
            return found;
        }
        if (allowed.isEmpty()) {
            throw Problem.Kind.NOT_FOUND.exception("no such path");
        }
        String list = allowed.stream().map(Enum::name).collect(Collectors.joining(", "));
        Problem problem = Problem.Kind.METHOD_NOT_ALLOWED.problem("the path has only " + list);
        throw new ProblemException(problem.withHeader("Allow", list));
    }

    private static Optional<Map<String, String>> parameters(Route route, List<String> segments) {
        String[] template = route.template().substring(1).split("/", -1);
        if (template.length != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < template.length; i++) {
            String part = template[i];
            String segment = segments.get(i);
            if (part.startsWith("{")) {
                if (segment.isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(part.substring(1, part.length() - 1), segment);
            } else if (!part.equals(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    private static List<String> segments(String path) throws ProblemException {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            String decoded = decode(segment);
            if (decoded.equals(".") || decoded.equals("..")) {
                throw Problem.Kind.MALFORMED.exception("the path has a segment that is . or ..");
            }
            segments.add(decoded);
        }
        return segments;
    }

    private static String decode(String segment) throws ProblemException {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.Kind.MALFORMED.exception("the path has a % without two hexadecimal digits");
        }
    }
}
