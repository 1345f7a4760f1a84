import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { variables } from '../../../config/variables.js';
import { complete, faultsOf } from './support.js';

const examples = Object.fromEntries(
  [...readFileSync('.env.example', 'utf8').matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    value ?? '',
  ]),
);

describe('.env.example', () => {
  it('names every variable and no other', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(variables.shape).sort());
  });

  it.each(['TOKEN_HASH_KEYS', 'JWT_PRIVATE_KEY', 'LEDGER_ENCRYPTION_KEYS', 'METRICS_TOKEN'])('holds a %s that the start refuses', (name) => {
    expect(faultsOf({ ...complete(), [name]: examples[name] }).names).toEqual([name]);
  });

  it('is right about everything else', () => {
    expect(faultsOf({ ...examples, METRICS_TOKEN: undefined, ...complete() }).names).toEqual([]);
  });
});
