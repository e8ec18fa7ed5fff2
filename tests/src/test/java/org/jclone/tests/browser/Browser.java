package org.jclone.tests.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium without a window, which a test uses as a person does: it looks at texts, and presses keys. It remembers which
 * servers it asked, and what the policy of the page forbade.
 */
public final class Browser implements AutoCloseable {

    /** The width of the window and of pictures of it. */
    private static final int WIDTH = 1000;

    private static final int HEIGHT = 700;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 150;

    /** It complains that it does not know the newest Chromium, whose few commands used here do not change. */
    private static final Logger VERSIONS = Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

    private static final int MARGIN = 20;
    private static final int COLOURS = 48;
    private static final long MOST_PICTURE_BYTES = 80_000;

    /** More stops than a page has. */
    private static final int MOST_TABS = 150;

    /** Where Debian's packages chromium and chromium-driver have them. */
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final Path profile;
    private final String origin;
    private final ChromeDriver driver;

    /** @param origin of the only server that it may ask, such as {@code http://127.0.0.1:8080} */
    public Browser(String origin) throws IOException {
        this.origin = origin;
        this.profile = Files.createTempDirectory("jclone-browser");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--user-data-dir=" + profile,
                "--window-size=" + WIDTH + ',' + HEIGHT,
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--lang=en",
                "--no-first-run");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // Chromium refuses root otherwise
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = ChromeDriverService.createDefaultService(); // at a free port
        service.setExecutable(DRIVER.toString());
        service.sendOutputTo(OutputStream.nullOutputStream());
        VERSIONS.setLevel(Level.OFF);
        this.driver = new ChromeDriver(service, options);
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", WIDTH, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Returns why this machine has no such browser; empty if it has. */
    static Optional<String> missing() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER)
                ? Optional.empty()
                : Optional.of(
                        "the packages chromium and chromium-driver are not installed: " + CHROMIUM + ", " + DRIVER);
    }

    private static String resource(String name) {
        try (InputStream in = Browser.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // What it shows

    public void open(String path) {
        driver.get(origin + path);
    }

    public String path() {
        return driver.getCurrentUrl().substring(origin.length());
    }

    public String title() {
        return driver.getTitle();
    }

    /** Returns the visible text of the first element that matches; empty if none does. */
    public String text(String selector) {
        return (String) script(
                "const found = document.querySelector(arguments[0]);"
                        + " return found ? found.innerText.replace(/\\s+/g, ' ').trim() : ''",
                selector);
    }

    /** Returns how many elements match that a person can see. */
    public int count(String selector) {
        return ((Long) script(
                        "return [...document.querySelectorAll(arguments[0])]"
                                + ".filter(each => each.checkVisibility()).length",
                        selector))
                .intValue();
    }

    /** Returns the value of a bar; -1 if there is none. */
    public int bar(String label) {
        return ((Long) script(
                        "const bar = document.querySelector(`progress[aria-label=\"${arguments[0]}\"]`);"
                                + " return bar ? bar.value : -1",
                        label))
                .intValue();
    }

    public Object script(String text, Object... arguments) {
        return driver.executeScript(text, arguments);
    }

    public void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not seen: " + what + ", in " + driver.getCurrentUrl() + ":\n" + text("body"));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void awaitText(String selector, String expected) {
        await(expected, () -> text(selector).contains(expected));
    }

    /** Marks the document, so that {@link #isMarked} tells whether it has been loaded again. */
    public void mark() {
        script("window.jcloneTest = true");
    }

    public boolean isMarked() {
        return Boolean.TRUE.equals(script("return window.jcloneTest === true"));
    }

    // What it presses

    /** Presses one key, or writes a text, where the focus is. */
    public void press(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab until an element that matches has the focus. */
    public void tabTo(String selector) {
        for (int i = 0; i < MOST_TABS; i++) {
            if (isFocused(selector)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("no Tab reaches " + selector + " in " + driver.getCurrentUrl());
    }

    /** Goes to an element with Tab, and presses Enter there. */
    public void enter(String selector) {
        tabTo(selector);
        press(Keys.ENTER);
    }

    public boolean isFocused(String selector) {
        return (Boolean) script("return document.activeElement.matches(arguments[0])", selector);
    }

    /**
     * Returns the elements that a person could use and that Tab does not reach, as HTML. Tab reaches one button of a
     * radio group; the arrow keys reach the others.
     */
    public List<String> unreachable() {
        script("window.jcloneReached = new Set()");
        for (int i = 0; i < MOST_TABS; i++) {
            press(Keys.TAB);
            // The body is between the last element and the first: Tab begins where the focus was last.
            boolean isKnown =
                    (Boolean) script("const at = document.activeElement; const reached = window.jcloneReached;"
                            + " return at !== document.body && reached.size === reached.add(at).size");
            if (isKnown) {
                break;
            }
        }
        return strings(script("const shown = document.querySelector('dialog[open]') ?? document;"
                + " return [...shown.querySelectorAll('a[href], button, input, select')]"
                + ".filter(each => each.checkVisibility() && each.type !== 'hidden' && !window.jcloneReached.has(each))"
                + ".filter(each => each.type !== 'radio'"
                + " || ![...window.jcloneReached].some(at => at.type === 'radio' && at.name === each.name))"
                + ".map(each => each.outerHTML)"));
    }

    // How it is set

    public void prefer(String colours) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    public void allowScripts(boolean allowed) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
    }

    public void forgetSessions() {
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
    }

    // What went wrong

    /** Returns what axe finds fault with in the shown page, each with the elements. */
    public List<String> accessibilityFaults() {
        if (!Boolean.TRUE.equals(script("return 'axe' in window"))) {
            script(resource("/axe.min.js"));
        }
        Object faults = driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + " axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations.map("
                + "each => each.id + ': ' + each.nodes.map(node => node.html + ' ' + node.failureSummary).join('; '))),"
                + " fault => done(['' + fault]))");
        return strings(faults);
    }

    /** Returns what the page's policy forbade, and each script that failed, since the last call. */
    public List<String> faults() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(text -> text.contains("Content Security Policy") || text.contains("Uncaught"))
                .toList();
    }

    /** Returns the addresses that the pages asked for since the last call, except those of their own server. */
    public List<String> foreignRequests() {
        return requests().filter(url -> !url.startsWith(origin + '/')).toList();
    }

    /** Returns all addresses that the pages asked for since the last call. */
    public Stream<String> requests() {
        List<String> urls = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            Map<String, Object> message =
                    object(new Json().<Map<String, Object>>toType(entry.getMessage(), Json.MAP_TYPE), "message");
            if ("Network.requestWillBeSent".equals(message.get("method"))) {
                urls.add((String) object(object(message, "params"), "request").get("url"));
            }
        }
        return urls.stream().filter(url -> !url.startsWith("data:"));
    }

    @SuppressWarnings("unchecked") // JSON
    private static Map<String, Object> object(Map<String, Object> parent, String name) {
        return (Map<String, Object>) parent.get(name);
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }

    // Pictures

    /** Writes a picture of the top of the page, if pictures are wanted: {@code -Djclone.test.screenshots=DIR}. */
    public void picture(String name, int height) throws IOException {
        picture(name, 0, height);
    }

    /** Writes a picture from an element down. */
    public void pictureFrom(String name, String selector, int height) throws IOException {
        long top = (Long) script(
                "return Math.round(document.querySelector(arguments[0]).getBoundingClientRect().top + window.scrollY)",
                selector);
        picture(name, top - MARGIN, height);
    }

    private void picture(String name, long top, int height) throws IOException {
        Optional<String> wanted = Optional.ofNullable(System.getProperty("jclone.test.screenshots"));
        if (wanted.isEmpty()) {
            return;
        }
        long content = (Long) script("return Math.round(document.querySelector('main').getBoundingClientRect().bottom"
                + " + window.scrollY)");
        long bottom = Math.min(top + height, content + MARGIN);
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "format",
                        "png",
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of("x", 0, "y", top, "width", WIDTH, "height", bottom - top, "scale", 1)));
        byte[] png = Base64.getDecoder().decode((String) shot.get("data"));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(WIDTH);
        Path file = Files.createDirectories(Path.of(wanted.get())).resolve(name + ".png");
        ImageIO.write(withFewColours(image), "png", file.toFile());
        assertThat(Files.size(file)).isLessThan(MOST_PICTURE_BYTES);
    }

    /** Returns the picture with its most frequent colours only, which makes its file small. */
    private static BufferedImage withFewColours(BufferedImage image) {
        Map<Integer, Integer> uses = new HashMap<>();
        for (int pixel : image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())) {
            uses.merge(pixel, 1, Integer::sum);
        }
        int[] colours = uses.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(COLOURS)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        IndexColorModel palette = new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
        BufferedImage few =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, palette);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int index = nearest.computeIfAbsent(image.getRGB(x, y), colour -> nearest(colours, colour));
                few.getRaster().setSample(x, y, 0, index);
            }
        }
        return few;
    }

    private static int nearest(int[] colours, int wanted) {
        int best = 0;
        for (int i = 1; i < colours.length; i++) {
            if (distance(colours[i], wanted) < distance(colours[best], wanted)) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = (one >> shift & 0xff) - (other >> shift & 0xff);
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
    }
}
