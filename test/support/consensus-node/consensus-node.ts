/**
 * Consensus node on loopback, with a mirror: enough of a real network for the official SDK, and switches for the faults
 * of real networks. Runs in this process, or in its own by main.ts.
 */
import { Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';
import { proto } from '@hiero-ledger/proto';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cryptoCalls, type Call } from './crypto-service.js';
import { Ledger, OPERATOR, type LedgerRules } from './ledger.js';
import { ed25519 } from './messages.js';
import { answerMirror, bodyOf, send, type MirrorRules } from './mirror-api.js';

export interface Faults {
  /** Executes requests without responding, as when the connection breaks before the response. */
  mute: boolean;
  /** Neither node nor mirror listens. */
  down: boolean;
  /** Only the mirror does not respond. */
  mirrorDown: boolean;
  /** Delay of each response. */
  delayMs: number;
}

export type Orders = Partial<LedgerRules & MirrorRules & Faults & { reset: boolean; forgetReceipts: boolean }>;

type Handler = handleUnaryCall<Uint8Array, Uint8Array>;

const NODE_ACCOUNT = '0.0.3';

export class ConsensusNode {
  readonly ledger: Ledger;
  readonly operatorKey: string;
  private readonly calls: Record<string, Call>;
  private readonly mirrorRules: MirrorRules = { lagMs: 0, throttled: false };
  private readonly faults: Faults = { mute: false, down: false, mirrorDown: false, delayMs: 0 };
  private grpc: Server | null = null;
  private readonly http: HttpServer;
  private grpcPort = 0;
  private httpPort = 0;

  private constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.operatorKey = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('hex');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const rawKey = raw.toString('hex');
    this.ledger = new Ledger({ key: proto.Key.encode({ ed25519: raw }).finish(), rawKey });
    this.calls = cryptoCalls(this.ledger, ed25519(rawKey));
    this.http = createServer((request, response) => {
      const { url = '', method } = request;
      if (method === 'POST') {
        void bodyOf(request)
          .then((orders) => this.order(orders as Orders))
          .then(() => send(response, [200, this.report()]));
      } else if (this.faults.down || this.faults.mirrorDown) {
        request.socket.destroy();
      } else if (this.faults.mute) {
        request.resume();
      } else {
        send(response, url === '/report' ? [200, this.report()] : answerMirror(this.ledger, this.mirrorRules, url));
      }
    });
  }

  static async start(): Promise<ConsensusNode> {
    const node = new ConsensusNode();
    await node.listen();
    await new Promise<void>((resolve) => node.http.listen(0, '127.0.0.1', resolve));
    node.httpPort = (node.http.address() as AddressInfo).port;
    return node;
  }

  /** The service's configuration of this node as its testnet or previewnet. */
  environment(network: 'TESTNET' | 'PREVIEWNET' = 'TESTNET'): Record<string, string> {
    return {
      LEDGER_NETWORK_DRIVER: 'hedera',
      [`HEDERA_${network}_OPERATOR_ID`]: `0.0.${OPERATOR}`,
      [`HEDERA_${network}_OPERATOR_KEY`]: this.operatorKey,
      [`HEDERA_${network}_NODES`]: `127.0.0.1:${this.grpcPort}=${NODE_ACCOUNT}`,
      [`HEDERA_${network}_MIRROR_URL`]: this.controlUrl,
    };
  }

  /** POST accepts commands as JSON, GET /report returns the ledger's content. The mirror has the same address. */
  get controlUrl(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  async order(orders: Orders): Promise<void> {
    assignKnown(this.ledger.rules, orders);
    assignKnown(this.mirrorRules, orders);
    assignKnown(this.faults, orders);
    if (orders.reset) this.ledger.reset();
    if (orders.forgetReceipts) this.ledger.forgetReceipts();
    if (orders.down === true) this.stopListening();
    if (orders.down === false) await this.listen();
  }

  /** All accounts but the operator's, and every creation ever. */
  report(): object {
    const accounts = [...this.ledger.accounts.values()]
      .filter(({ number }) => number !== OPERATOR)
      .map(({ number, rawKey, balance }) => ({ number, rawKey, balance: String(balance) }));
    return { accounts, creations: this.ledger.creations };
  }

  async close(): Promise<void> {
    this.stopListening();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** Listens on the same port as before. */
  private async listen(): Promise<void> {
    if (this.grpc) return;
    const server = new Server();
    const bytes = { serialize: (value: Uint8Array) => Buffer.from(value), deserialize: (value: Buffer) => value };
    for (const [name, call] of Object.entries(this.calls)) {
      server.register(`/proto.CryptoService/${name}`, this.handler(call), bytes.serialize, bytes.deserialize, 'unary');
    }
    this.grpcPort = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.grpcPort}`, ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
    this.grpc = server;
  }

  private handler(call: Call): Handler {
    return ({ request }, callback) => {
      const answer = call(request);
      if (this.faults.mute) return;
      setTimeout(() => callback(null, answer), this.faults.delayMs);
    };
  }

  private stopListening(): void {
    this.grpc?.forceShutdown();
    this.grpc = null;
  }
}

/** Copies the values whose names the target has. */
function assignKnown(target: object, orders: Orders): void {
  Object.assign(target, Object.fromEntries(Object.entries(orders).filter(([name]) => name in target)));
}
