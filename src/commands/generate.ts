/** `npm run openapi` and `npm run docs:permissions`: writes the generated file named by the argument. */
import { writeFileSync } from 'node:fs';
import { GENERATED_FILES } from './generated-files.js';

const name = process.argv[2] as keyof typeof GENERATED_FILES;
writeFileSync(name, await GENERATED_FILES[name]());
process.stdout.write(`wrote ${name}\n`);
