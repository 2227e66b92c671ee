package io.github.dl4jstability.listeners.dashboard;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.ui.api.I18N;
import org.deeplearning4j.ui.i18n.I18NProvider;

/**
 * Fills the page's template with the UI's messages in the language that was chosen there. The page
 * holds nothing that came from a request or a record; its script fetches that and adds it as text.
 */
final class Page {

  private static final Pattern MESSAGE = Pattern.compile("\\{\\{([a-z.]+)}}");

  private Page() {}

  /** The page of a session in multi-session mode. */
  static String of(String session) throws IOException {
    return fill("stability.html", I18NProvider.getInstance(session), true);
  }

  /** The one page of single-session mode. */
  static String ofAnySession() throws IOException {
    return fill("stability.html", I18NProvider.getInstance(), false);
  }

  static String unknownSession() throws IOException {
    return fill("unknown-session.html", I18NProvider.getInstance(), true);
  }

  /** The chosen language can be anything that somebody put into an address. */
  private static String fill(String template, I18N i18n, boolean multiSession) throws IOException {
    String chosen = i18n.getDefaultLanguage();
    String language = StabilityModule.LANGUAGES.contains(chosen) ? chosen : "en";
    Map<String, String> messages = i18n.getMessages(language);
    messages.put("language", language);
    messages.put("mode", multiSession ? "multi" : "single");
    return MESSAGE
        .matcher(read(template))
        .replaceAll(match -> Matcher.quoteReplacement(messages.getOrDefault(match.group(1), "")));
  }

  private static String read(String template) throws IOException {
    try (InputStream in = requireNonNull(Page.class.getResourceAsStream(template), template)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
