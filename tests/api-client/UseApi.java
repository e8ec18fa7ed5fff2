import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.DefaultApi;
import org.openapitools.client.model.Cancel;
import org.openapitools.client.model.Event;
import org.openapitools.client.model.Order;
import org.openapitools.client.model.Run;
import org.openapitools.client.model.RunDetail;
import org.openapitools.client.model.StartedRun;
import org.openapitools.client.model.Throttle;
import org.openapitools.client.model.ThrottleChange;

/** Uses every operation of a daemon's API through the client that openapi-generator makes of its document. */
public final class UseApi {

    private static final long MINUTE = 60_000;

    private UseApi() {}

    /** @param arguments the address of the daemon, a token that may do everything, and a target whose donor is not there */
    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + arguments[1]));
        DefaultApi api = new DefaultApi(client);
        String target = arguments[2];

        check("livez", api.livez().equals("ok\n"));
        check("readyz", api.readyz().equals("ok\n"));
        check("metrics", api.metrics().contains("jclone_queue_length "));
        check("openApi", ((Map<?, ?>) api.openApi()).containsKey("paths"));
        check("status", api.status().getState().getValue().equals("READY") && api.status().getRunning() == 0);
        check("targets", api.targets().getTargets().size() == 1);
        check("target", api.target(target).getDirectoryState().getValue().equals("EMPTY"));
        check("donors", api.donors(target).getDonors().size() == 1);
        // The document leaves room for more values, so the generator makes a map of it.
        check("plan", "IMPOSSIBLE".equals(api.plan(target).get("outcome")));
        refused("target", 404, () -> api.target("nobody"));
        orders(api, target);
        limits(api);
        check("reload", api.reload() != null);
    }

    private static void orders(DefaultApi api, String target) throws Exception {
        StartedRun first = api.start(target, "key-1", new Order().priority(3L));
        check("start", first.getNew() && first.getPriority() == 3);
        check("start again", !api.start(target, "key-1", new Order()).getNew());
        refused("start of another order", 409, () -> api.start(
                target, "key-1", new Order().action(Order.ActionEnum.ROLL_BACK)));
        RunDetail failed = awaitEnd(api, first.getId());
        check("run", failed.getState() == RunDetail.StateEnum.FAILED);
        check("failure", failed.getFailure().getCode().equals("PROVISIONING")
                && failed.getFailure().getStep().toString().equals("PREPARE")
                && !failed.getFailure().getHint().isEmpty());
        List<Event> events = api.events(first.getId(), null, null, null).getEvents();
        check("events", events.get(0).getKind() == Event.KindEnum.QUEUED
                && events.get(events.size() - 1).getKind() == Event.KindEnum.ENDED);
        check("events after one", api.events(first.getId(), events.get(0).getId(), 1L, null)
                .getEvents()
                .get(0)
                .getId()
                .equals(events.get(1).getId()));
        StartedRun second = api.retry(first.getId(), null);
        check("retry", first.getId().equals(second.getRetryOf()));
        awaitEnd(api, second.getId());
        refused("cancel", 409, () -> api.cancel(second.getId(), new Cancel()));
        List<Run> runs = api.runs(null, target, List.of("FAILED", "QUEUED"), first.getOrderedAt(), null, null, 1L)
                .getRuns();
        check("runs", runs.size() == 1 && runs.get(0).getId().equals(second.getId()));
        check("active runs", api.runs(true, null, null, null, null, null, null).getRuns().isEmpty());
    }

    private static RunDetail awaitEnd(DefaultApi api, String run) throws Exception {
        long end = System.currentTimeMillis() + MINUTE;
        RunDetail now = api.run(run);
        while (now.getEndedAt() == null && System.currentTimeMillis() < end) {
            Thread.sleep(100);
            now = api.run(run);
        }
        return now;
    }

    private static void limits(DefaultApi api) throws ApiException {
        Throttle before = api.getThrottle();
        Throttle set = api.setThrottle(new ThrottleChange().networkMiBPerSecond(7L));
        check("setThrottle", set.getNetworkMiBPerSecond() == 7
                && set.getDataMiBPerSecond().equals(before.getDataMiBPerSecond()));
        check("reset", api.setThrottle(new ThrottleChange().reset(true))
                .getOrigin()
                .equals(before.getOrigin()));
    }

    private static void check(String what, boolean isTrue) {
        if (!isTrue) {
            throw new AssertionError(what + " is wrong");
        }
        System.out.println("ok: " + what);
    }

    private static void refused(String what, int status, Callable<?> call) throws Exception {
        try {
            call.call();
        } catch (ApiException e) {
            check(what + " is refused with " + e.getCode(), e.getCode() == status
                    && e.getResponseBody().contains("\"hint\""));
            return;
        }
        throw new AssertionError(what + " was not refused");
    }
}
