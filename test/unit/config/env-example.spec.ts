import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { variables } from '../../../config/variables.js';
import { complete, faultsOf } from './support.js';

const examples: Record<string, string> = Object.fromEntries(
  [...readFileSync('.env.example', 'utf8').matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    value ?? '',
  ]),
);

const REFUSED = [
  'TOKEN_HASH_KEYS',
  'JWT_PRIVATE_KEY',
  'LEDGER_ENCRYPTION_KEYS',
  'METRICS_TOKEN',
  'HEDERA_TESTNET_OPERATOR_KEY',
  'HEDERA_PREVIEWNET_OPERATOR_KEY',
];

describe('.env.example', () => {
  it('names every variable and no other', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(variables.shape).sort());
  });

  it.each(REFUSED)('holds a %s that the start refuses', (name) => {
    expect(faultsOf({ ...complete(), [name]: examples[name] }).names).toEqual([name]);
  });

  it('is right about everything else', () => {
    const others = Object.entries(examples).filter(([name]) => !REFUSED.includes(name));
    expect(faultsOf({ ...Object.fromEntries(others), ...complete() }).names).toEqual([]);
  });
});
