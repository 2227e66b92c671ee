package io.github.dl4jstability.listeners.internal.run;

import static java.util.Objects.requireNonNull;

import io.github.dl4jstability.listeners.internal.report.Deadline;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a listener by model. A model is told from others by identity and is not kept: when it
 * is gone its run goes too.
 *
 * <p>Runs may take {@value #MOST_BYTES} bytes together. Beyond, a new one takes the place of those
 * that have been idle for {@link #IDLE}, the least recently used first; where there is none, the
 * new model is not watched for now. (To make room by force would start a run anew at each iteration
 * where many models train in turn.) A run that was put aside and comes back goes on in its session.
 *
 * <p>Thread-safe; looking up the model of the last call is a comparison of references.
 */
public final class Runs {
  /** What the runs of one listener may take together, as {@link Run#bytes()} estimates it. */
  static final long MOST_BYTES = 64L << 20;

  /** A run that was not used for so long may be put aside. */
  static final Duration IDLE = Duration.ofMinutes(1);

  private final Supplier<Session> sessions;
  private final Starter starter;
  private final long mostBytes;
  private final Duration idle;
  private final Map<ModelReference, Place> places = new LinkedHashMap<>(16, 0.75f, true);
  private final ReferenceQueue<Model> gone = new ReferenceQueue<>();
  private long bytes;
  private volatile @Nullable Place latest;

  /** Makes runs. */
  public interface Starter {
    /**
     * Starts to watch a model, or goes on in its session.
     *
     * @return null if it cannot be watched
     */
    @Nullable Run start(Model model, Session session);

    /** Says that a model is not watched for want of room. */
    void leftOut();
  }

  /** What is known of one model. */
  private static final class Place {
    final ModelReference model;
    final Session session;
    @Nullable Run run;
    boolean unsuitable;
    long bytes;
    long used = System.nanoTime();

    Place(ModelReference model, Session session) {
      this.model = model;
      this.session = session;
    }
  }

  public Runs(Supplier<Session> sessions, Starter starter) {
    this(sessions, starter, MOST_BYTES, IDLE);
  }

  public Runs(Supplier<Session> sessions, Starter starter, long mostBytes, Duration idle) {
    this.sessions = sessions;
    this.starter = starter;
    this.mostBytes = mostBytes;
    this.idle = idle;
  }

  /** Returns the run of a model, a new one if need be; null if the model is not watched. */
  public @Nullable Run of(Model model) {
    Place last = latest;
    if (last != null && last.model.refersTo(model)) {
      Run run = last.run;
      if (run != null || last.unsuitable) {
        return run;
      }
    }
    return find(model);
  }

  private synchronized @Nullable Run find(Model model) {
    forgetTheGone();
    Place before = latest;
    if (before != null) {
      before.used = System.nanoTime();
    }
    Place place = places.get(new ModelReference(model, null));
    if (place == null) {
      place = new Place(new ModelReference(model, gone), sessions.get());
      places.put(place.model, place);
    }
    if (place.run == null && !place.unsuitable) {
      start(place, model);
    }
    place.used = System.nanoTime();
    latest = place;
    return place.run;
  }

  private void start(Place place, Model model) {
    if (!makeRoom(place)) {
      return; // without building what there is no room for
    }
    Run run = starter.start(model, place.session);
    if (run == null) {
      place.unsuitable = true;
      return;
    }
    place.bytes = run.bytes();
    if (makeRoom(place)) {
      place.run = run;
      bytes += place.bytes;
    } else {
      starter.leftOut();
    }
  }

  /** Puts idle runs aside until there is room; a single run has room whatever it takes. */
  private boolean makeRoom(Place place) {
    Iterator<Place> oldestFirst = places.values().iterator();
    while (bytes > 0 && bytes + place.bytes > mostBytes && oldestFirst.hasNext()) {
      Place old = oldestFirst.next();
      Run run = old.run;
      if (run != null) {
        if (System.nanoTime() - old.used < idle.toNanos()) {
          return false;
        }
        run.putAside(old.session);
        release(old);
      }
    }
    return true;
  }

  private void release(Place place) {
    Run run = place.run;
    if (run != null) {
      run.endLook();
      place.run = null;
      bytes -= place.bytes;
    }
    if (place == latest) {
      latest = null;
    }
  }

  /** Releases the runs of models that are gone. */
  public synchronized void forgetTheGone() {
    for (Reference<?> model = gone.poll(); model != null; model = gone.poll()) {
      Place place = places.remove(model);
      if (place != null) {
        release(place);
      }
    }
  }

  private synchronized List<Run> all() {
    forgetTheGone();
    List<Run> all = new ArrayList<>();
    for (Place place : places.values()) {
      if (place.run != null) {
        all.add(requireNonNull(place.run));
      }
    }
    return all;
  }

  /** Judges what waits in all runs. */
  public void judge(Deadline deadline) {
    all().forEach(run -> run.judge(deadline));
  }

  /** Ends looks at the curvature that go on. */
  public void endLooks() {
    all().forEach(Run::endLook);
  }

  /** Forgets all models. */
  public synchronized void clear() {
    endLooks();
    places.clear();
    bytes = 0;
    latest = null;
  }

  /** Returns how many models have a run, for tests and the curious. */
  synchronized int count() {
    return (int) places.values().stream().filter(place -> place.run != null).count();
  }
}
