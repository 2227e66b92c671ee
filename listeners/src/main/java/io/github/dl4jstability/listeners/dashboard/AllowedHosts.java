package io.github.dl4jstability.listeners.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Under which names the tab answers: a guard against DNS rebinding, where a foreign web page lets
 * its own name point to this machine and then reads answers as if they were its own.
 *
 * <p>The browser of the victim sends the name of that page in the {@code Host} header. Addresses in
 * numbers cannot be rebound and are allowed; of names {@code localhost}, the machine's own, and
 * those in the system property {@value #PROPERTY}, with commas between them, are. Ports do not
 * matter.
 */
final class AllowedHosts {

  /** Further names to answer to, for example that of a reverse proxy. */
  static final String PROPERTY = "io.github.dl4jstability.ui.hosts";

  /** What a request under another name is answered; the name is not repeated. */
  static final String REFUSAL =
      "The Stability tab does not answer under this name, as a guard against DNS rebinding.\n"
          + "Use localhost or the address of the machine, or start the server with\n"
          + "-D"
          + PROPERTY
          + "=NAME[,NAME...] to allow further names.\n";

  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/@\\s]+?)\\.?(?::\\d{0,5})?");

  /** Browsers bring other ways to write such an address into this form. */
  private static final Pattern IP_4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final Set<String> own = ownNames();

  /**
   * Tells whether a request is to be answered.
   *
   * @param header what its {@code Host} header says; null if it has none
   * @return true if no foreign page can have brought a browser to send this
   */
  boolean allow(@Nullable String header) {
    Matcher host = HOST.matcher(header == null ? "" : header);
    if (!host.matches()) {
      return false;
    }
    String name = host.group(1).toLowerCase(Locale.ROOT);
    return name.startsWith("[")
        || IP_4.matcher(name).matches()
        || own.contains(name)
        || listed().anyMatch(name::equals);
  }

  private static Stream<String> listed() {
    return Arrays.stream(System.getProperty(PROPERTY, "").split(","))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty());
  }

  private static Set<String> ownNames() {
    Set<String> names = new TreeSet<>();
    names.add("localhost");
    names.add(hostName().toLowerCase(Locale.ROOT));
    return names;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
