package io.github.dl4jstability.listeners.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** No name that an attacker's name server could let point here is answered. */
class AllowedHostsTest {

  private final AllowedHosts hosts = new AllowedHosts();

  @AfterEach
  void forgetTheList() {
    System.clearProperty(AllowedHosts.PROPERTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:9000",
        "LocalHost.:9000",
        "localhost:",
        "127.0.0.1",
        "127.8.9.10:9000",
        "192.168.1.20:9000",
        "[::1]",
        "[::1]:9000",
        "[fe80::1:2]:9000",
        "[::ffff:127.0.0.1]"
      })
  void shouldAllowWhatCannotBeRebound(String header) {
    assertThat(hosts.allow(header)).isTrue();
  }

  @Test
  void shouldAllowTheNameOfTheMachine() throws Exception {
    String name = InetAddress.getLocalHost().getHostName();
    assertThat(hosts.allow(name + ":9000")).isTrue();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:9000",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "1.2.3",
        "1.2.3.4.5",
        "a@localhost",
        "localhost@evil.example",
        "localhost/evil.example",
        "localhost evil.example",
        "::1",
        "[::1",
        "[evil.example]",
        "localhost:9000:9000",
        "localhost:evil",
        ",",
        ":9000"
      })
  void shouldRefuseAnyOtherName(String header) {
    assertThat(hosts.allow(header)).isFalse();
  }

  @Test
  void shouldAllowFurtherNamesWhenTheyAreListed() {
    assertThat(hosts.allow("gpu.example")).isFalse();
    System.setProperty(AllowedHosts.PROPERTY, "dash.example, GPU.example ,");
    assertThat(hosts.allow("gpu.example:9000")).isTrue();
    assertThat(hosts.allow("dash.example")).isTrue();
    assertThat(hosts.allow("example")).isFalse();
    assertThat(hosts.allow("")).isFalse();
  }
}
