/** Loaded into every process under test: however the harness ends, by kill -9 too, this process ends with it. */
process.on('disconnect', () => process.exit(1));
