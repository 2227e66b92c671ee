package io.github.dl4jstability.demos.console;

import java.util.ArrayList;
import java.util.List;

/** Lays out a table: a header, a rule, and rows whose columns are as wide as their widest cell. */
final class Table {
  private static final String GAP = "   ";

  private Table() {}

  static List<String> lines(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < rows.get(0).size(); column++) {
      int index = column;
      widths.add(rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(line(row, widths));
      if (lines.size() == 1) {
        lines.add(line(widths.stream().map("-"::repeat).toList(), widths));
      }
    }
    return lines;
  }

  private static String line(List<String> cells, List<Integer> widths) {
    List<String> padded = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      padded.add(cell + " ".repeat(widths.get(column) - cell.length()));
    }
    return String.join(GAP, padded).stripTrailing();
  }
}
