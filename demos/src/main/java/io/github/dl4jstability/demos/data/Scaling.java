package io.github.dl4jstability.demos.data;

/** How the pixel values 0 to 255 become features. */
public enum Scaling {
  /** Divided by 255, so from 0 to 1. */
  UNIT,
  /** With mean 0 and standard deviation 1 over all pixels of all training images. */
  STANDARDIZED
}
