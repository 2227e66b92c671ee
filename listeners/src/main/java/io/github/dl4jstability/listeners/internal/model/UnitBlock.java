package io.github.dl4jstability.listeners.internal.model;

/**
 * Where the incoming weights of units lie in a flat view: in runs of equal length that take turns,
 * once for each gate.
 *
 * @param offset index of the first element in the flat view
 * @param units number of units
 * @param gates how many gates each unit has: 4 in an LSTM, otherwise 1
 * @param columns size of the axis of units in the array: units times gates, and peepholes
 * @param runs how many runs each column has
 * @param runLength how many elements each run has
 */
public record UnitBlock(int offset, int units, int gates, int columns, int runs, int runLength) {

  static UnitBlock of(Slot array, int axis, int gates) {
    int columns = (int) array.size(axis);
    int length = (int) array.length();
    int runLength = columns == 1 ? length : (int) array.stride(axis);
    return new UnitBlock(
        (int) array.offset(),
        columns / gates,
        gates,
        columns,
        length / (columns * runLength),
        runLength);
  }

  public int elementsPerUnit() {
    return gates * runs * runLength;
  }

  public int index(int unit, int element) {
    int place = element % runLength;
    int run = element / runLength % runs;
    int gate = element / runLength / runs;
    return offset + (run * columns + gate * units + unit) * runLength + place;
  }
}
