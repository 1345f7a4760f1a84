/** Pool of warm connections, so that a round does not begin with handshakes. */
import type { Connection } from './connection.js';
import type { Deployment } from './deployment.js';

export class ConnectionPool {
  private readonly idle = new Map<string, Connection[]>();
  private turn = 0;

  constructor(private readonly deployment: Deployment) {}

  get instances(): string[] {
    return this.deployment.instances.map(({ name }) => name);
  }

  /** Returns one of these instances in round-robin order. */
  pick(names: readonly string[] = this.instances): string {
    return names[this.turn++ % names.length] ?? 'front';
  }

  /** Borrows a connection to the named instance, or to the load balancer as `front`. */
  borrow(name: string): Connection {
    const instance = this.deployment.instances.find((each) => each.name === name) ?? 'front';
    return this.idle.get(name)?.pop() ?? this.deployment.connectionTo(instance);
  }

  giveBack(connection: Connection): void {
    const idle = this.idle.get(connection.instance) ?? [];
    this.idle.set(connection.instance, [...idle, connection]);
  }

  close(): void {
    for (const connections of this.idle.values()) for (const connection of connections) connection.close();
    this.idle.clear();
  }
}
