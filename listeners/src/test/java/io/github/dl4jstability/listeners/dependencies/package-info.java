/** Checks what the build resolves against public advisories, offline. */
package io.github.dl4jstability.listeners.dependencies;
