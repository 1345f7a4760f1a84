import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../config/env.js';
import { complete, faultsOf, newDirectory } from './support.js';

const ED25519 = `302e020100300506032b657004220420${'1f'.repeat(32)}`;
const ECDSA = `3030020100300706052b8104000a04220420${'2E'.repeat(32)}`;

function hedera(changes: Record<string, string> = {}): Record<string, string> {
  return {
    ...complete(),
    LEDGER_NETWORK_DRIVER: 'hedera',
    HEDERA_TESTNET_OPERATOR_ID: '0.0.1234',
    HEDERA_TESTNET_OPERATOR_KEY: ED25519,
    HEDERA_TESTNET_NODES: 'node.example.com:50211=0.0.3, 10.0.0.7:50212=0.0.4',
    ...changes,
  };
}

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(hedera()).filter(([key]) => key !== name));
}

describe('the ledger networks', () => {
  it('are simulated and unlimited by default', () => {
    const networks = { testnet: null, previewnet: null };
    const byDefault = { driver: 'simulated', creationsPerSecond: null, requestTimeoutMs: 10_000, networks };
    expect(loadConfig(complete()).ledger).toEqual(byDefault);
  });

  it('are read for the hedera driver, with the rate that public networks allow', () => {
    expect(loadConfig(hedera()).ledger).toMatchObject({ driver: 'hedera', creationsPerSecond: 2 });
    expect(loadConfig(hedera()).ledger.networks).toEqual({
      testnet: {
        operatorId: '0.0.1234',
        operatorKey: ED25519,
        nodes: { 'node.example.com:50211': '0.0.3', '10.0.0.7:50212': '0.0.4' },
        mirrorUrl: null,
      },
      previewnet: null,
    });
  });

  it('take an ECDSA operator key from a file, and a mirror', () => {
    const file = join(newDirectory(), 'key');
    writeFileSync(file, `${ECDSA}\n`);
    const { HEDERA_TESTNET_OPERATOR_KEY: _, ...rest } = hedera({ HEDERA_TESTNET_OPERATOR_KEY_FILE: file });
    const { testnet } = loadConfig({ ...rest, HEDERA_TESTNET_MIRROR_URL: 'http://127.0.0.1:5551/' }).ledger.networks;
    expect(testnet).toMatchObject({ operatorKey: ECDSA.toLowerCase(), mirrorUrl: 'http://127.0.0.1:5551' });
  });

  it.each(['HEDERA_TESTNET_OPERATOR_ID', 'HEDERA_TESTNET_OPERATOR_KEY', 'HEDERA_TESTNET_NODES'])(
    'are not half configured: without %s',
    (name) => {
      expect(faultsOf(without(name)).names).toEqual([name]);
    },
  );

  it('are not the hedera driver’s without any network', () => {
    expect(faultsOf({ ...complete(), LEDGER_NETWORK_DRIVER: 'hedera' }).names).toEqual(['LEDGER_NETWORK_DRIVER']);
  });

  it.each([
    ['LEDGER_NETWORK_DRIVER', 'mainnet'],
    ['LEDGER_CREATIONS_PER_SECOND', '0'],
    ['HEDERA_TESTNET_OPERATOR_ID', '1234'],
    ['HEDERA_TESTNET_OPERATOR_KEY', ED25519.slice(0, -2)],
    ['HEDERA_TESTNET_OPERATOR_KEY', 'canary'],
    ['HEDERA_TESTNET_NODES', ''],
    ['HEDERA_TESTNET_NODES', '127.0.0.1:50211'],
    ['HEDERA_TESTNET_NODES', '127.0.0.1=0.0.3'],
    ['HEDERA_TESTNET_NODES', '127.0.0.1:70000=0.0.3'],
    ['HEDERA_TESTNET_NODES', 'a:1=0.0.3,a:1=0.0.4'],
    ['HEDERA_TESTNET_NODES', '[::1]:50211=0.0.3'],
    ['HEDERA_TESTNET_MIRROR_URL', 'mirror'],
    ['HEDERA_PREVIEWNET_NODES', 'a:1=3'],
  ])('refuse %s=%s and do not repeat it', (name, value) => {
    const { names, message } = faultsOf(hedera({ [name]: value }));
    expect(names).toContain(name);
    expect(message).not.toContain('canary');
  });
});
