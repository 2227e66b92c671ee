/**
 * Initialization of built networks: by what their layers are ({@link
 * io.github.dl4jstability.initializers.network.NetworkInitializer}), by data ({@link
 * io.github.dl4jstability.initializers.network.LayerSequentialUnitVariance}), by structure ({@link
 * io.github.dl4jstability.initializers.network.Fixup}), and a judgement of the result ({@link
 * io.github.dl4jstability.initializers.network.InitializationAudit}).
 */
@NullMarked
package io.github.dl4jstability.initializers.network;

import org.jspecify.annotations.NullMarked;
