/** Preload of every process under test: the process ends when the harness ends, after kill -9 too. */
process.on('disconnect', () => process.exit(1));
